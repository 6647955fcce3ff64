/* oxlint-disable no-await-in-loop -- one question after the other: the answers come from one solver */

/** Random rules built of the checks that people propose: what is proved is never found broken by the random search. */

import { CLAIM_NAMES } from "../../../model/claim.ts";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { hunt } from "../../../props/search/hunt.ts";
import { worldOf } from "../../../sim/world.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import type { Bench } from "../../support/prove-bench.ts";
import { openBench } from "../../support/prove-bench.ts";

// A solver shares its machine with other tests: what ends is right, however late.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

const SEED = 0xa97ee;
const RULES = Number(process.env["FOLIOFENCE_AGREE_RULES"] ?? 25);
const RUNS = 3000;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.prover.close());

const size = fc.constantFrom("SZ_4K", "SZ_2M", "SZ_1G", "folio_size");
const atom = fc.oneof(
  fc
    .tuple(fc.constantFrom("offset", "size", "gpa", "offset | size", "offset | gpa"), size)
    .map(([of, to]) => `!((${of}) % ${to})`),
  size.map((to) => `!((offset ^ gpa) & (${to} - 1))`),
  fc
    .tuple(fc.constantFrom("size", "offset"), fc.constantFrom(">=", "<", "=="), size)
    .map(([a, op, b]) => `${a} ${op} ${b}`),
  fc.constantFrom("fls64", "ffs64").map((f) => `${f}(offset) >= ${f}(gpa)`),
  fc.constantFrom("offset == 0", "offset == gpa", "gpa && __ffs64(offset | gpa) >= 21", "is_power_of_2(size) != 0"),
);
const rules = fc
  .array(fc.tuple(atom, fc.constantFrom("&&", "&&", "||"), fc.boolean()), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.reduce((text, [a, op], at) => (at === 0 ? a : `(${text}) ${op} ${a}`), ""));
const settings = fc.record({
  resize: fc.constantFrom("any" as const, "before-bind" as const),
  orders: fc.constantFrom([0, 9, 18], [0, 9], [9, 18], [0, 4, 9]),
});

it(`agrees with the random search on ${RULES} rules`, async () => {
  const tally: Record<string, number> = {};
  for (const [text, setting] of fc.sample(fc.tuple(rules, settings), { seed: SEED, numRuns: RULES })) {
    const rule = bench.parse(text);
    const { world } = worldOf(bench.question(rule).rules, { ...DEFAULT_SETTING, ...setting });
    const { findings } = hunt(world, CLAIM_NAMES, { seed: SEED, numRuns: RUNS });
    for (const claim of CLAIM_NAMES) {
      const { status } = await bench.prove(rule, claim, setting);
      const both = `${findings.has(claim) ? "found" : "not found"}, ${status}`;
      tally[both] = (tally[both] ?? 0) + 1;
      if (both === "found, proved")
        throw new Error(`${text}\n${claim} ${JSON.stringify(setting)} ${JSON.stringify(findings.get(claim))}`);
    }
  }
  console.log(`prove and hunt: ${JSON.stringify(tally)}`);
  expect(tally["found, refuted"]).toBeGreaterThan(0);
  expect(tally["not found, proved"]).toBeGreaterThan(0);
  expect(tally["found, unknown"] ?? 0).toBe(0);
});
