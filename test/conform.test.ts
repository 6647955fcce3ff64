/** The models against the kernel this runs on, for a few seconds, where it can be reached. */

import { expect, it } from "vitest";
import { conform } from "../props/conform.ts";

const OPS = 2_000;
const SEED = 0x6b766d;

it("the running kernel does what the models say", { timeout: 120_000 }, async () => {
  const { ops, kernel, family, discarded, disagreements, skipped } = await conform({ ops: OPS, seed: SEED });
  for (const why of skipped) console.log(`conform: skipped ${why}`);
  expect(disagreements).toEqual([]);
  expect(ops).toBeGreaterThanOrEqual(skipped.length === 0 ? OPS : 0);
  // What other processes disturb is left out, but not everything may be.
  expect(discarded).toBeLessThan(OPS / 100);
  console.log(`conform: ${ops} ops on ${kernel} (family ${family}), ${discarded} runs discarded`);
});
