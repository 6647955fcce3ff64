/**
 * One fault stands for every sequence of ops: the argument of props/prove-scene.ts against the simulated machine. After
 * every fault of a random sequence, the formulas say of each claim what the machine says, and what is broken there is
 * broken by a handful of ops.
 */

/* oxlint-disable vitest/no-conditional-expect -- what is expected depends on what the fault did */

import type { ClaimName } from "../../../model/claim.ts";
import { ALLOCATION_CLAIMS, CLAIM_NAMES, isMapping } from "../../../model/claim.ts";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { x86_64 } from "../../../model/arch.ts";
import type { FileName } from "../../../model/abstract/behaviour.ts";
import { ALLOCATED, FELL_BACK } from "../../../model/abstract/file.ts";
import type { Memslot } from "../../../model/kvm/memslots.ts";
import type { Resize, Vm } from "../../../model/abstract/machine.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import { excess } from "../../../props/claims/always.ts";
import { opsArbitrary } from "../../../props/search/arb.ts";
import type { Case } from "../../../props/prove/case.ts";
import { casesOf } from "../../../props/prove/claims.ts";
import { replayed } from "../../../props/prove/ops.ts";
import type { Question } from "../../../props/prove/question.ts";
import type { Rulebook } from "../../../props/judge/rulebook.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { FALSE } from "../../../props/prove/smt/term.ts";
import { valuation } from "../../../props/prove/smt/value.ts";
import { worldOf } from "../../../sim/world.ts";
import type { Op } from "../../../sim/op.ts";
import { setISize, setOrder } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { apply } from "../../../sim/step.ts";
import type { AtBind } from "../../support/scene-state.ts";
import { modelOf } from "../../support/scene-state.ts";

// A solver shares its machine with other tests: what ends is right, however late.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const RUNS = { seed: 0x5ce9e, numRuns: 800, endOnFailure: true };

let book: Rulebook;
beforeAll(async () => {
  book = await openRulebook();
});

/** The cases that a state can be one of: the folio is of the case's order, the neighbour on the case's side. */
function fits(c: Case, vm: Vm, slot: Memslot, other: Memslot | undefined): boolean {
  if (c.other === undefined) return c.scene.folio === vm.saw.folio_order;
  if (other === undefined || c.scene.folio !== vm.saw.folio_order) return false;
  const isBelow = other.pgoff < slot.pgoff;
  const gap = isBelow ? slot.pgoff - (other.pgoff + other.npages) : other.pgoff - (slot.pgoff + slot.npages);
  return c.name.endsWith(isBelow ? "below" : "above") && gap < 2 ** c.scene.folio;
}

interface Tally {
  faults: number;
  broken: number;
  present: number;
  fellBack: number;
  replays: number;
}

/** Run a sequence, and after every fault compare what the machine and the formulas say of every claim. */
function follow(
  question: Question,
  cases: ReadonlyMap<ClaimName, readonly Case[]>,
  ops: readonly Op[],
  tally: Tally,
): void {
  const vm = newVm(worldOf(question.rules, { ...DEFAULT_SETTING, ...question.setting }).world);
  const atBind = new Map<Memslot, AtBind>();
  for (const op of ops) {
    apply(vm, op);
    const { saw, file, bindings } = vm;
    for (const slot of bindings) {
      if (!atBind.has(slot)) atBind.set(slot, { order: file.order, i_size: file.i_size_npages });
    }
    const { slot } = saw;
    if (op.op !== "fault" || slot === undefined) continue;
    tally.faults += 1;
    const isFresh = saw.got === ALLOCATED;
    if (saw.got === FELL_BACK) tally.fellBack += 1;
    else if (!isFresh) tally.present += 1;
    // A fresh folio is of an order that the file may take; a present one was fresh once, or fell back.
    expect(saw.folio_order === 0 || question.setting.orders.includes(saw.folio_order)).toBe(true);
    for (const claim of CLAIM_NAMES) {
      const isBroken = excess(claim, vm) > 0;
      const isAllocation = ALLOCATION_CLAIMS.includes(claim);
      if (isBroken) tally.broken += 1;
      if (isAllocation && !isFresh) {
        expect(isBroken).toBe(false);
        continue;
      }
      expect({ claim, broken: formulasSay(question, cases.get(claim) ?? [], vm, slot, atBind, tally) }).toEqual({
        claim,
        broken: isBroken,
      });
    }
  }
}

