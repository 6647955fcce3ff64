/**
 * Values for what no model knows, drawn from the ops that ask: nothing is drawn beside the ops, so a list of them has the
 * same values wherever it is run, and rules that ask for none are hunted as ever. Half of all lists have things go well.
 */

import type { Otherwise } from "../../sim/answers.ts";
import { placeOf, plainly } from "../../sim/answers.ts";
import type { Op } from "../../sim/op.ts";
import { opText } from "../../sim/op.ts";

/** Where C is decided: no and yes, an errno, a page, all bits. */
const EDGES = [0n, 1n, 2n, -22n, 4096n, -1n] as const;

/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
}

export function drawnFor(ops: readonly Op[]): Otherwise {
  const seed = ops.map(opText).join(" ");
  if (hash(seed) % 2 === 0) return plainly;
  // Whoever asks the same is answered the same: slots for which that must differ are left to the solver.
  return ({ unknown, times, order }) => {
    const h = hash(`${seed} ${order ?? ""} ${placeOf(unknown)} ${unknown.text} ${times}`);
    return h % 3 === 0 ? unknown.plain : (EDGES[h % EDGES.length] ?? 0n);
  };
}
