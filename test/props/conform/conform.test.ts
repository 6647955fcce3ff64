/** The models against the kernel this runs on, for a few seconds, where it can be reached. */

import { expect, it } from "vitest";
import { conform } from "../../../props/conform/conform.ts";
import { escapeText, showEscape } from "../../../props/conform/escape.ts";

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

it("a write without a VMA leaves the slot's part of the file, a store through the slot does not", async () => {
  const report = await showEscape();
  console.log(escapeText(report));
  const outside = Object.fromEntries(report.ways.map((way) => [way.way, way.outside]));
  const expected = { "written without a VMA": 508, "stored by the guest through the slot": 0 };
  // Kernels before 6.11 do not ask the window, those from 6.14 to 6.17 size the folio by the write: the model knows.
  expect(report.ways.every((way) => way.model_agrees)).toBe(true);
  expect(expected).toMatchObject(report.kernel.startsWith("6.18") ? outside : {});
});
