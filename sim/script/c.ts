/** A counterexample as a C program in the manner of a kselftest. */

import type { Counterexample } from "../counterexample.ts";

export function toC(_ce: Counterexample): string {
  throw new Error("not written yet");
}
