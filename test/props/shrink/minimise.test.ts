/** From any finding to the one smallest counterexample. */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import type { World } from "../../../model/abstract/machine.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import { hunt } from "../../../props/search/hunt.ts";
import { minimise } from "../../../props/shrink/minimise.ts";
import { argumentBits, compareOps } from "../../../sim/op-order.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { brokenAt } from "../../../props/claims/run.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import { BENCH_RULES, benchWorld } from "../../support/bench-rules.ts";

const book = await openRulebook();
const ORDERS = [0, 9, 18];
const LOW: ClaimName = "folio_starts_in_slot";
const HIGH: ClaimName = "folio_ends_in_slot";

function found(world: World, claim: ClaimName, seed: number): readonly Op[] {
  const finding = hunt(world, [claim], { seed, numRuns: 20_000 }).findings.get(claim);
  if (finding === undefined) throw new Error(`${claim} was not refuted with seed ${seed}`);
  return finding.ops;
}

/** The exact minima by (ops, argument bits), as an enumeration in C tells them. */
const story = (page: number, pgoff: number): Op[] => [
  bind({ base_gfn: page, npages: 1, pgoff }),
  setOrder(9),
  fault(page),
];
const minimumOf = (rule: string, claim: ClaimName): Op[] =>
  claim === HIGH ? story(0, 0) : story(rule === "ctz" || rule === "ffs" ? 1 : 0, 1);
const bitsOf = (rule: string, claim: ClaimName): number =>
  claim === HIGH ? 5 : rule === "ctz" || rule === "ffs" ? 8 : 6;

const cells = BENCH_RULES.flatMap((rule) => [LOW, HIGH].map((claim) => ({ rule, claim })));

describe("200 seeds end at the exact minimum", () => {
  it.each(cells)("$rule: $claim", ({ rule, claim }) => {
    const world = benchWorld(book, rule, ORDERS);
    const vm = newVm(world);
    const starts = new Map<string, readonly Op[]>();
    for (let seed = 1; seed <= 200; seed++) {
      const ops = found(world, claim, seed);
      starts.set(JSON.stringify(ops), ops);
    }
    expect(starts.size).toBeGreaterThan(20);
    const ends = new Set([...starts.values()].map((ops) => JSON.stringify(minimise(vm, claim, ops))));
    expect([...ends]).toEqual([JSON.stringify(minimumOf(rule, claim))]);
    expect(argumentBits(minimumOf(rule, claim))).toBe(bitsOf(rule, claim));
  });
});

/** Every list of three ops on small numbers: is any smaller than the minimum, and does it break the claim? */
it("nothing smaller breaks the claim", () => {
  const small = [0, 1, 2, 3];
  const binds = small.flatMap((base_gfn) =>
    small.flatMap((npages) => small.map((pgoff) => bind({ base_gfn, npages, pgoff }))),
  );
  const rest = [...ORDERS.map(setOrder), ...small.map((frame) => fault(frame))];
  const ops: readonly Op[] = [...binds, ...rest];
  for (const { rule, claim } of [
    { rule: "ctz", claim: LOW },
    { rule: "congruent", claim: HIGH },
  ]) {
    const vm = newVm(benchWorld(book, rule, ORDERS));
    const least = minimumOf(rule, claim);
    const bits = argumentBits(least);
    const wrong: Op[][] = [];
    for (const one of ops)
      for (const two of ops) {
        if (one.op === "fault" || (one.op === two.op && one.op !== "bind_memslot")) continue;
        for (const three of rest) {
          const list = [one, two, three];
          if (three.op !== "fault" || argumentBits(list) >= bits) continue;
          if (brokenAt(vm, claim, list) >= 0) wrong.push(list);
        }
        if (brokenAt(vm, claim, [one, two]) >= 0) wrong.push([one, two]);
      }
    expect(wrong).toEqual([]);
    expect(brokenAt(vm, claim, least)).toBe(2);
  }
});

describe("what it returns", () => {
  const refuted = CLAIM_NAMES.filter((claim) => !claim.endsWith("s_in_slot") || !claim.startsWith("mapping"));

  it.each(refuted)("%s: is one for all seeds, and no op can be left out", (claim) => {
    const world = benchWorld(book, "none", ORDERS);
    const vm = newVm(world);
    const ends = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => minimise(vm, claim, found(world, claim, seed)));
    const [ops = []] = ends;
    expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1);
    expect(brokenAt(vm, claim, ops)).toBe(ops.length - 1);
    for (const at of ops.keys()) expect(brokenAt(vm, claim, ops.toSpliced(at, 1))).toBe(-1);
  });

  it("is never larger than what was found", () => {
    const world = benchWorld(book, "curorder", ORDERS);
    for (let seed = 1; seed <= 10; seed++) {
      const ops = found(world, LOW, seed);
      expect(compareOps(minimise(newVm(world), LOW, ops), ops)).toBeLessThanOrEqual(0);
    }
  });

  it("throws for ops that break nothing: search and machine would disagree", () => {
    const vm = newVm(benchWorld(book, "none", ORDERS));
    expect(() => minimise(vm, LOW, [bind({ npages: 1 }), fault(0)])).toThrow("does not break it");
  });
});
