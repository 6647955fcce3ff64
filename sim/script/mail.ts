/** A counterexample as the body of a mail: plain text, ASCII, at most 72 columns. */

import type { Counterexample } from "../counterexample.ts";

export function toMail(_ce: Counterexample): string {
  throw new Error("not written yet");
}
