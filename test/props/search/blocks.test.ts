import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import type { Hunt, HuntPlan, Stretch } from "../../../props/search/blocks.ts";
import { huntStretch } from "../../../props/search/stretch.ts";
import {
  append,
  BLOCK_RUNS,
  firstMet,
  NOTHING_HUNTED,
  openClaims,
  ownBlocks,
  ownRuns,
  seedOfBlock,
  sumWitnesses,
} from "../../../props/search/blocks.ts";
import { hunt } from "../../../props/search/hunt.ts";
import { rulesOf } from "../../../props/judge/context.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { UndefinedInput } from "../../../sim/world.ts";
import { worldOf } from "../../../sim/world.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";

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
    const claims = CLAIM_NAMES;
    const { world } = worldBy("ctz");
    const plain = hunt(world, claims, { seed: 7, numRuns: BLOCK_RUNS });
    const block = huntStretch(worldBy("ctz"), PLAN, { from: 0, to: 1, open: claims });
    expect(block.runs).toBe(plain.runs);
    expect(block.witnesses).toEqual(plain.witnesses);
    expect([...block.findings].map(([claim, { run, ops }]) => [claim, { run, ops }])).toEqual([...plain.findings]);
  });

  it.each(["none", "ctz", "offset_and_size_2m", "offset_and_size_1g"])("comes to the same in any pieces: %s", (id) => {
    const whole = huntStretch(worldBy(id), PLAN, { from: 0, to: ownBlocks(PLAN), open: CLAIM_NAMES });
    expect(eagerly(id, CLAIM_NAMES).hunt).toEqual(whole);
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
    const { findings } = huntStretch(worldBy("offset_and_size_2m"), PLAN, { from: 2, to: 5, open: CLAIM_NAMES });
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
    const whole = huntStretch(worldBy("offset_and_size_1g"), PLAN, { from: 0, to: 6, open: CLAIM_NAMES });
    const shards = Array.from({ length: of }, (_, index) => ({ ...PLAN, shard: { index, of } }));
    const parts = shards.map((plan) =>
      huntStretch(worldBy("offset_and_size_1g"), plan, { from: 0, to: ownBlocks(plan), open: CLAIM_NAMES }),
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

const LOW: ClaimName = "folio_starts_in_slot";
const HIGH: ClaimName = "folio_ends_in_slot";
const NEVER: ClaimName = "mapping_starts_in_slot";

describe("the seed of a block", () => {
  it("is the hunt's own for the first", () => {
    expect([seedOfBlock(7, 0), seedOfBlock(-1, 0)]).toEqual([7, -1]);
  });

  // The finalizer of MurmurHash3, of the seed and the block's number times 2^32 / golden ratio.
  it.each([
    [0x514e28b7, 1 - 0x9e3779b9, 1],
    [0x514e28b7, 1 - 0x9e3779b9 * 2, 2],
    [0, 0 - 0x9e3779b9 * 3, 3],
    [0xe37cd1bc, 0x12345678 - 0x9e3779b9, 1],
  ])("is %i", (finalized, seed, block) => {
    expect(seedOfBlock(seed | 0, block)).toBe(finalized | 0);
  });
});

describe("blocks and runs of a shard", () => {
  const shares = (plan: HuntPlan): number[] => [ownBlocks(plan), ownRuns(plan)];
  const sharded = (index: number, of: number, numRuns = 5500): HuntPlan => ({ ...PLAN, numRuns, shard: { index, of } });

  it.each<[string, HuntPlan, number[]]>([
    ["all, the last of them in part", PLAN, [6, 5500]],
    ["the last in whole", { ...PLAN, numRuns: 6000 }, [6, 6000]],
    ["one block for one run", { ...PLAN, numRuns: 1 }, [1, 1]],
    ["none for none", { ...PLAN, numRuns: 0 }, [0, 0]],
    ["every fourth of six", sharded(0, 4), [2, 2000]],
    ["every fourth from the second on, the last in part", sharded(1, 4), [2, 1500]],
    ["one that is whole", sharded(2, 4), [1, 1000]],
    ["none where there are fewer blocks", sharded(3, 4, 2500), [0, 0]],
    ["none where there are far fewer", sharded(6, 7, 900), [0, 0]],
    ["one of any length along a path", { ...PLAN, path: "3" }, [1, 5500]],
    ["none where another shard has the path", { ...PLAN, path: "3", shard: { index: 1, of: 2 } }, [0, 0]],
  ])("are %s", (_what, plan, expected) => {
    expect(shares(plan)).toEqual(expected);
  });
});

describe("witnesses of several hunts", () => {
  it("are added up by name", () => {
    expect(sumWitnesses([{ a: 1, b: 2 }, { b: 3, c: 4 }, { a: 5 }])).toEqual({ a: 6, b: 5, c: 4 });
    expect(sumWitnesses([])).toEqual({});
  });
});

const undefinedAt = (rule: string, line: number, column: number, offset: bigint): UndefinedInput => ({
  rule,
  site: { line, column, what: "shift" },
  inputs: { offset },
});

it("of undefined C, the first input of each place is kept", () => {
  const all = [
    undefinedAt("r", 1, 2, 1n),
    undefinedAt("r", 1, 3, 2n),
    undefinedAt("r", 1, 2, 3n),
    undefinedAt("r", 2, 2, 4n),
    undefinedAt("s", 1, 2, 5n),
    undefinedAt("s", 1, 2, 6n),
  ];
  expect(firstMet(all).map(({ inputs }) => inputs["offset"])).toEqual([1n, 2n, 4n, 5n]);
});

describe("a stretch", () => {
  const low: readonly Op[] = [bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0)];
  const all = { from: 0, to: 6, open: [NEVER] };

  it("is asked to stop between its blocks, never before the first", () => {
    let asked = 0;
    const stopped = huntStretch(worldBy("none"), PLAN, all, () => {
      asked++;
      return asked === 2;
    });
    expect([stopped.blocks, stopped.runs, asked]).toEqual([2, 2 * BLOCK_RUNS, 2]);
    const later = huntStretch(worldBy("none"), PLAN, { ...all, from: 4 }, () => true);
    expect([later.blocks, later.runs]).toEqual([1, BLOCK_RUNS]);
  });

  it("along a path is asked while it runs: there is one block only", () => {
    const plan = { ...PLAN, numRuns: 2000, path: "0" };
    expect(huntStretch(worldBy("none"), plan, { ...all, to: 1 }, () => true).runs).toBe(256);
    expect(huntStretch(worldBy("none"), plan, { ...all, to: 1 }).runs).toBe(2000);
  });

  it("runs what it is given ahead of the first block, and of that one alone", () => {
    const plan = { ...PLAN, examples: [low] };
    const { findings } = huntStretch(worldBy("none"), plan, { from: 0, to: 1, open: [LOW] });
    expect(findings.get(LOW)).toEqual({ run: 1, ops: low, seed: 7, path: "0" });
    const second = huntStretch(worldBy("none"), plan, { from: 1, to: 2, open: [LOW] }).findings.get(LOW);
    expect(second?.ops).not.toEqual(low);
    expect(second?.run).toBeGreaterThan(BLOCK_RUNS);
    expect(second?.seed).toBe(seedOfBlock(7, 1));
  });

  it("numbers the runs of a shard as the whole hunt does", () => {
    const plan = { ...PLAN, shard: { index: 1, of: 2 } };
    const finding = huntStretch(worldBy("none"), plan, { from: 1, to: 2, open: [LOW] }).findings.get(LOW);
    expect(finding?.seed).toBe(seedOfBlock(7, 3));
    expect(Math.floor((finding?.run ?? 0) / BLOCK_RUNS)).toBe(3);
  });

  it("ends where nothing is left to look for", () => {
    const { blocks } = huntStretch(worldBy("none"), PLAN, { from: 0, to: 6, open: [LOW] });
    expect(blocks).toBe(1);
    expect(huntStretch(worldBy("none"), PLAN, { from: 0, to: 6, open: [] })).toEqual(NOTHING_HUNTED);
  });

  it("truncates the file only if told to", () => {
    const sizes = (withISize: boolean): number => {
      const met = new Set<number>();
      const { world } = worldBy("none");
      const bind_rule: typeof world.bind_rule = (...slot) => {
        met.add(slot[5]);
        return world.bind_rule(...slot);
      };
      const plan = { ...PLAN, numRuns: 200, withISize };
      huntStretch({ world: { ...world, bind_rule }, undefinedInputs: new Map() }, plan, { ...all, to: 1 });
      return met.size;
    };
    expect(sizes(false)).toBe(1);
    expect(sizes(true)).toBeGreaterThan(1);
  });

  it("tells what it met of undefined C", () => {
    const met = undefinedAt("r", 1, 2, 1n);
    const world = { ...worldBy("none"), undefinedInputs: new Map([["r:1:2", met]]) };
    expect(huntStretch(world, PLAN, { from: 0, to: 1, open: [LOW] }).undefinedInputs).toEqual([met]);
  });

  it("counts on from a path that leads to a shrunk list", () => {
    const plan = { ...PLAN, path: "40:3" };
    const { world } = worldBy("none");
    const finding = huntStretch(worldBy("none"), plan, { from: 0, to: 1, open: [LOW] }).findings.get(LOW);
    expect(finding?.path).toBe(`40:${2 + (finding?.run ?? 0)}`);
    const again = hunt(world, [LOW], { seed: 7, path: finding?.path ?? "", numRuns: 1 });
    expect(again.findings.get(LOW)).toEqual({ run: 1, ops: finding?.ops });
  });
});

describe("a stretch put behind what came before it", () => {
  const found = (run: number) => ({ run, ops: [], seed: 7, path: `${run - 1}` });
  const hunted = (over: Partial<Hunt>): Hunt => ({ ...NOTHING_HUNTED, ...over });
  const before = hunted({
    blocks: 1,
    runs: 1000,
    witnesses: { a: 1 },
    findings: new Map([[LOW, found(5)]]),
    undefinedInputs: [undefinedAt("r", 1, 2, 1n)],
  });
  const part = hunted({
    blocks: 2,
    runs: 1500,
    witnesses: { a: 2, b: 3 },
    findings: new Map([[HIGH, found(1500)]]),
    undefinedInputs: [undefinedAt("r", 1, 2, 9n), undefinedAt("r", 3, 4, 2n)],
  });
  const stretch = (...open: ClaimName[]): Stretch => ({ from: 1, to: 3, open });

  it("adds its blocks, runs, witnesses, findings and undefined places", () => {
    expect(append(before, stretch(HIGH), part, [LOW, HIGH])).toEqual({
      blocks: 3,
      runs: 2500,
      witnesses: { a: 3, b: 3 },
      findings: new Map([
        [LOW, found(5)],
        [HIGH, found(1500)],
      ]),
      undefinedInputs: [undefinedAt("r", 1, 2, 1n), undefinedAt("r", 3, 4, 2n)],
    });
  });

  it("is left out where nothing was open", () => {
    expect(append(before, stretch(LOW, HIGH), part, [LOW])).toBe(before);
  });

  it("keeps the finding that came first, where it looked for that claim again and another is open still", () => {
    const again = hunted({ blocks: 1, runs: 1000, findings: new Map([[LOW, found(1200)]]) });
    const told = append(before, stretch(LOW, HIGH), again, [LOW, HIGH]);
    expect(told?.findings).toEqual(new Map([[LOW, found(5)]]));
    expect(told?.runs).toBe(2000);
  });

  it("must be run again where it looked on for what had fallen, and found all that was open", () => {
    expect(append(before, stretch(LOW, HIGH), part, [LOW, HIGH])).toBeUndefined();
    expect(append(before, stretch(HIGH), part, [LOW, HIGH])?.blocks).toBe(3);
  });

  it("is kept where it found some of what is open, and not all", () => {
    expect(append(before, stretch(LOW, HIGH, NEVER), part, [LOW, HIGH, NEVER])?.blocks).toBe(3);
  });
});
