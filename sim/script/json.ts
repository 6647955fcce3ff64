/** A counterexample as JSON: what `replay` reads. */

import type { Counterexample } from "../counterexample.ts";

export function toJson(_ce: Counterexample): string {
  throw new Error("not written yet");
}
