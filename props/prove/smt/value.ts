/** The value of a formula when its variables have values: what a solver's model says, or inputs to try. */

import { foldOp } from "./fold.ts";
import type { Term } from "./term.ts";
import { operand } from "./term.ts";

/** Values of formulas under one model, each node looked at once. */
export function valuation(model: ReadonlyMap<string, bigint>): (term: Term) => bigint {
  const known = new Map<Term, bigint>();
  const once = (term: Term): bigint => {
    const at = (i: number): bigint => {
      const arg = operand(term.args, i);
      return known.get(arg) ?? valueOf(arg);
    };
    const { op, args, width } = term;
    if (op === "const") return term.value ?? 0n;
    if (op === "var") return BigInt.asUintN(width === 0 ? 1 : width, model.get(term.name ?? "") ?? 0n);
    // Only what decides is looked at.
    if (op === "ite") return at(0) === 1n ? at(1) : at(2);
    if (op === "and") return args.every((_, i) => at(i) === 1n) ? 1n : 0n;
    if (op === "or") return args.some((_, i) => at(i) === 1n) ? 1n : 0n;
    const values = args.map((_, i) => at(i));
    return BigInt.asUintN(width === 0 ? 1 : width, foldOp(op, width, operand(args, 0).width, values, term.low ?? 0));
  };
  function valueOf(term: Term): bigint {
    const value = known.get(term) ?? once(term);
    known.set(term, value);
    return value;
  }
  return valueOf;
}
