import { describe, expect, it } from "vitest";
import type { ClaimName } from "../props/always.ts";
import { CLAIMS } from "../props/always.ts";
import type { Hunt, HuntPlan, Stretch } from "../props/blocks.ts";
import {
  append,
  BLOCK_RUNS,
  huntStretch,
  NOTHING_HUNTED,
  openClaims,
  ownBlocks,
  ownRuns,
  seedOfBlock,
  sumWitnesses,
} from "../props/blocks.ts";
import { hunt } from "../props/hunt.ts";
import { rulesOf } from "../props/judge.ts";
import { openRulebook } from "../props/rulebook.ts";
import { worldOf } from "../props/world.ts";
import { DEFAULT_SETTING } from "../sim/setting.ts";

const book = await openRulebook();
const worldBy = (id: string) =>
  worldOf(rulesOf(book.byId(id), { setting: DEFAULT_SETTING, ruleById: book.byId }), DEFAULT_SETTING);
const PLAN: HuntPlan = { seed: 7, numRuns: 5_500, withISize: false };

/** Every claim, each block a stretch of its own, all told to look for everything, as idle threads would. */
function eagerly(id: string, claims: readonly ClaimName[]): { hunt: Hunt; again: number } {
  let [folded, again] = [NOTHING_HUNTED, 0];
  for (let own = 0; own < ownBlocks(PLAN); own++) {
    const stretch: Stretch = { from: own, to: own + 1, open: claims };
    const next = append(folded, stretch, huntStretch(worldBy(id), PLAN, stretch), claims);
    if (next !== undefined) {
      folded = next;
      continue;
    }
    again++;
    const narrow = { ...stretch, open: openClaims(claims, folded) };
    folded = append(folded, narrow, huntStretch(worldBy(id), PLAN, narrow), claims) ?? folded;
  }
  return { hunt: folded, again };
}

describe("a hunt in blocks", () => {
  it("has a first block that is fast-check's own", () => {
    const claims = CLAIMS;
    const { world } = worldBy("ctz");
    const plain = hunt(world, claims, { seed: 7, numRuns: BLOCK_RUNS });
    const block = huntStretch(worldBy("ctz"), PLAN, { from: 0, to: 1, open: claims });
    expect(block.runs).toBe(plain.runs);
    expect(block.witnesses).toEqual(plain.witnesses);
    expect([...block.findings].map(([claim, { run, ops }]) => [claim, { run, ops }])).toEqual([...plain.findings]);
  });

  it.each(["none", "ctz", "offset_and_size_2m", "offset_and_size_1g"])("comes to the same in any pieces: %s", (id) => {
    const whole = huntStretch(worldBy(id), PLAN, { from: 0, to: ownBlocks(PLAN), open: CLAIMS });
    expect(eagerly(id, CLAIMS).hunt).toEqual(whole);
  });

  it("runs a block again that was begun for claims that had fallen by then", () => {
    const claims: ClaimName[] = ["folio_starts_in_slot", "mapping_starts_in_slot"];
    const before: Hunt = {
      ...NOTHING_HUNTED,
      blocks: 1,
      findings: new Map([["mapping_starts_in_slot" as const, { run: 1, ops: [], seed: 7, path: "0" }]]),
    };
    const stretch = { from: 1, to: 2, open: claims };
    const part = huntStretch(worldBy("ctz"), PLAN, stretch);
    expect(part.runs).toBe(BLOCK_RUNS);
    expect(append(before, stretch, part, claims)).toBeUndefined();
    const narrow = { ...stretch, open: openClaims(claims, before) };
    expect(append(before, narrow, huntStretch(worldBy("ctz"), PLAN, narrow), claims)?.runs).toBeLessThan(BLOCK_RUNS);
  });

  it("names the seed and the path that replay a finding", () => {
    const { findings } = huntStretch(worldBy("offset_and_size_2m"), PLAN, { from: 2, to: 5, open: CLAIMS });
    expect(findings.size).toBeGreaterThan(0);
    for (const [claim, { seed, path, ops }] of findings) {
      const { world } = worldBy("offset_and_size_2m");
      const again = hunt(world, [claim], { seed, path, numRuns: 1 });
      expect(again.findings.get(claim)).toEqual({ run: 1, ops });
    }
  });

  it("counts the path on from where it was told to begin", () => {
    const plan = { ...PLAN, path: "40" };
    const { findings } = huntStretch(worldBy("ctz"), plan, { from: 0, to: 1, open: ["folio_starts_in_slot"] });
    const finding = findings.get("folio_starts_in_slot");
    expect(finding?.path).toBe(`${39 + (finding?.run ?? 0)}`);
    expect(ownRuns(plan)).toBe(PLAN.numRuns);
  });

  it.each([1, 2, 3, 7])("is shared out whole among %i shards", (of) => {
    const whole = huntStretch(worldBy("offset_and_size_1g"), PLAN, { from: 0, to: 6, open: CLAIMS });
    const shards = Array.from({ length: of }, (_, index) => ({ ...PLAN, shard: { index, of } }));
    const parts = shards.map((plan) =>
      huntStretch(worldBy("offset_and_size_1g"), plan, { from: 0, to: ownBlocks(plan), open: CLAIMS }),
    );
    expect(parts.map(({ runs }) => runs)).toEqual(shards.map(ownRuns));
    expect(parts.reduce((sum, { runs }) => sum + runs, 0)).toBe(PLAN.numRuns);
    expect(sumWitnesses(parts.map(({ witnesses }) => witnesses))).toEqual(whole.witnesses);
  });

  it("gives every block a seed of its own", () => {
    const seeds = new Set(Array.from({ length: 50_000 }, (_, block) => seedOfBlock(1, block)));
    expect(seeds.size).toBe(50_000);
  });
});
