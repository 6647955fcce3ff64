/** An unknown in place of a part of a rule only ever takes proofs away: 2,000 rules in test/tools/monotony.mjs, a few here. */

import { expect, it } from "vitest";
import { rulebook } from "../../../props/judge/rulebook.ts";
import { openProver } from "../../../props/prove/prover.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { monotony } from "../../support/monotony.ts";
import { CC } from "../../support/simulator.ts";

it("has a proof for every filling, and breaks with what it was given", async () => {
  const book = rulebook(await loadGrammar());
  const prover = await openProver();
  const came = await monotony({
    prover,
    parse: (text, kind) => {
      const parsed = book.parse(text, { id: "rule", kind });
      return parsed.ok ? parsed.rules.at(-1) : undefined;
    },
    seed: 3,
    rules: 8,
    fillings: 1,
    ...(CC !== undefined && { tries: { fillings: 12, times: 3_000 } }),
  });
  await prover.close();
  expect(came.differences).toEqual([]);
  expect(came.proved).toBeGreaterThan(8);
  expect(came.filledIn).toBeGreaterThan(0);
  expect(Object.keys(came.forms).length).toBeGreaterThan(2);
});
