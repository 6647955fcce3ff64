/* oxlint-disable no-await-in-loop -- one question after the other: the answers come from one solver */

/**
 * No engine contradicts another: a few rules of every kind here, the catalogue and 500 in agree-run.mjs. Each engine is asked
 * by itself, as the command asks it, so every counterexample is also replayed, minimised and told.
 */

import { CLAIM_NAMES } from "../../model/claim.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { claimsOf } from "../../props/judge/context.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import { askEngines } from "../support/agree-engines.ts";
import { proposals } from "../support/agree-rules.ts";
import type { Bench } from "../support/prove-bench.ts";
import { openBench } from "../support/prove-bench.ts";

// A solver shares its machine with other tests: what ends is right, however late.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

const SEED = 1;
const RULES = 25;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.prover.close());

/** Four settings, one after the other. */
const SETTINGS = [
  [0, 9, 18],
  [0, 9],
].flatMap((orders) => (["any", "never"] as const).map((resize) => ({ ...DEFAULT_SETTING, orders, resize })));

describe("hunt, exhaust and prove", () => {
  it(`agree on ${RULES} random rules`, async () => {
    const rules = proposals(SEED, RULES).map(({ kind, text }) => bench.parse(text, kind));
    const tally: Record<string, number> = {};
    for (const [at, rule] of rules.entries()) {
      const setting = SETTINGS[at % SETTINGS.length] ?? DEFAULT_SETTING;
      const asked = { setting, claims: claimsOf(rule, CLAIM_NAMES), seed: SEED, numRuns: 1000 };
      const came = await askEngines(bench, rule, asked);
      expect(came.contradictions).toEqual([]);
      expect(came.several).toEqual([]);
      expect(came.unknown).toBe(0);
      for (const [words, n] of Object.entries(came.tally)) tally[words] = (tally[words] ?? 0) + n;
    }
    // Rules that all fall, or all hold, would not show that anybody agrees.
    expect(tally["hunt refuted, exhaust refuted, prove refuted"]).toBeGreaterThan(10);
    expect(tally["hunt sampled, exhaust exhausted, prove proved"]).toBeGreaterThan(10);
    expect(tally["hunt unsettled, exhaust unsettled, prove vacuous"]).toBeGreaterThan(0);
    expect(new Set(rules.map(({ kind }) => kind))).toEqual(new Set(["bind", "map", "level"]));
  });
});
