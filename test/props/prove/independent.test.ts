/** What is proved and what is refuted, against a simulator written in C from the documents: 200 rules in test/tools/independent.mjs, a few here. */

import { expect, it } from "vitest";
import { openProver } from "../../../props/prove/prover.ts";
import { independent } from "../../support/independent.ts";
import { parse } from "../../support/prove-models.ts";
import { CC } from "../../support/simulator.ts";

if (CC === undefined) console.log("independent: skipped, there is no C compiler (cc, gcc, clang) on this machine");

it.skipIf(CC === undefined)("is what another simulator says", async () => {
  const prover = await openProver();
  const came = await independent({ prover, parse, seed: 5, rules: 6, tries: 60_000 });
  await prover.close();
  expect(came.differences).toEqual([]);
  expect(came.proved).toBeGreaterThan(10);
  expect(came.found).toBeGreaterThan(10);
  expect(came.refuted - came.found).toBeLessThan(came.refuted / 4);
});
