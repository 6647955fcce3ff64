/** The exhaustive search leaves no state out, and says of each what the ops say. */

import { describe, expect, it } from "vitest";
import { x86_64 } from "../model/arch.ts";
import type { World } from "../model/vm.ts";
import { newVm, resetVm } from "../model/vm.ts";
import type { ClaimName } from "../props/always.ts";
import { CLAIMS, excess } from "../props/always.ts";
import { exhaust, exhaustGrids } from "../props/exhaust.ts";
import type { Grid } from "../props/grid.ts";
import { openRulebook } from "../props/rulebook.ts";
import { brokenAt } from "../props/run-ops.ts";
import type { Op } from "../sim/op.ts";
import { bind, fault, setOrder } from "../sim/op.ts";
import { apply } from "../sim/step.ts";
import { benchWorld } from "./bench-rules.ts";

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

/** States and broken claims, told by running every list. */
function theLongWay(world: World, grid: Grid): { states: number; broken: Map<ClaimName, number> } {
  const vm = newVm(world);
  const broken = new Map(CLAIMS.map((claim) => [claim, 0]));
  let states = 0;
  for (const ops of opLists(grid, world.resize)) {
    resetVm(vm);
    let accepted = true;
    for (const op of ops) {
      apply(vm, op);
      accepted &&= op.op !== "bind_memslot" || vm.saw.refusal === undefined;
    }
    if (!accepted) continue;
    states++;
    for (const claim of CLAIMS) if (excess(claim, vm) > 0) broken.set(claim, (broken.get(claim) ?? 0) + 1);
  }
  return { states, broken };
}

/** The fault path itself never maps a large page over a slot's end. */
const HELD: readonly ClaimName[] = ["mapping_starts_in_slot", "mapping_ends_in_slot"];

describe("against running every op list", () => {
  const neighbours = [
    [0, 2, 4],
    [4, 2, 0],
  ] as const;
  const grid = dense(5, { bases: [0, 2], depth: 2, neighbours, orders: [0, 1, 2] });

  it.each([["any"], ["never"]] as const)("resize %s: the same states break the same claims", (resize) => {
    const world: World = {
      arch: { ...x86_64, levels: [2, 1] },
      bind_rule: (pgoff) => (pgoff % 2 === 0 ? 1 : 0),
      map_rule: () => 1,
      level_rule: () => 0,
      orders: [0, 1, 2],
      resize,
    };
    const { states, broken } = exhaustGrids(world, CLAIMS, [grid]);
    expect({ states, broken: new Map(broken) }).toEqual(theLongWay(world, grid));
    expect(CLAIMS.filter((claim) => broken.get(claim) === 0)).toEqual(HELD);
  });

  it("finds ops that break the claim", () => {
    const world = benchWorld(book, "none", [0, 9, 18]);
    const { found } = exhaust(world, CLAIMS);
    for (const [claim, ops] of found)
      expect([claim, brokenAt(newVm(world), claim, ops)]).toEqual([claim, ops.length - 1]);
    expect(CLAIMS.filter((claim) => !found.has(claim))).toEqual(HELD);
  });
});

describe("the default bound", () => {
  it.each(["none", "congruent"])("%s: as many states and witnesses as ever", (rule) => {
    const { states, witnesses, bound } = exhaust(benchWorld(book, rule, [0, 9, 18]), CLAIMS);
    expect({ states, witnesses, bound }).toMatchSnapshot();
  });
});
