/** The mutants that mutants.mjs runs still fit the text they break, so that the script cannot rot. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface Mutant {
  readonly what: string;
  readonly file: string;
  /** Occurs once in the file. */
  readonly text: string;
  readonly becomes: string;
}

const mutants: Mutant[] = JSON.parse(readFileSync(new URL("mutants.json", import.meta.url), "utf8"));

it.each(mutants)("$what", ({ file, text, becomes }) => {
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  expect(source.split(text)).toHaveLength(2);
  expect(becomes).not.toBe(text);
});