function formulasSay(
  question: Question,
  cases: readonly Case[],
  vm: Vm,
  slot: Memslot,
  atBind: ReadonlyMap<Memslot, AtBind>,
  tally: Tally,
): boolean {
  const ofMapping = cases.some(({ claim }) => isMapping(claim));
  const others = vm.bindings.filter((bound) => bound !== slot);
  for (const other of cases.some((c) => c.other !== undefined) ? others : [undefined]) {
    const model = modelOf(question, vm, slot, other, atBind);
    const value = valuation(model);
    for (const c of cases) {
      // A level is looked at with the smallest folio that fills it, if the folio's order plays no other part.
      const isSmaller =
        ofMapping &&
        question.setting.resize === "any" &&
        c.name.endsWith(levelText(vm)) &&
        c.scene.folio <= vm.saw.folio_order;
      if (!fits(c, vm, slot, other) && !isSmaller) continue;
      if (c.broken === FALSE || value(c.broken) !== 1n) continue;
      expect(replayed(c, model).length).toBeLessThanOrEqual(10);
      tally.replays += 1;
      return true;
    }
  }
  return false;
}

const levelText = (vm: Vm): string => `as-${vm.saw.mapped_order === 18 ? "1G" : "2M"}`;

const WORLDS: readonly {
  rules: Partial<Record<"bind" | "map" | "level", string>>;
  resize: Resize;
  orders: readonly number[];
  file?: FileName;
}[] = [
  { rules: {}, resize: "any", orders: [0, 9, 18] },
  { rules: {}, resize: "never", orders: [0, 9, 18] },
  { rules: { bind: "file_folio" }, resize: "any", orders: [0, 9] },
  { rules: { bind: "file_folio" }, resize: "before-bind", orders: [0, 9, 18] },
  { rules: { bind: "size_level", map: "round_up_contained" }, resize: "any", orders: [0, 9, 18] },
  { rules: { bind: "signed_end", level: "or_offset" }, resize: "any", orders: [9, 18] },
  {
    rules: { bind: "offset_and_size_2m", map: "align_down_contained", level: "add_offset" },
    resize: "any",
    orders: [0, 9, 18],
  },
  { rules: { bind: "congruent_2m", map: "congruent_order" }, resize: "any", orders: [0, 9, 18] },
  { rules: { bind: "signed_end" }, resize: "any", orders: [0, 9], file: "fixed_size" },
  { rules: { bind: "signed_end" }, resize: "never", orders: [0, 9, 18], file: "whole_folios" },
  { rules: { bind: "signed_end" }, resize: "any", orders: [0, 9, 18], file: "folio_in_file" },
];

/** How a file is made whose size stays: with any order, and a size near that of a folio, or as large as can be. */
const MADE: fc.Arbitrary<Op[]> = fc
  .tuple(fc.constantFrom(0, 9, 18), fc.constantFrom(1, 511, 512, 513, 2 ** 18, 2 ** 18 + 512, 0))
  .map(([order, size]) => [setOrder(order), ...(size === 0 ? [] : [setISize(size)])]);

const MANY = { minLength: 1, maxLength: 3 };

describe("one fault", () => {
  it.each(WORLDS)(
    "stands for every sequence: $rules $resize $orders $file",
    ({ rules, resize, orders, file }) => {
      const question: Question = {
        rules: {
          bind: book.byId(rules.bind ?? "none"),
          map: book.byId(rules.map ?? "folio_order"),
          level: book.byId(rules.level ?? "stock"),
        },
        setting: { orders, resize, ...(file && { file }) },
        arch: x86_64,
      };
      const cases = new Map(CLAIM_NAMES.map((claim) => [claim, casesOf(question, claim)]));
      const tally: Tally = { faults: 0, broken: 0, present: 0, fellBack: 0, replays: 0 };
      fc.assert(
        // With i_size changes, or with deletes and punched holes.
        fc.property(fc.array(fc.oneof(opsArbitrary(orders, true), opsArbitrary(orders)), MANY), MADE, (parts, made) => {
          follow(question, cases, [...(file === undefined ? [] : made), ...parts.flat()], tally);
        }),
        RUNS,
      );
      expect(tally.faults).toBeGreaterThan(RUNS.numRuns / 2);
      expect(tally.broken).toBeGreaterThan(0);
      expect(tally.present).toBeGreaterThan(0);
      expect(tally.replays).toBe(tally.broken);
    },
    30_000,
  );
});
