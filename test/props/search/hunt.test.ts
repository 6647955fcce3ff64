/** The random search: what it finds, when it ends, and that it can be run again. */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import type { World } from "../../../model/abstract/machine.ts";
import { newVm, x86World } from "../../../model/abstract/machine.ts";
import type { HuntOptions } from "../../../props/search/hunt.ts";
import { hunt } from "../../../props/search/hunt.ts";
import { brokenAt } from "../../../props/claims/run.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder, unbind } from "../../../sim/op.ts";

const LOW: ClaimName = "folio_starts_in_slot";
const HIGH: ClaimName = "folio_ends_in_slot";
const NEVER: ClaimName = "mapping_starts_in_slot";

const worldWith = (over: Partial<World> = {}): World =>
  x86World({
    bind_rule: () => 1,
    map_rule: () => 1,
    level_rule: () => 0,
    orders: [0, 9, 18],
    resize: "any",
    ...over,
  });
const world = worldWith();

const slot = bind({ npages: 1024, pgoff: 100 });
/** A folio of 2 MiB from page 0 on, 100 pages below the slot. */
const low: readonly Op[] = [slot, setOrder(9), fault(0)];

/** The search is told its first runs, so that nothing is left to chance. */
const told = (examples: readonly (readonly Op[])[], claims: readonly ClaimName[], over: Partial<HuntOptions> = {}) =>
  hunt(world, claims, { seed: 1, numRuns: examples.length, examples, ...over });

describe("a hunt", () => {
  it("ends at the run that broke the last open claim", () => {
    const { runs, findings } = hunt(world, [LOW, HIGH], { seed: 3, numRuns: 5000 });
    expect([...findings.keys()].toSorted()).toEqual([HIGH, LOW]);
    expect(runs).toBe(Math.max(...[...findings.values()].map(({ run }) => run)));
    expect(runs).toBeLessThan(1000);
  });

  it("makes all its runs where a claim holds", () => {
    const { runs, findings } = hunt(world, [NEVER], { seed: 3, numRuns: 500 });
    expect([runs, findings.size]).toEqual([500, 0]);
  });

  it("makes all its runs where no claim is asked, to count what is met", () => {
    const { runs, witnesses } = hunt(world, [], { seed: 3, numRuns: 500 });
    expect(runs).toBe(500);
    expect(witnesses["bind_accepted"]).toBeGreaterThan(300);
  });

  it("does the same for the same seed, and other things for another", () => {
    const options = { seed: 5, numRuns: 300 };
    expect(hunt(world, CLAIM_NAMES, options)).toEqual(hunt(world, CLAIM_NAMES, options));
    expect(hunt(world, [], options).witnesses).not.toEqual(hunt(world, [], { ...options, seed: 6 }).witnesses);
  });

  it("finds lists that end at the step that breaks the claim", () => {
    for (const [claim, { ops }] of hunt(world, CLAIM_NAMES, { seed: 2, numRuns: 2000 }).findings) {
      expect(brokenAt(newVm(world), claim, ops)).toBe(ops.length - 1);
    }
  });

  it("finds again at once what it found, by its path", () => {
    const found = hunt(world, [LOW], { seed: 9, numRuns: 2000 }).findings.get(LOW);
    const path = `${(found?.run ?? 0) - 1}`;
    expect(hunt(world, [LOW], { seed: 9, numRuns: 1, path }).findings.get(LOW)).toEqual({ run: 1, ops: found?.ops });
  });

  it("truncates the file only if told to", () => {
    const sizes: number[] = [];
    const watching = worldWith({
      bind_rule: (_pgoff, _gfn, _npages, _ugfn, _order, i_size_npages) => {
        sizes.push(i_size_npages);
        return 1;
      },
    });
    hunt(watching, [], { seed: 1, numRuns: 200 });
    expect(new Set(sizes).size).toBe(1);
    hunt(watching, [], { seed: 1, numRuns: 200, withISize: true });
    expect(new Set(sizes).size).toBeGreaterThan(20);
  });

  it("lets through what a rule throws", () => {
    const broken = worldWith({
      bind_rule: () => {
        throw new RangeError("no rule");
      },
    });
    expect(() => hunt(broken, [LOW], { seed: 1, numRuns: 10 })).toThrow(new RangeError("no rule"));
  });
});

