/** The exhaustive search leaves no state out, and says of each what the ops say. */

import type { ClaimName, FaultClaim } from "../../../model/claim.ts";
import { ALLOCATION_CLAIMS, CLAIM_NAMES, isAllocation } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { x86_64 } from "../../../model/arch.ts";
import type { World } from "../../../model/abstract/machine.ts";
import { newVm, resetVm } from "../../../model/abstract/machine.ts";
import { excess } from "../../../props/claims/always.ts";
import { exhaust, exhaustGrids } from "../../../props/search/exhaust.ts";
import type { Grid } from "../../../props/search/grid.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { brokenAt } from "../../../props/claims/run.ts";
import type { Witnesses } from "../../../props/claims/sometimes.ts";
import { newTally, witness, witnessesOf } from "../../../props/claims/sometimes.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import { apply } from "../../../sim/step.ts";
import { benchWorld } from "../../support/bench-rules.ts";

const book = await openRulebook();
const LOW: ClaimName = "folio_starts_in_slot";
const HIGH: ClaimName = "folio_ends_in_slot";
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const dense = (pages: number, over: Partial<Grid> = {}): Grid => ({
  text: `slots on ${pages} pages`,
  bases: [0, 1, 4, 16],
  npages: upTo(pages + 1).slice(1),
  pgoffs: upTo(pages),
  ugfns: () => [0],
  touches: ({ npages }) => upTo(npages),
  orders: [0, 2, 4],
  depth: 1,
  neighbours: [],
  ...over,
});

describe("states on 64 pages, as C, Spin and Python count them", () => {
  it.each([
    ["congruent", 361728, 38880, 45180, 9324],
    ["size", 361728, 18432, 45216, 8352],
    ["size+mult", 50688, 9504, 9504, 5184],
    ["ctz", 1591200, 120912, 138336, 8112],
  ])("%s: %i", (rule, states, low, high, both) => {
    const done = exhaustGrids(benchWorld(book, rule, [0, 2, 4]), [LOW, HIGH], [dense(64)]);
    expect([done.states, done.broken.get(LOW), done.broken.get(HIGH), done.together.get(`${LOW} ${HIGH}`)]).toEqual([
      states,
      low,
      high,
      both,
    ]);
  });
});

/** Every op list that the grid stands for, the long way. */
function* opLists(grid: Grid, resize: World["resize"]): Generator<Op[]> {
  const later = (bindOrder: number): readonly number[] => (resize === "any" ? grid.orders : [bindOrder]);
  for (const bindOrder of grid.orders)
    for (const base_gfn of grid.bases)
      for (const npages of grid.npages)
        for (const pgoff of grid.pgoffs) {
          const touches = grid.touches({ base_gfn, npages, pgoff });
          const first = [setOrder(bindOrder), bind({ base_gfn, npages, pgoff })];
          const others = grid.neighbours.map(([base, n, start]) =>
            bind({ vm: 1, base_gfn: base, npages: n, pgoff: start }),
          );
          for (const bound of [first, ...others.map((other) => [...first, other])])
            for (const order of later(bindOrder)) {
              const last = (touch: number): Op[] => [setOrder(order), fault(base_gfn + touch)];
              for (const touch of touches) yield [...bound, ...last(touch)];
              if (grid.depth === 1) continue;
              for (const earlier of later(bindOrder))
                for (const one of touches)
                  for (const touch of touches)
                    yield [...bound, setOrder(earlier), fault(base_gfn + one), ...last(touch)];
            }
        }
}

interface Told {
  readonly states: number;
  readonly broken: ReadonlyMap<ClaimName, number>;
  /** Of the last faults. */
  readonly witnesses: Witnesses;
}

const ofFaults = (all: Witnesses): Witnesses =>
  Object.fromEntries(Object.entries(all).filter(([name]) => /^(fault|folio|large)/.test(name)));

