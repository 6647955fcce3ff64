/** A contract's tree as a formula, and its inputs among the variables. */

import type { Contract } from "../../model/rule/contract.ts";
import type { IntType } from "../../model/rule/int-type.ts";
import type { RuleTree } from "../../model/rule/tree.ts";
import { isSigned, WIDTH, wrapTo } from "../../model/rule/tree.ts";
import type { ContractInput } from "../../sim/contract.ts";
import { constant } from "../prove/smt/expression.ts";
import type { Loops, RuleTerms } from "../prove/smt/rule.ts";
import { ruleTerms } from "../prove/smt/rule.ts";
import { fls64 } from "../prove/smt/bits.ts";
import type { Term } from "../prove/smt/term.ts";
import { add, bits, eq, extract, ite, negate, slt, zeroExtend } from "../prove/smt/term.ts";
import { valuation } from "../prove/smt/value.ts";

export type Model = ReadonlyMap<string, bigint>;

/** Something that is looked for, of which the smallest is wanted. */
export interface Sought {
  readonly name: string;
  readonly type: IntType;
  readonly term: Term;
  readonly pointer?: true;
}

export interface TreeTerms {
  readonly tree: RuleTree;
  readonly terms: RuleTerms;
  /** In the order of the parameters, then what they lead to. */
  readonly inputs: readonly Sought[];
}

/** Parameters first; what they lead to by its text. */
function placeOf({ parameters }: Contract, name: string): number {
  const at = parameters.findIndex((each) => each.name === name);
  return at < 0 ? parameters.length : at;
}

export function termsOf(contract: Contract, tree: RuleTree, loops: Loops = "cut"): TreeTerms {
  const terms = ruleTerms(tree, {}, "call", loops);
  const inputs = terms.unknowns.flatMap(({ unknown: at, term }): Sought[] => {
    const unknown = tree.unknowns[at];
    if (unknown?.is !== "input") return [];
    const { text, type, pointer } = unknown;
    return [{ name: text, type, term, ...(pointer && { pointer }) }];
  });
  const sorted = inputs.toSorted(
    (a, b) => placeOf(contract, a.name) - placeOf(contract, b.name) || (a.name < b.name ? -1 : 1),
  );
  if (new Set(sorted.map(({ name }) => name)).size !== sorted.length) throw new Error(`${tree.id}: an input twice`);
  return { tree, terms, inputs: sorted };
}

export const valueIn = (model: Model, { term, type }: Pick<Sought, "term" | "type">): bigint =>
  wrapTo(type, valuation(model)(term));

export const inputsIn = (model: Model, inputs: readonly Sought[]): ContractInput[] =>
  inputs.map((each) => ({
    name: each.name,
    type: each.type,
    value: valueIn(model, each),
    ...(each.pointer && { pointer: true as const }),
  }));

/** Without its sign, 64 bits wide. */
export function sizeOf({ term, type }: Pick<Sought, "term" | "type">): Term {
  if (type === "bool") return ite(term, bits(64, 1), bits(64, 0));
  const isNegative = slt(term, bits(WIDTH[type], 0));
  return zeroExtend(isSigned(type) ? ite(isNegative, negate(term), term) : term, 64);
}

/** How many bits the number has; 16 bits wide. */
export const bitsIn = (sought: Pick<Sought, "term" | "type">): Term => extract(fls64(sizeOf(sought)), 15, 0);

export const isZero = ({ term, type }: Pick<Sought, "term" | "type">): Term => eq(term, constant(type, 0n));

export const total = (terms: readonly Term[]): Term => terms.reduce((a, b) => add(a, b), bits(16, 0));
