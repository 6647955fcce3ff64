/** A counterexample in anybody's fc.assert is the one that `judge` tells, from every seed, and prints so. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraries } from "../../../props/library/arbitraries.ts";
import { claims } from "../../../props/library/check-ops.ts";
import { judge } from "../../../props/library/judge-text.ts";
import { openWorld } from "../../../props/library/open-world.ts";
import { idOf } from "../../../sim/counterexample.ts";

const LOW = "folio_starts_in_slot";
/** 20 of them take half a minute, and all end there too. */
const SEEDS = 4;

async function idByJudge(rule: string): Promise<string> {
  const [judged] = await judge({ rule, claims: [LOW], engines: ["hunt"] });
  return judged?.judgements[0]?.counterexample?.id ?? "";
}

describe.each(["fls64(offset) >= fls64(gpa)", "none", "ctz", "congruent_2m", "size_level", "offset_and_size_2m"])(
  "%s",
  (rule) => {
    it("ends at the canonical counterexample from each of 4 seeds", async () => {
      const world = await openWorld(rule);
      const id = await idByJudge(rule);
      const property = fc.property(arbitraries.ops(), (ops) => claims[LOW](world, ops));
      const ids = Array.from({ length: SEEDS }, (_, at) => {
        const { counterexample } = fc.check(property, { seed: at + 1, numRuns: 20_000 });
        return idOf(counterexample?.[0] ?? []);
      });
      expect(ids).toEqual(Array.from({ length: SEEDS }, () => id));
    });
  },
);

const world = await openWorld("fls64(offset) >= fls64(gpa)");
const property = fc.property(arbitraries.ops(), (ops) => claims[LOW](world, ops));

it("prints its ops in hex, one a line, with the bug's id and the picture", () => {
  const STORY = [
    "folio_starts_in_slot, id 2bbb4f9fe3f4",
    "  1. bind_memslot slot=0 gpa=0x0 size=0x1000 offset=0x1000",
    "  2. set_order order=9",
    "  3. fault gpa=0x0",
    "  expected file [0x1000, 0x2000), is [0x0, 0x200000): 0x1000 bytes (1 page) off",
    "               0x0      0x1000   0x2000                           0x200000",
    "  file offset  |--------|--------|---------------//---------------|",
    "  slot 0                [########) 4 KiB",
    "  fault                 ^ asks for 0x1000",
    "  folio        [============= 2 MiB =============//===============)",
    "  outside      [xxxxxxxx) 4 KiB",
  ].join("\n");
  const details = fc.check(property, { seed: 7 });
  expect(fc.defaultReportMessage(details)).toContain(`Counterexample: [\n${STORY}\n]`);
  expect(details.errorInstance).toMatchObject({ message: expect.stringContaining(STORY) });
});

it("is found again by the path that was reported, as often as it is", () => {
  let path = fc.check(property, { seed: 3 }).counterexamplePath ?? "";
  for (let times = 0; times < 5; times++) {
    const again = fc.check(property, { seed: 3, path });
    expect(idOf(again.counterexample?.[0] ?? [])).toBe("2bbb4f9fe3f4");
    path = again.counterexamplePath ?? "";
  }
});

it("shrinks as fast-check does where a test fails for a reason of its own", () => {
  const short = fc.property(arbitraries.ops(), (ops) => ops.every(({ op }) => op !== "punch_hole"));
  const { counterexample } = fc.check(short, { seed: 1 });
  expect(counterexample?.[0]).toHaveLength(2);
  expect(fc.stringify(counterexample?.[0])).toMatch(/\n {2}2\. punch_hole offset=0x\w+ size=0x\w+\n/);
});

it("is an arbitrary like any other: it can be mapped and filtered, and nothing in it shows", () => {
  const first = arbitraries.ops().filter((ops) => ops.length > 2);
  fc.assert(
    fc.property(first, (ops) => {
      expect(Object.keys(ops)).toHaveLength(ops.length);
      expect(ops).toEqual([...ops]);
    }),
    { seed: 1, numRuns: 50 },
  );
  const { counterexample } = fc.check(
    fc.property(
      arbitraries.ops().map((ops) => ({ ops })),
      ({ ops }) => claims[LOW](world, ops),
    ),
    { seed: 7 },
  );
  expect(idOf(counterexample?.[0].ops ?? [])).toBe("2bbb4f9fe3f4");
});
