/** A counterexample as a Node script that imports nothing. */

import type { Counterexample } from "../counterexample.ts";

export function toMjs(_ce: Counterexample): string {
  throw new Error("not written yet");
}
