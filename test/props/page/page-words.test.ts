/** The page's words for what is asked, what happens, what breaks. */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../../../sim/op.ts";
import type { Effect } from "../../../sim/step.ts";
import { effectWords, inShort, opWords, whyBroken } from "../../../props/page/state/words.ts";

const faulted: Extract<Effect, { effect: "faulted" }> = {
  effect: "faulted",
  slot: { id: 0, base_gfn: 0x400, npages: 0x200, pgoff: 0x100 },
  index: 0x105,
  folio: { start: 0x80, npages: 0x20, order: 5 },
  allocated: true,
  fell_back: false,
  mapping: { order: 9, gfns: { start: 0x380, npages: 0x40 }, pages: { start: 0x60, npages: 0x40 } },
};

const at = { vm: 1, slot: 2, base_gfn: 16, npages: 4, pgoff: 1 };

describe("in words", () => {
  it.each([
    ["bind_memslot", "vm 1 slot 2, gpa 0x10000, size 0x4000, offset 0x1000", bind({ ...at, ugfn: 5 })],
    ["delete_memslot", "slot 2", unbind(2)],
    ["set_order", "2M folios", setOrder(9)],
    ["set_i_size", "0x200000", setISize(512)],
    ["punch_hole", "[0x1000, 0x3000)", punchHole(1, 2)],
    ["fault", "vm 1 gpa 0x10000", fault(16, 1)],
    ["fault", "gpa 0x0", fault(0)],
  ])("lists an op: %s %s", (name, given, op) => expect(opWords(op)).toEqual({ name, arguments: given }));

  it.each<readonly [string, Effect]>([
    ["ok", { effect: "done" }],
    ["EBUSY: some check", { effect: "refused", errno: "EBUSY", check: "some_check" }],
    ["no slot there: this goes to userspace as MMIO", { effect: "no_slot", gfn: 0 }],
    ["page at 0x105000 allocates folio [0x80000, 0xa0000), maps 2M", faulted],
    ["page at 0x105000 falls back to a 4K folio [0x80000, 0xa0000), maps 2M", { ...faulted, fell_back: true }],
    ["page at 0x105000 finds folio [0x80000, 0xa0000), maps 2M", { ...faulted, allocated: false }],
  ])("tells an effect: %s", (words, effect) => expect(effectWords(effect)).toBe(words));

  it("tells of each claim how the fault breaks it, at length and for the headline", () => {
    const told = (words: (claim: ClaimName) => string): unknown =>
      Object.fromEntries(CLAIM_NAMES.map((claim) => [claim, words(claim)]));
    const file = "[0x100000, 0x300000)";
    const frames = "[0x400000, 0x600000)";
    expect(told((claim) => whyBroken(claim, faulted, 3))).toEqual({
      folio_starts_in_slot: `folio [0x80000, 0xa0000) starts 12 KiB (3 pages) below the slot's file range ${file}`,
      folio_ends_in_slot: `folio [0x80000, 0xa0000) ends 12 KiB (3 pages) past the slot's file range ${file}`,
      folio_avoids_other_slots: "folio [0x80000, 0xa0000) takes 12 KiB (3 pages) of other slots' file ranges",
      mapping_starts_in_slot: `the mapping of guest frames [0x380000, 0x3c0000) starts 12 KiB (3 pages) below the slot's ${frames}`,
      mapping_ends_in_slot: `the mapping of guest frames [0x380000, 0x3c0000) ends 12 KiB (3 pages) past the slot's ${frames}`,
      mapping_starts_in_binding: `the guest gets file pages [0x60000, 0xa0000), from 12 KiB (3 pages) below the slot's ${file}`,
      mapping_ends_in_binding: `the guest gets file pages [0x60000, 0xa0000), to 12 KiB (3 pages) past the slot's ${file}`,
      mapping_translates:
        "the guest gets file pages [0x60000, 0xa0000) in place of [0x80000, 0xc0000), 12 KiB (3 pages) off",
    });
    expect(told((claim) => inShort(claim, 3))).toEqual({
      folio_starts_in_slot: "allocates 12 KiB below the slot",
      folio_ends_in_slot: "allocates 12 KiB past the slot",
      folio_avoids_other_slots: "allocates 12 KiB of another slot",
      mapping_starts_in_slot: "maps 12 KiB of guest frames below the slot",
      mapping_ends_in_slot: "maps 12 KiB of guest frames past the slot",
      mapping_starts_in_binding: "gives the guest 12 KiB of the file below the slot",
      mapping_ends_in_binding: "gives the guest 12 KiB of the file past the slot",
      mapping_translates: "maps frames 12 KiB off",
    });
  });
});