/** States, broken claims and witnesses, told by running every list. */
function theLongWay(world: World, claims: readonly ClaimName[], grid: Grid): Told {
  const vm = newVm(world);
  const tally = newTally();
  const broken = new Map(claims.map((claim) => [claim, 0]));
  let states = 0;
  for (const ops of opLists(grid, world.resize)) {
    resetVm(vm);
    let accepted = true;
    let bindOrder = 0;
    for (const op of ops) {
      apply(vm, op);
      accepted &&= op.op !== "bind_memslot" || vm.saw.refusal === undefined;
      if (op.op === "bind_memslot") bindOrder = vm.file.order;
    }
    if (!accepted) continue;
    states++;
    witness(tally, vm, "fault", vm.file.order !== bindOrder);
    for (const claim of claims) if (excess(claim, vm) > 0) broken.set(claim, (broken.get(claim) ?? 0) + 1);
  }
  return { states, broken, witnesses: ofFaults(witnessesOf(tally, world.orders)) };
}

function theShortWay(world: World, claims: readonly FaultClaim[], grid: Grid): Told {
  const { states, broken, witnesses } = exhaustGrids(world, claims, [grid]);
  return { states, broken, witnesses: ofFaults(witnesses) };
}

/** The fault path itself never maps a large page over a slot's end. */
const HELD: readonly ClaimName[] = ["mapping_starts_in_slot", "mapping_ends_in_slot"];

describe("against running every op list", () => {
  const neighbours = [
    [0, 2, 4],
    [4, 2, 0],
  ] as const;
  const grid = dense(5, { bases: [0, 2], depth: 2, neighbours, orders: [0, 1, 2] });

  const small: World = {
    arch: { ...x86_64, levels: [2, 1] },
    bind_rule: (pgoff) => (pgoff % 2 === 0 ? 1 : 0),
    map_rule: () => 1,
    level_rule: () => 0,
    orders: [0, 1, 2],
    resize: "any",
  };

  it.each([["any"], ["never"]] as const)("resize %s: the same states break the same claims", (resize) => {
    const world = { ...small, resize };
    const told = theShortWay(world, CLAIM_NAMES, grid);
    expect(told).toEqual(theLongWay(world, CLAIM_NAMES, grid));
    expect(CLAIM_NAMES.filter((claim) => told.broken.get(claim) === 0)).toEqual(HELD);
  });

  it.each<[string, Grid]>([
    ["every page touched", grid],
    ["one fault", dense(21, { bases: [0], orders: [0, 1, 2], neighbours })],
    ["every other page touched", { ...grid, touches: ({ npages }) => upTo(npages).filter((page) => page % 2 === 0) }],
    ["not the first page", { ...grid, touches: ({ npages }) => upTo(npages).slice(1) }],
  ])("allocation claims, %s: touches that are counted and not run break what they would", (_, asked) => {
    // Nothing is mapped where no claim asks for it, so nothing may be.
    const world = { ...small, map_rule: () => 0 };
    const told = theShortWay(world, CLAIM_NAMES.filter(isAllocation), asked);
    expect(told).toEqual(theLongWay(world, ALLOCATION_CLAIMS, asked));
    expect(ALLOCATION_CLAIMS.filter((claim) => told.broken.get(claim) === 0)).toEqual([]);
  });

  it("finds ops that break the claim", () => {
    const world = benchWorld(book, "none", [0, 9, 18]);
    const { found } = exhaust(world, CLAIM_NAMES);
    for (const [claim, ops] of found)
      expect([claim, brokenAt(newVm(world), claim, ops)]).toEqual([claim, ops.length - 1]);
    expect(CLAIM_NAMES.filter((claim) => !found.has(claim))).toEqual(HELD);
  });
});

describe("the default bound", () => {
  it.each(["none", "congruent"])("%s: as many states and witnesses as ever", (rule) => {
    const { states, witnesses, bound } = exhaust(benchWorld(book, rule, [0, 9, 18]), CLAIM_NAMES);
    expect({ states, witnesses, bound }).toMatchSnapshot();
  });
});
