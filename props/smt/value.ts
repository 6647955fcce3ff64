/** The value of a formula when its variables have values: what a solver's model says, or inputs to try. */

import { foldOp } from "./fold.ts";
import type { Term } from "./term.ts";

/** Values of formulas under one model, each node looked at once. */
export function valuation(model: ReadonlyMap<string, bigint>): (term: Term) => bigint {
  const known = new Map<Term, bigint>();
  const once = (term: Term): bigint => {
    const at = (i: number): bigint => {
      const arg = term.args[i];
      return arg === undefined ? 0n : (known.get(arg) ?? valueOf(arg));
    };
    switch (term.op) {
      case "const":
        return term.value ?? 0n;
      case "var":
        return model.get(term.name ?? "") ?? 0n;
      case "ite":
        return at(0) === 1n ? at(1) : at(2);
      case "and":
        return term.args.every((_, i) => at(i) === 1n) ? 1n : 0n;
      case "or":
        return term.args.some((_, i) => at(i) === 1n) ? 1n : 0n;
      default: {
        const values = term.args.map((_, i) => at(i));
        const folded = foldOp(term.op, term.width, term.args[0]?.width ?? 0, values, term.low ?? 0);
        return BigInt.asUintN(term.width === 0 ? 1 : term.width, folded);
      }
    }
  };
  function valueOf(term: Term): bigint {
    const value = known.get(term) ?? once(term);
    known.set(term, value);
    return value;
  }
  return valueOf;
}
