/** A counterexample as a picture: the file as a ruler, the slots, the folio, the pages outside. */

import type { Counterexample } from "../counterexample.ts";

export function toSvg(_ce: Counterexample): string {
  throw new Error("not written yet");
}
