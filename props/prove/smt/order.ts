/** The nodes of a formula in an order in which operands come first. */

import type { Term } from "./term.ts";

/** Each node once; the formula is last. */
export function operandsFirst(...roots: readonly Term[]): Term[] {
  const done = new Set<Term>();
  const open = new Set<Term>();
  // Not recursive: an unrolled loop is deep.
  const stack = roots.toReversed();
  for (let term = stack.at(-1); term !== undefined; term = stack.at(-1)) {
    if (done.has(term) || open.has(term)) {
      stack.pop();
      done.add(term);
      continue;
    }
    open.add(term);
    stack.push(...term.args.toReversed());
  }
  return [...done];
}
