/** The value of a formula when its variables have values: what a solver's model says, or inputs to try. */

import { foldOp } from "./fold.ts";
import type { Term } from "./term.ts";
import { operand } from "./term.ts";

/** Values of formulas under one model, each node looked at once, and only what decides. */
export function valuation(model: ReadonlyMap<string, bigint>): (term: Term) => bigint {
  const known = new Map<Term, bigint>();
  /** The value, or an operand that has to be known first. */
  const step = (term: Term): bigint | Term => {
    const { op, args, width } = term;
    if (op === "const") return term.value ?? 0n;
    if (op === "var") return BigInt.asUintN(width === 0 ? 1 : width, model.get(term.name ?? "") ?? 0n);
    if (op === "ite") {
      const decides = operand(args, 0);
      const said = known.get(decides);
      if (said === undefined) return decides;
      const taken = operand(args, said === 1n ? 1 : 2);
      return known.get(taken) ?? taken;
    }
    if (op === "and" || op === "or") {
      const ends = op === "or" ? 1n : 0n;
      for (const arg of args) {
        const said = known.get(arg);
        if (said === undefined) return arg;
        if (said === ends) return ends;
      }
      return 1n - ends;
    }
    const values: bigint[] = [];
    for (const arg of args) {
      const said = known.get(arg);
      if (said === undefined) return arg;
      values.push(said);
    }
    return BigInt.asUintN(width === 0 ? 1 : width, foldOp(op, width, operand(args, 0).width, values, term.low ?? 0));
  };
  return (term) => {
    // Not recursive: an unrolled loop is deep.
    const stack = [term];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const said = known.get(top) ?? step(top);
      if (typeof said === "bigint") {
        known.set(top, said);
        stack.pop();
      } else stack.push(said);
    }
    return known.get(term) ?? 0n;
  };
}
