/** What the ops of a finding did, in words. */

import type { Counterexample } from "../counterexample.ts";
import { amount, hex, pageCount } from "../picture/amount.ts";
import { end, faultOf } from "../picture/scene.ts";
import type { Effect, Range } from "../step.ts";
import type { Trace } from "../trace.ts";

/** Half-open, in bytes. */
export const interval = (range: Range): string => `[${hex(range.start)}, ${hex(end(range))})`;

/** Why a bind was refused; the checks are those of the model. */
const CHECKS: Readonly<Record<string, string>> = {
  rule: "the check refuses it",
  rule_undefined: "the check's C is undefined for these values",
  rule_no_end: "the check does not come to an end",
  overlap: "its guest addresses overlap another slot",
  pgoff_already_bound: "its file range is bound already",
};

export function told(effect: Effect): string {
  switch (effect.effect) {
    case "done":
      return "ok";
    case "refused":
      return `${effect.errno}: ${CHECKS[effect.check] ?? effect.check}`;
    case "no_slot":
      return "no slot there";
    case "faulted":
      return `asks for file offset ${hex(effect.index)}, gets folio ${interval(effect.folio)}`;
    default:
      return effect satisfies never;
  }
}

/** The first step that went another way with the control, and how. */
export function difference(ce: Counterexample): { readonly step: number; readonly words: string } {
  const { trace } = ce.control;
  const step = trace.findIndex(({ effect }, i) => JSON.stringify(effect) !== JSON.stringify(ce.trace[i]?.effect));
  const effect = trace[step]?.effect;
  if (effect === undefined) return { step: 0, words: "nothing differs" };
  if (effect.effect !== "faulted") return { step: step + 1, words: told(effect) };
  return { step: step + 1, words: `maps ${amount(effect.mapping.pages.npages)} at ${interval(effect.mapping.gfns)}` };
}

/** "4 KiB, 1 page" of what a claim objects to. */
export const excessOf = (ce: Counterexample): string =>
  `${hex(ce.violation.excess)} bytes (${pageCount(ce.violation.excess)})`;

/** The op, from 1, by which each slot was bound that the fault fell into. */
export const bindStep = (trace: Trace, id: number): number =>
  trace.findIndex(({ op, effect }) => op.op === "bind_memslot" && op.slot === id && effect.effect === "done") + 1;

export const mappedOf = (ce: Counterexample): { readonly gfns: Range; readonly pages: Range } => faultOf(ce).mapping;
