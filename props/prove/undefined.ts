/** Is there an input for which a rule's C is undefined? Where, and which. */

import type { ParameterName, RuleKind } from "../../model/rule/parameters.ts";
import { UNDEFINED } from "../../model/rule/wasm/module.ts";
import type { Rule, Site } from "../../model/rule/tree.ts";
import type { Ask } from "./ask.ts";
import { aboutWorld, LONG, LOOP } from "./ask.ts";
import { choice, freeSlot, slotInputs } from "./inputs.ts";
import { evaluatorOf } from "./ops.ts";
import { mappingLevels, scene } from "./scene.ts";
import type { Query, Question, Undefinedness } from "./prover.ts";
import type { Inputs } from "./smt/expression.ts";
import { TOO_LONG } from "./smt/expression.ts";
import type { RuleTerms } from "./smt/rule.ts";
import { ruleTerms } from "./smt/rule.ts";
import type { Term } from "./smt/term.ts";
import { and, FALSE, not } from "./smt/term.ts";
import { valuation } from "./smt/value.ts";

type Model = ReadonlyMap<string, bigint>;

/** A rule being asked, with the inputs it is asked about. */
interface Asking {
  readonly name: string;
  readonly asked: Term;
  readonly inputs: Inputs;
  readonly terms: RuleTerms;
}

/** The bind rule sees all that the ioctl's earlier checks let through; the others what the rules before them let through. */
function askings(question: Question, kind: RuleKind): readonly Asking[] {
  const { orders } = question.setting;
  if (kind === "bind") {
    const slot = freeSlot("slot", choice("slot_file_order", orders), "rule");
    const inputs = slotInputs(slot, slot.order, slot.i_size_npages);
    return [{ name: "undefined", asked: slot.allowed, inputs, terms: ruleTerms(question.rules.bind, inputs, "slot") }];
  }
  return orders.flatMap((folio) =>
    mappingLevels(scene(question, folio)).map((at) => {
      const [terms, asked] = kind === "map" ? [at.map, at.mapAsked] : [at.level, at.levelAsked];
      return { name: `undefined-${folio}-as-${at.order}`, asked, inputs: at.inputs, terms };
    }),
  );
}

/** The u64 bit patterns of these parameters under a model. */
export function inputsOf(names: readonly ParameterName[], inputs: Inputs, model: Model): Record<string, bigint> {
  const value = valuation(model);
  const said = names.flatMap((name): [string, bigint][] => {
    const term = inputs[name];
    return term === undefined ? [] : [[name, value(term)]];
  });
  return Object.fromEntries(said);
}

interface Met {
  readonly status: "undefined";
  readonly site: Site;
  readonly inputs: Readonly<Record<string, bigint>>;
}

/** @throws Error when the evaluator does not agree */
function found(rule: Rule, { inputs, terms }: Asking, model: Model): Met {
  const value = valuation(model);
  const met = terms.sites.find(({ when }) => value(when) === 1n);
  const site = rule.sites[met?.site ?? -1];
  const values = inputsOf(rule.reads, inputs, model);
  const evaluator = evaluatorOf(rule);
  if (site === undefined || evaluator.bytes(values) !== UNDEFINED || evaluator.undefinedAt() !== site) {
    throw new Error(`${rule.id} is not undefined where the proof says: ${JSON.stringify(site)}`);
  }
  return { status: "undefined", site, inputs: values };
}

export async function findUndefined(ask: Ask, question: Question, kind: RuleKind): Promise<Undefinedness> {
  const queries: Query[] = [];
  const rule = question.rules[kind];
  let unknown: string | undefined;
  try {
    for (const asking of askings(question, kind)) {
      const { name, asked, terms } = asking;
      const about = aboutWorld(question);
      const wanted = and(asked, terms.undefined, not(terms.cut));
      if (wanted !== FALSE) {
        const { query, said } = await ask(name, [`sat if the ${kind} rule can be undefined`, ...about], wanted); // oxlint-disable-line no-await-in-loop -- the first that is undefined ends it
        queries.push(query);
        if (said.answer === "sat") return { ...found(rule, asking, said.model), queries };
        if (said.answer === "unknown") unknown = said.reason;
      }
      if (terms.cut === FALSE) continue;
      const { query, said } = await ask(`${name}-loops`, ["unsat if every loop ends", ...about], and(asked, terms.cut)); // oxlint-disable-line no-await-in-loop -- the same
      queries.push(query);
      if (said.answer !== "unsat") unknown = LOOP;
    }
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    unknown = LONG;
  }
  return unknown === undefined ? { status: "defined", queries } : { status: "unknown", reason: unknown, queries };
}
