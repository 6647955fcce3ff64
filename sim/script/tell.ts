/** What the ops of a finding did, in words. */

import type { Counterexample } from "../counterexample.ts";
import { amount, hex, pageCount } from "../picture/amount.ts";
import { end } from "../picture/scene.ts";
import type { Effect, Range } from "../step.ts";
import { claimText } from "./claim.ts";
import { calledInFull } from "./name.ts";

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

/** What happens and through which check, as a sentence without its stop. */
export function finding(ce: Counterexample): string {
  const { wrong } = claimText(ce);
  const check = calledInFull(ce.rule);
  const start = {
    // A function's name keeps its first letter as it is.
    bind: `${check.replace(/^the /, "The ")} lets in a memslot with which a page fault ${wrong}`,
    map: `With ${check} deciding how large a page may be mapped, a page fault ${wrong}`,
    level: `With ${check} deciding which slots get no large pages, a page fault ${wrong}`,
  };
  return `${start[ce.rule.kind]}: ${excessOf(ce)}${ce.claim === "mapping_translates" ? " off" : ""}`;
}
