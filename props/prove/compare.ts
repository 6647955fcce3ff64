/** How two rules of one kind relate: what does one take that the other does not? */

import { PARAMETERS } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Ask } from "./ask.ts";
import { LONG, LOOP } from "./ask.ts";
import { choice, freeISize, freeSlot, page, pages, slotInputs } from "./inputs.ts";
import { inputsOf } from "./undefined.ts";
import type { Query, Question, Relation } from "./prover.ts";
import type { Inputs } from "./smt/expression.ts";
import { TOO_LONG } from "./smt/expression.ts";
import type { RuleTerms } from "./smt/rule.ts";
import { ruleTerms } from "./smt/rule.ts";
import type { Term } from "./smt/term.ts";
import { add, and, bits, FALSE, not, or, ult } from "./smt/term.ts";
import { folioNpages } from "../../model/units.ts";

/** Whatever a rule of any kind may read, of a slot that the ioctl lets through and a page in it. */
function freeInputs({ setting, arch }: Pick<Question, "setting" | "arch">): { inputs: Inputs; allowed: Term } {
  const slot = freeSlot("slot", choice("slot_file_order", setting.orders));
  const touched = pages("touched", 31);
  const level = choice("level", arch.levels);
  const inputs: Inputs = {
    ...slotInputs(slot, slot.order, freeISize("slot_i_size")),
    gfn: add(slot.base_gfn, touched),
    index: add(slot.pgoff, touched),
    order: level.of((order) => bits(32, order)),
    nr_pages: level.of((order) => page(folioNpages(order))),
  };
  return { inputs, allowed: and(slot.allowed, ult(touched, slot.npages)) };
}

/** What taking means: a bind or map rule accepts; a level rule does anything but refuse, which forbids the level. */
const takes = (rule: Rule, terms: RuleTerms): Term => (rule.kind === "level" ? not(terms.refuses) : terms.accepts);

export async function compareRules(
  ask: Ask,
  first: Rule,
  second: Rule,
  world: Pick<Question, "setting" | "arch">,
): Promise<Relation> {
  const queries: Query[] = [];
  if (first.kind !== second.kind) throw new Error(`a ${first.kind} rule and a ${second.kind} rule do not compare`);
  try {
    const { inputs, allowed } = freeInputs(world);
    const [one, two] = [ruleTerms(first, inputs, "first"), ruleTerms(second, inputs, "second")];
    const cut = or(one.cut, two.cut);
    const names = PARAMETERS.filter((name) => first.reads.includes(name) || second.reads.includes(name));
    const about = [first, second].flatMap((rule) => [`${rule.kind} rule ${rule.id}:`, rule.text]);
    const only = async (name: string, term: Term): Promise<Record<string, bigint> | string | undefined> => {
      const { query, said } = await ask(name, ["sat if one rule takes what the other does not", ...about], term);
      queries.push(query);
      if (said.answer === "sat") return inputsOf(names, inputs, said.model);
      return said.answer === "unsat" ? undefined : said.reason;
    };
    const [takesOne, takesTwo] = [takes(first, one), takes(second, two)];
    const only_first = await only("only-first", and(allowed, takesOne, not(takesTwo), not(cut)));
    const only_second = await only("only-second", and(allowed, takesTwo, not(takesOne), not(cut)));
    const loops = cut === FALSE ? undefined : await only("loops", and(allowed, cut));
    if (typeof only_first === "string") return { relation: "unknown", reason: only_first, queries };
    if (typeof only_second === "string") return { relation: "unknown", reason: only_second, queries };
    if (only_first !== undefined && only_second !== undefined) {
      return { relation: "neither", only_first, only_second, queries };
    }
    // What is said of all inputs needs every loop followed to its end.
    if (loops !== undefined) return { relation: "unknown", reason: LOOP, queries };
    if (only_second !== undefined) return { relation: "first_implies_second", only_second, queries };
    if (only_first !== undefined) return { relation: "second_implies_first", only_first, queries };
    return { relation: "equivalent", queries };
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    return { relation: "unknown", reason: LONG, queries };
  }
}
