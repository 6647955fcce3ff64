/** What is said not to matter does not: the machine is run with other values, and without what bounds them. */

import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { x86_64 } from "../../../model/arch.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import { brokenAt } from "../../../props/claims/run.ts";
import type { Freed } from "../../../props/prove/general.ts";
import { openProver } from "../../../props/prove/prover.ts";
import type { Counterexample } from "../../../sim/counterexample.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault } from "../../../sim/op.ts";
import { generalWords } from "../../../sim/words/general.ts";
import { worldOf } from "../../../sim/world.ts";
import { CASES } from "../../support/script-cases.ts";

const prover = await openProver();
const freedOf = async (ce: Counterexample): Promise<readonly Freed[]> =>
  (await prover.general({ rules: ce.rules, setting: ce.setting, arch: x86_64 }, ce.claim, ce.ops)).freed;

const WORDS: Readonly<Record<string, string>> = {
  below:
    "any offset that is no multiple of 2 MiB, any gpa up to 0x1000 that is no multiple of 2 MiB and any size will do as well",
  past: "any gpa will do as well",
  seed_1g:
    "any offset up to 0x4000 that is no multiple of 1 GiB, any size and a fault on any page of the slot up to 0x4000 will do as well",
  translate: "any size from 0x300000 on will do as well",
  map_ends: "any offset up to 0x1000 that is no multiple of 2 MiB will do as well",
  // Two slots, or more than one op on the file: nothing is asked.
  neighbour: "",
  resized: "",
};

interface Slot {
  readonly offset: number;
  readonly gpa: number;
  readonly size: number;
  readonly page: number;
}

/** The same ops about another slot. */
const about = (ops: readonly Op[], slot: Slot): readonly Op[] =>
  ops.map((op) => {
    if (op.op === "bind_memslot") {
      return bind({ pgoff: slot.offset, base_gfn: slot.gpa, npages: slot.size, ugfn: op.ugfn });
    }
    return op.op === "fault" ? fault(slot.gpa + slot.page) : op;
  });

const isMeant = (freed: Freed, value: number): boolean =>
  value >= (freed.at_least ?? 0) &&
  value <= (freed.at_most ?? Infinity) &&
  (freed.no_multiple_of === undefined || value % 2 ** freed.no_multiple_of !== 0);

/** A drawn number between the bounds, where there are some: few are by themselves. */
const within = ({ at_least = 0, at_most = Infinity }: Freed, drawn: number): number =>
  at_most === Infinity ? at_least + drawn : at_least + (drawn % (at_most - at_least + 1));

/** Near zero, near the value's own bounds, near a power of two, anywhere. */
const number = (most: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 1100 }),
    fc
      .tuple(fc.integer({ min: 0, max: Math.log2(most) }), fc.integer({ min: -2, max: 2 }))
      .map(([bit, by]) => Math.max(0, Math.floor(2 ** bit) + by)),
    fc.integer({ min: 0, max: most }),
  );

const slots = fc.record({
  offset: number(2 ** 48),
  gpa: number(2 ** 38),
  size: number(2 ** 30),
  page: number(2 ** 20),
});

describe.each(Object.entries(WORDS))("%s", (name, words) => {
  const ce = CASES[name];
  if (ce === undefined) throw new Error(name);

  it("is said in a line", async () => expect(generalWords(await freedOf(ce))).toBe(words));

  it("breaks the claim with every such slot that KVM takes", async () => {
    const freed = await freedOf(ce);
    const bound = ce.ops.find(({ op }) => op === "bind_memslot");
    const touch = ce.ops.at(-1);
    if (bound?.op !== "bind_memslot" || touch?.op !== "fault") throw new Error("no slot");
    const own: Slot = {
      offset: bound.pgoff,
      gpa: bound.base_gfn,
      size: bound.npages,
      page: touch.gfn - bound.base_gfn,
    };
    const { world } = worldOf(ce.rules, ce.setting);
    let tried = 0;
    const holds = fc.property(slots, (drawn) => {
      const slot: Slot = {
        ...own,
        ...Object.fromEntries(freed.map((each) => [each.of, within(each, drawn[each.of])])),
      };
      fc.pre(freed.every((each) => isMeant(each, slot[each.of])));
      // What the ioctl refuses by itself is not meant.
      fc.pre(slot.size > 0 && slot.size <= 2 ** 31 - 1 && slot.page < slot.size && slot.gpa + slot.size <= 2 ** 38);
      fc.pre(bound.ugfn + slot.size <= 2 ** 35);
      tried += 1;
      expect(brokenAt(newVm(world), ce.claim, about(ce.ops, slot))).toBe(ce.ops.length - 1);
    });
    if (freed.length > 0) fc.assert(holds, { seed: 7, numRuns: 200, maxSkipsPerRun: 1_000 });
    expect(tried > 100).toBe(freed.length > 0);
  });
});

it("says no more than is so: one value beyond each bound of the case that follows a size does not break it", async () => {
  const ce = CASES["map_ends"];
  if (ce === undefined) throw new Error("no case");
  const bound = ce.ops.find(({ op }) => op === "bind_memslot");
  if (bound?.op !== "bind_memslot") throw new Error("no slot");
  const { world } = worldOf(ce.rules, ce.setting);
  const broken = (slot: Partial<Slot>): boolean => {
    const whole: Slot = { offset: bound.pgoff, gpa: bound.base_gfn, size: bound.npages, page: 511, ...slot };
    return brokenAt(newVm(world), ce.claim, about(ce.ops, whole)) >= 0;
  };
  expect([broken({}), broken({ offset: 512 }), broken({ offset: 0 }), broken({ page: 510 })]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
