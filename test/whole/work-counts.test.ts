/**
 * What the engines do for fixed seeds, in work instead of time: runs, machine steps, rule evaluations, states, solver
 * queries. A change that makes one of them much dearer fails here on any machine, however busy.
 */

import type { ClaimName } from "../../model/claim.ts";
import { CLAIM_NAMES } from "../../model/claim.ts";
import { afterAll, describe, expect, it } from "vitest";
import { x86_64 } from "../../model/arch.ts";
import type { World } from "../../model/abstract/machine.ts";
import { newVm } from "../../model/abstract/machine.ts";
import { exhaust } from "../../props/search/exhaust.ts";
import { hunt } from "../../props/search/hunt.ts";
import { rulesOf } from "../../props/judge/context.ts";
import { minimise } from "../../props/shrink/minimise.ts";
import { openProver } from "../../props/prove/prover.ts";
import { openRulebook } from "../../props/judge/rulebook.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import { BENCH_RULES, benchWorld } from "../support/bench-rules.ts";

const book = await openRulebook();
const LOW: ClaimName = "folio_starts_in_slot";
const HIGH: ClaimName = "folio_ends_in_slot";

/** The world, and how often its rules were asked. */
function counted(world: World): { world: World; asked: { bind: number; map: number; level: number } } {
  const asked = { bind: 0, map: 0, level: 0 };
  return {
    asked,
    world: {
      ...world,
      bind_rule: (...slot) => {
        asked.bind++;
        return world.bind_rule(...slot);
      },
      map_rule: (...page) => {
        asked.map++;
        return world.map_rule(...page);
      },
      level_rule: (...slot) => {
        asked.level++;
        return world.level_rule(...slot);
      },
    },
  };
}

describe("a search", () => {
  it("meets both escapes of every rule within 200 runs, for 20 seeds", () => {
    const runs = BENCH_RULES.flatMap((rule) =>
      Array.from({ length: 20 }, (_, seed) => {
        const { findings } = hunt(benchWorld(book, rule, [0, 9, 18]), [LOW, HIGH], { seed, numRuns: 5000 });
        return Math.max(findings.get(LOW)?.run ?? Infinity, findings.get(HIGH)?.run ?? Infinity);
      }),
    ).toSorted((a, b) => a - b);
    expect(runs[runs.length >>> 1]).toBeLessThanOrEqual(30);
    expect(runs.at(-1)).toBeLessThanOrEqual(200);
  });

  it("asks the rule at most twice a run", () => {
    const { world, asked } = counted(benchWorld(book, "none", [0, 9, 18]));
    const { runs } = hunt(world, [], { seed: 1, numRuns: 2000 });
    expect(runs).toBe(2000);
    expect(asked.bind / runs).toBeLessThanOrEqual(2);
    expect(asked.bind / runs).toBeGreaterThan(1);
  });
});

describe("minimising", () => {
  it.each(BENCH_RULES)("%s: tries at most 1,000 op lists for an escape of either kind", (rule) => {
    for (const claim of [LOW, HIGH]) {
      const { world, asked } = counted(benchWorld(book, rule, [0, 9, 18]));
      const found = hunt(world, [claim], { seed: 3, numRuns: 5000 }).findings.get(claim)?.ops ?? [];
      asked.bind = 0;
      minimise(newVm(world), claim, found);
      expect(asked.bind).toBeLessThanOrEqual(1000);
      expect(asked.bind).toBeGreaterThan(10);
    }
  });
});

describe("exhausting", () => {
  it("asks the bind rule once a slot, and map and level rules once a mapping", () => {
    const { world, asked } = counted(benchWorld(book, "none", [0, 9, 18]));
    const { states, witnesses } = exhaust(world, CLAIM_NAMES);
    expect(states).toBe(199_710);
    // The ioctl refuses a bound page range after the rule was asked, and there is no other refusal of its own here.
    const binds = ["bind_accepted", "bind_refused_by_rule", "bind_refused_by_ioctl"].map(
      (name) => witnesses[name] ?? 0,
    );
    expect(asked.bind).toBe(binds.reduce((a, b) => a + b, 0));
    expect(asked.level).toBeLessThanOrEqual(2 * states);
    expect(asked.map).toBeLessThanOrEqual(asked.level);
  });
  it("leaves the mapping out where no mapping claim is asked", () => {
    const { world, asked } = counted(benchWorld(book, "congruent", [0, 9, 18]));
    expect(exhaust(world, [LOW, HIGH]).states).toBe(47_232);
    expect([asked.level, asked.map]).toEqual([0, 0]);
  });
});

describe("proving", async () => {
  const prover = await openProver();
  afterAll(() => prover.close());

  it.each([
    ["offset_and_size_1g", LOW, "proved"],
    ["size_level", LOW, "refuted"],
  ] as const)("%s: %s is %s with at most 4 queries", async (id, claim, status) => {
    const rules = rulesOf(book.byId(id), { setting: DEFAULT_SETTING, ruleById: book.byId });
    const proof = await prover.prove({ rules, setting: DEFAULT_SETTING, arch: x86_64 }, claim);
    expect(proof.status).toBe(status);
    expect(proof.queries.length).toBeLessThanOrEqual(4);
  });
});
