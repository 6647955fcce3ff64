/**
 * C that looks as if it held its slot in its range, and does or does not, depending on what nobody shows: each text with the
 * verdict that is right. A text that some C for its unknowns breaks must not be proved; one that none breaks must not be refuted.
 */

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rulebook } from "../../../props/judge/rulebook.ts";
import { openProver } from "../../../props/prove/prover.ts";
import type { Prover } from "../../../props/prove/prover.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { question } from "../../support/prove-models.ts";

const corpus = readFileSync(new URL("../../corpus/hostile.txt", import.meta.url), "utf8");
const book = rulebook(await loadGrammar());

let prover: Prover;
beforeAll(async () => void (prover = await openProver()));
afterAll(() => prover.close());

/** Of each rule in the text: proved, refuted or unknown, or that something wrong is stored in the slot; or that it is refused. */
async function verdicts(text: string): Promise<string> {
  const parsed = book.parse(text, { id: "rule", kind: "bind" });
  if (!parsed.ok) return "refused";
  const all: string[] = [];
  for (const bind of parsed.rules) {
    const asked = question({ bind });
    const { status } = await prover.prove(asked, "folio_starts_in_slot"); // oxlint-disable-line no-await-in-loop -- one after another
    const isUndefined = bind.sites.length > 0 && (await prover.undefined(asked, "bind")).status === "undefined"; // oxlint-disable-line no-await-in-loop -- the same
    all.push(isUndefined ? `${status}, undefined` : status);
  }
  return all.join(" | ");
}

const cases = corpus.split(/^\/\/ /m).flatMap((part) => {
  const [head = "", ...lines] = part.split("\n");
  const [name = "", verdict = ""] = head.split(": ");
  return lines.length === 0 || name === "" ? [] : [[name, verdict, lines.join("\n")] as const];
});

const isFull = process.env["FOLIOFENCE_FULL"] === "1";
if (!isFull) console.log("hostile: one text in three, as all of them take long; FOLIOFENCE_FULL=1 takes all");

describe("a hostile text", () => {
  it.each(cases.filter((_, at) => isFull || at % 3 === 0))("%s: %s", async (_name, verdict, text) => {
    expect(await verdicts(text)).toBe(verdict);
  });
});