describe("a run", () => {
  it("that is given comes before those that are drawn", () => {
    const { runs, findings } = told([[slot, fault(0)], low], [LOW]);
    expect(runs).toBe(2);
    expect(findings.get(LOW)).toEqual({ run: 2, ops: low });
    expect(hunt(world, [LOW], { seed: 1, numRuns: 5000, examples: [low] }).runs).toBe(1);
  });

  it("begins on an empty machine", () => {
    expect(told([low, [fault(0)]], []).witnesses).toMatchObject({ bind_accepted: 1, folio_of_2M: 1 });
  });

  it("breaks each claim at its own step, and goes on", () => {
    // Beside the 2 MiB folio there is no room for one of 1 GiB: the others fall back to base pages, inside the slot.
    const { findings } = told([[...low, setOrder(18), fault(1023), fault(512)]], [LOW, HIGH]);
    expect(findings).toEqual(new Map([[LOW, { run: 1, ops: low }]]));
    const past = [slot, setOrder(9), fault(1023), fault(0)];
    expect(told([past], [LOW, HIGH]).findings).toEqual(
      new Map([
        [HIGH, { run: 1, ops: past.slice(0, 3) }],
        [LOW, { run: 1, ops: past }],
      ]),
    );
  });

  it("that breaks a claim again is not the finding", () => {
    const longer = [slot, unbind(0), ...low];
    expect(told([low, longer], [LOW, NEVER]).findings.get(LOW)).toEqual({ run: 1, ops: low });
    // Nor is a later step of the same run.
    expect(
      told([[...low, bind({ vm: 1, npages: 4, pgoff: 1200 }), fault(0, 1)]], [LOW]).findings.get(LOW)?.ops,
    ).toEqual(low);
  });

  it("looks at what a fault did, and at no other op", () => {
    // The refused order comes after the fault that broke the claim; the fault of frame 5000 finds no slot.
    expect(told([[slot, setOrder(9), fault(5000), setOrder(3)]], [LOW, "mapping_translates"]).findings.size).toBe(0);
  });
});

describe("a fault counts as after a resize", () => {
  const after = (ops: readonly Op[], over: Partial<World> = {}): number | undefined =>
    hunt(worldWith(over), [], { seed: 1, numRuns: 1, examples: [ops] }).witnesses["fault_after_resize"];

  it.each<[string, readonly Op[], number]>([
    ["once the order was set behind the first slot", [slot, setOrder(9), fault(0)], 1],
    ["and every fault from then on", [slot, setOrder(9), fault(0), fault(1023)], 2],
    ["not if the order was set before", [setOrder(9), slot, fault(0)], 0],
    ["not before the order is set", [slot, fault(0), setOrder(9)], 0],
    ["not for any other op behind the slot", [slot, bind({ vm: 1, npages: 1, pgoff: 4096 }), fault(0)], 0],
    ["not if the file cannot take the order", [slot, setOrder(3), fault(0)], 0],
  ])("%s", (_when, ops, times) => {
    expect(after(ops)).toBe(times);
  });

  it("not if the order is fixed", () => {
    expect(after([slot, setOrder(9), fault(0)], { resize: "never" })).toBe(0);
  });

  it("anew in each run", () => {
    const examples = [
      [slot, setOrder(9), fault(0)],
      [slot, fault(0)],
    ];
    expect(told(examples, []).witnesses["fault_after_resize"]).toBe(1);
  });
});

describe("stop", () => {
  it("is asked every 256 runs, and ends the search", () => {
    let asked = 0;
    const stop = (): boolean => ++asked === 2;
    expect(hunt(world, [NEVER], { seed: 1, numRuns: 5000, stop }).runs).toBe(512);
    expect(asked).toBe(2);
  });

  it("that says no leaves all runs to be made", () => {
    expect(hunt(world, [NEVER], { seed: 1, numRuns: 600, stop: () => false }).runs).toBe(600);
  });
});
