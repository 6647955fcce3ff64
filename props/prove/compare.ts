/** How two rules of one kind relate: what does one take that the other does not? */

import { aRule } from "../../model/rule/parameters.ts";
import type { Given } from "../../model/given.ts";
import type { ParameterName } from "../../model/rule/parameters.ts";
import { PARAMETER_TYPE, PARAMETERS } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { WIDTH } from "../../model/rule/tree.ts";
import type { Ask } from "./ask.ts";
import { LONG, LOOP } from "./ask.ts";
import { choice, fileOf, freeISizeOf, freeSlot, page, pages, slotInputs } from "./inputs.ts";
import { inputsOf } from "./undefined.ts";
import type { ComparedUnknowns, Comparing, Query, Question, Relation } from "./question.ts";
import type { Inputs } from "./smt/expression.ts";
import { TOO_LONG } from "./smt/expression.ts";
import type { RuleTerms } from "./smt/rule.ts";
import { ruleTerms } from "./smt/rule.ts";
import type { Term } from "./smt/term.ts";
import type { Answer } from "./smt/answer.ts";
import { add, and, bits, lshr, not, or, TRUE, ult, variable, isFalse } from "./smt/term.ts";
import { alike, givenBy, isSure, readsUnknowns } from "./unknowns.ts";
import { folioNpages, PAGE_SHIFT } from "../../model/units.ts";

/** Whatever a rule of any kind may read, of a slot that the ioctl lets through and a page in it. */
function freeInputs({ setting, arch }: Pick<Question, "setting" | "arch">): { inputs: Inputs; allowed: Term } {
  const order = choice("slot_file_order", setting.orders);
  const { i_size, made } = freeISizeOf(fileOf(setting.file), "slot_i_size", order);
  const slot = freeSlot("slot", order, "slots", undefined, i_size);
  const touched = pages("touched", 31);
  const level = choice("level", arch.levels);
  const inputs: Inputs = {
    ...slotInputs(slot, order, i_size),
    gfn: add(slot.base_gfn, touched),
    index: add(slot.pgoff, touched),
    order: level.of((o) => bits(32, o)),
    nr_pages: level.of((o) => page(folioNpages(o))),
  };
  return { inputs, allowed: and(slot.allowed, made, ult(touched, slot.npages)) };
}

/** What taking means: a bind or map rule accepts; a level rule does anything but refuse, which forbids the level. */
const takes = (rule: Rule, terms: RuleTerms): Term => (rule.kind === "level" ? not(terms.refuses) : terms.accepts);

/**
 * Every value of every parameter by itself; but where a rule reads a quantity in bytes and in pages, the pages are those of
 * the bytes.
 */
function allInputs(names: readonly ParameterName[]): { inputs: Inputs; allowed: Term } {
  const bytesOf: Partial<Record<ParameterName, ParameterName>> = {
    pgoff: "offset",
    base_gfn: "gpa",
    npages: "size",
    ugfn: "userspace_addr",
  };
  const free = (name: ParameterName): Term => variable(`all_${name}`, WIDTH[PARAMETER_TYPE[name]]);
  const inputs = names.map((name): [ParameterName, Term] => {
    const bytes = bytesOf[name];
    return [name, bytes !== undefined && names.includes(bytes) ? lshr(free(bytes), bits(64, PAGE_SHIFT)) : free(name)];
  });
  return { inputs: Object.fromEntries(inputs), allowed: TRUE };
}

/** What of both rules' unknowns is one and the same, and what is not. */
function sharing(first: Rule, second: Rule): Pick<ComparedUnknowns, "shared" | "apart"> {
  const both = first.unknowns.filter(({ text }) => second.unknowns.some((other) => other.text === text));
  const isRun = (rule: Rule, text: string): boolean =>
    rule.unknowns.some((unknown) => unknown.text === text && unknown.lifetime === "run");
  const texts = [...new Set(both.map(({ text }) => text))];
  const shared = texts.filter((text) => isRun(first, text) && isRun(second, text));
  return { shared, apart: texts.filter((text) => !shared.includes(text)) };
}

/** An input that one rule takes and the other does not, and what both were given. */
interface Apart {
  readonly inputs: Record<string, bigint>;
  readonly given: readonly [readonly Given[], readonly Given[]];
}

export async function compareRules(ask: Ask, first: Rule, second: Rule, comparing: Comparing): Promise<Relation> {
  const queries: Query[] = [];
  if (first.kind !== second.kind) throw new Error(`${aRule(first.kind)} and ${aRule(second.kind)} do not compare`);
  try {
    const names = PARAMETERS.filter((name) => first.reads.includes(name) || second.reads.includes(name));
    const { inputs, allowed } = comparing.allInputs === true ? allInputs(names) : freeInputs(comparing);
    const [one, two] = [ruleTerms(first, inputs, "first"), ruleTerms(second, inputs, "second")];
    const asked = [
      { rule: first, terms: one, when: TRUE },
      { rule: second, terms: two, when: TRUE },
    ] as const;
    const hasUnknowns = readsUnknowns(asked);
    const cut = or(one.cut, two.cut);
    const about = [first, second].flatMap((rule) => [`${rule.kind} rule ${rule.id}:`, rule.text]);
    const said = async (name: string, term: Term): Promise<Answer> => {
      const answer = await ask(name, ["sat if one rule takes what the other does not", ...about], term);
      queries.push(answer.query);
      return answer.said;
    };
    let equivalentIfAlike = hasUnknowns;
    const only = async (name: string, term: Term): Promise<Apart | string | undefined> => {
      const found = await said(name, term);
      if (found.answer === "unsat") return undefined;
      if (found.answer === "unknown") return found.reason;
      // Where equal texts have equal values it says more.
      const same = hasUnknowns ? await said(`${name}-alike`, and(term, alike(asked), isSure(asked))) : found;
      equivalentIfAlike &&= same.answer === "unsat";
      const { model } = same.answer === "sat" ? same : found;
      return { inputs: inputsOf(names, inputs, model), given: [givenBy(asked[0], model), givenBy(asked[1], model)] };
    };
    const [takesOne, takesTwo] = [takes(first, one), takes(second, two)];
    const only_first = await only("only-first", and(allowed, takesOne, not(takesTwo), not(cut)));
    const only_second = await only("only-second", and(allowed, takesTwo, not(takesOne), not(cut)));
    const loops = isFalse(cut) ? "unsat" : (await said("loops", and(allowed, cut))).answer;
    if (typeof only_first === "string") return { relation: "unknown", reason: only_first, queries };
    if (typeof only_second === "string") return { relation: "unknown", reason: only_second, queries };
    const unknowns: ComparedUnknowns = {
      ...sharing(first, second),
      ...(only_first !== undefined && { only_first: only_first.given }),
      ...(only_second !== undefined && { only_second: only_second.given }),
      equivalent_if_alike: equivalentIfAlike && loops === "unsat",
    };
    const rest = { queries, ...(hasUnknowns && { unknowns }) };
    if (only_first !== undefined && only_second !== undefined) {
      return { relation: "neither", only_first: only_first.inputs, only_second: only_second.inputs, ...rest };
    }
    // What is said of all inputs needs every loop followed to its end.
    if (loops !== "unsat") return { relation: "unknown", reason: LOOP, queries };
    if (only_second !== undefined)
      return { relation: "first_implies_second", only_second: only_second.inputs, ...rest };
    if (only_first !== undefined) return { relation: "second_implies_first", only_first: only_first.inputs, ...rest };
    return { relation: "equivalent", ...rest };
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    return { relation: "unknown", reason: LONG, queries };
  }
}
