/** From any counterexample to the smallest one, told with no more of what nobody knows than it takes. */

import { REFUSED } from "../../model/outcome.ts";
import type { Given } from "../../model/given.ts";
import type { Contract, ContractClaim } from "../../model/rule/contract.ts";
import type { ContractFinding, ContractInput } from "../../sim/contract.ts";
import { findingId } from "../../sim/contract.ts";
import { leastSet } from "../prove/least-set.ts";
import type { Term } from "../prove/smt/term.ts";
import { and, bits, eq, ite, not, or, truth } from "../prove/smt/term.ts";
import { WIDTH } from "../../model/rule/tree.ts";
import { constant } from "../prove/smt/expression.ts";
import { isGiven } from "../prove/unknowns.ts";
import { TRUE } from "../prove/smt/term.ts";
import { compareInputs } from "./order.ts";
import { checkRun, othersIn } from "./prove.ts";
import { givenAnswer, runnerOf } from "./run.ts";
import type { AskTerm } from "./smallest.ts";
import { smallest } from "./smallest.ts";
import { smallestByTrying } from "./tried.ts";
import type { Model, Sought, TreeTerms } from "./terms.ts";
import { inputsIn } from "./terms.ts";

export interface Least {
  readonly inputs: readonly ContractInput[];
  readonly given: readonly Given[];
  readonly model: Model;
  /** Why there may be smaller ones. */
  readonly open?: string;
}

/** What is no input, as it differs from what it is where nothing goes wrong; nothing where it is not come to. */
const othersOf = ({ tree, terms }: TreeTerms): Sought[] =>
  terms.unknowns.flatMap(({ unknown: at, term, when }): Sought[] => {
    const unknown = tree.unknowns[at];
    if (unknown === undefined || unknown.is === "input") return [];
    const { text, type, plain, pointer } = unknown;
    if (type === "bool") return [{ name: text, type, term: and(when, not(eq(term, truth(plain !== 0n)))) }];
    const told = pointer
      ? ite(eq(term, bits(64, plain)), bits(64, 0), ite(eq(term, bits(64, 0)), bits(64, 1), term))
      : term;
    return [{ name: text, type, term: ite(when, told, bits(WIDTH[type], 0)) }];
  });

/** @param formula what is true in the model, and of which the smallest inputs are wanted */
export async function leastOf(
  ask: AskTerm,
  contract: Contract,
  at: TreeTerms,
  formula: Term,
  found: Model,
  outcome: number,
  name: string,
): Promise<Least> {
  const others = othersOf(at);
  const runner = runnerOf(at.tree, contract);
  const breaks = (values: readonly bigint[]): boolean =>
    runner.run(new Map(at.inputs.map((each, i) => [each.name, values[i] ?? 0n]))) === outcome;
  const first =
    others.length > 0
      ? await smallest(ask, formula, at.inputs, found, `${name}-smallest`)
      : await smallestByTrying(ask, formula, at.terms.cut, at.inputs, found, `${name}-smallest`, breaks);
  const inputs = inputsIn(first.model, at.inputs);
  const numbers = (all: readonly ContractInput[]): readonly bigint[] => all.map(({ value }) => value);
  if (compareInputs(numbers(inputs), numbers(inputsIn(found, at.inputs))) > 0) {
    throw new Error(`${contract.id}: what is called smallest is larger than what was found`);
  }
  const fixed = and(...at.inputs.map(({ term, type }, i) => eq(term, constant(type, inputs[i]?.value ?? 0n))));
  if (others.length === 0) {
    checkRun(contract, at, first.model, outcome);
    return { inputs, given: [], ...first };
  }
  const second = await smallest(ask, and(formula, fixed), others, first.model, `${name}-values`);
  checkRun(contract, at, second.model, outcome);
  const asked = { rule: at.tree, terms: at.terms, when: TRUE };
  const all = othersIn(at, second.model);
  const other = and(fixed, or(not(formula), at.terms.cut));
  const chosen = await leastSet(
    all.map((given) => ({ given, text: `${given.at} ${given.text} ${given.times}`, term: isGiven(asked, given) })),
    (terms, tries) => ask(`${name}-given-${tries}`, and(other, ...terms)),
    () => undefined,
  );
  const open = first.open ?? second.open ?? (typeof chosen === "string" ? chosen : undefined);
  const given = typeof chosen === "string" ? all : all.filter((one) => chosen.some((each) => each.given === one));
  return { inputs, given, model: second.model, ...(open !== undefined && { open }) };
}

/** @throws Error where the machine code does not break the claim */
export function findingOf(
  contract: Contract,
  claim: ContractClaim,
  { inputs, given, open }: Pick<Least, "inputs" | "given" | "open">,
  all: readonly Given[],
): ContractFinding {
  const values = new Map(inputs.map(({ name, value }) => [name, value]));
  const { outcome, result, after } = runnerOf(claim.tree, contract).look(values, givenAnswer(all));
  if (outcome !== REFUSED) throw new Error(`${contract.id} keeps ${claim.name} with inputs that break it`);
  return {
    id: findingId(contract, claim, inputs, given),
    contract,
    claim,
    inputs,
    given,
    ...(result !== undefined && { result }),
    after,
    ...(open !== undefined && { notSmallest: open }),
  };
}
