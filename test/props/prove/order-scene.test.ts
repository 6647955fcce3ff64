/**
 * Order rules against the simulated machine: whatever a fault of a random sequence of ops allocates outside of its slot, some case of
 * the proof says so; and of a fault that nothing was in the way of, the case of its folio says what the machine says.
 */

/* oxlint-disable vitest/no-conditional-expect -- what is expected depends on what the fault did */

import * as fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { x86_64 } from "../../../model/arch.ts";
import type { FileName } from "../../../model/abstract/behaviour.ts";
import { ALLOCATED } from "../../../model/abstract/file.ts";
import { ALLOCATION_CLAIMS, type ClaimName } from "../../../model/claim.ts";
import type { Memslot } from "../../../model/kvm/memslots.ts";
import type { Resize, Vm } from "../../../model/abstract/machine.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import { excess } from "../../../props/claims/always.ts";
import type { Rulebook } from "../../../props/judge/rulebook.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { Case } from "../../../props/prove/case.ts";
import { casesOf } from "../../../props/prove/claims.ts";
import { replayed } from "../../../props/prove/ops.ts";
import type { Question } from "../../../props/prove/question.ts";
import { FALSE } from "../../../props/prove/smt/term.ts";
import { valuation } from "../../../props/prove/smt/value.ts";
import { opsArbitrary } from "../../../props/search/arb.ts";
import type { Op } from "../../../sim/op.ts";
import { setISize, setOrder } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { apply } from "../../../sim/step.ts";
import { worldOf } from "../../../sim/world.ts";
import type { AtBind } from "../../support/scene-state.ts";
import { modelOf } from "../../support/scene-state.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let book: Rulebook;
beforeAll(async () => {
  book = await openRulebook();
});

const QUANTITY = fc.constantFrom("index", "pgoff", "npages", "index - pgoff", "(u64)i_size >> PAGE_SHIFT", "nr_pages");
const ATOM = fc.oneof(
  fc.tuple(QUANTITY, fc.constantFrom("<", ">=", "!="), QUANTITY).map(([a, how, b]) => `(${a}) ${how} (${b})`),
  QUANTITY.map((of) => `IS_ALIGNED(${of}, nr_pages)`),
  fc.constantFrom(
    "order < 12",
    "order != 9",
    "round_down(index, nr_pages) >= pgoff",
    "round_down(index, nr_pages) + nr_pages <= pgoff + npages",
    "folio_size > SZ_2M",
    "(index & 3) != 2",
    "1 / (index & 1)",
  ),
);
const RULES = fc
  .array(fc.tuple(ATOM, fc.constantFrom("&&", "||")), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.reduce((text, [a, how], at) => (at === 0 ? a : `(${text}) ${how} ${a}`), ""));

interface Tally {
  faults: number;
  broken: number;
  smaller: number;
  replays: number;
}

interface State {
  readonly question: Question;
  readonly vm: Vm;
  readonly slot: Memslot;
  readonly atBind: ReadonlyMap<Memslot, AtBind>;
}

/** Is the state one that the case has, and broken there? */
function saysBroken({ question, vm, slot, atBind }: State, c: Case, other: Memslot | undefined): boolean | undefined {
  const { setting } = question;
  if ((c.other === undefined) !== (other === undefined)) return undefined;
  if (other !== undefined) {
    const isBelow = other.pgoff < slot.pgoff;
    const gap = isBelow ? slot.pgoff - (other.pgoff + other.npages) : other.pgoff - (slot.pgoff + slot.npages);
    if (!c.name.endsWith(isBelow ? "below" : "above") || gap >= 2 ** c.scene.folio) return undefined;
  }
  const model = modelOf(question, vm, slot, other, atBind);
  const fixed = setting.orders.filter((order) => order >= c.scene.folio).indexOf(vm.file.order);
  if (fixed < 0) return undefined;
  model.set("file_order", BigInt(fixed));
  if (c.broken === FALSE || valuation(model)(c.broken) !== 1n) return false;
  expect(replayed(c, model).length).toBeLessThanOrEqual(10);
  return true;
}

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
    if (saw.got === ALLOCATED && saw.folio_order < file.order) tally.smaller += 1;
    const state = { question, vm, slot, atBind };
    for (const claim of ALLOCATION_CLAIMS) {
      const isBroken = excess(claim, vm) > 0;
      if (isBroken) tally.broken += 1;
      const all = cases.get(claim) ?? [];
      const others = all.some((c) => c.other !== undefined) ? bindings.filter((bound) => bound !== slot) : [undefined];
      const said = others.flatMap((other) =>
        all.map((c) => ({ folio: c.scene.folio, is: saysBroken(state, c, other) })),
      );
      if (isBroken) {
        expect(said.some(({ is, folio }) => is === true && folio >= saw.folio_order)).toBe(true);
        tally.replays += 1;
      } else if (saw.got === ALLOCATED) {
        expect(said.some(({ is, folio }) => is === true && folio === saw.folio_order)).toBe(false);
      }
    }
  }
}

const WORLDS: readonly { bind: string; resize: Resize; orders: readonly number[]; file?: FileName }[] = [
  { bind: "none", resize: "any", orders: [0, 9, 18] },
  { bind: "none", resize: "never", orders: [0, 4, 9, 18] },
  { bind: "file_folio", resize: "before-bind", orders: [0, 9, 18] },
  { bind: "size_level", resize: "any", orders: [9, 18] },
  { bind: "signed_end", resize: "any", orders: [0, 9, 18], file: "fixed_size" },
  { bind: "none", resize: "any", orders: [0, 9, 18], file: "folio_in_file" },
  { bind: "file_folio", resize: "never", orders: [0, 9, 18], file: "folio_in_file" },
];

/** How a file is made whose size stays. */
const MADE: fc.Arbitrary<Op[]> = fc
  .tuple(fc.constantFrom(0, 9, 18), fc.constantFrom(511, 513, 2 ** 18 + 512, 0))
  .map(([order, size]) => [setOrder(order), ...(size === 0 ? [] : [setISize(size)])]);

const RUNS = { seed: 0x0de2, numRuns: 500, endOnFailure: true };

describe("an order rule", () => {
  it.each(WORLDS)("has a case for every escape: $bind $resize $orders $file", ({ bind, resize, orders, file }) => {
    const tally: Tally = { faults: 0, broken: 0, smaller: 0, replays: 0 };
    const lists = fc.array(fc.oneof(opsArbitrary(orders, true), opsArbitrary(orders)), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(RULES, lists, MADE, (text, parts, made) => {
        const parsed = book.parse(text, { id: "mine", kind: "order" });
        if (!parsed.ok) throw new Error(parsed.error.message);
        const [order] = parsed.rules;
        if (order === undefined) throw new Error("no rule");
        const rules = { bind: book.byId(bind), map: book.byId("folio_order"), level: book.byId("stock"), order };
        const question: Question = { rules, setting: { orders, resize, ...(file && { file }) }, arch: x86_64 };
        const cases = new Map(ALLOCATION_CLAIMS.map((claim) => [claim, casesOf(question, claim)] as const));
        follow(question, cases, [...(file === undefined && resize === "any" ? [] : made), ...parts.flat()], tally);
      }),
      RUNS,
    );
    expect(tally.faults).toBeGreaterThan(RUNS.numRuns / 2);
    expect(tally.broken).toBeGreaterThan(RUNS.numRuns / 50);
    expect(tally.smaller).toBeGreaterThan(0);
    expect(tally.replays).toBe(tally.broken);
  });
});
