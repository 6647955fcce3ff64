/** What the files of a counterexample are called: `${fileStem(ce)}.json`, `.mjs`, `.txt`, `.c` and `.svg`. */

import type { Counterexample } from "../counterexample.ts";

const plain = (text: string): string => text.replaceAll(/[^\w.-]+/g, "_");

export const fileStem = (ce: Counterexample): string => `${plain(ce.rule.id)}-${plain(ce.claim)}-${ce.id}`;
