/** Layouts that VMMs really make, on the page. */

import { beforeAll, describe, expect, it } from "vitest";
import type { World } from "../../../model/abstract/machine.ts";
import { judgingOf } from "../../../props/page/state/derive.ts";
import type { Slot } from "../../../props/page/state/layouts.ts";
import { LAYOUTS, readCapture, storyOf, takes } from "../../../props/page/state/layouts.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";

const slotAt = (base_gfn: number, pgoff: number, npages = 10): Slot => {
  return { base_gfn, npages, pgoff, ugfn: pgoff + 7, block_npages: 100 };
};

describe("a layout", () => {
  it("is in pages, with its memory mapped as it lies in a file that ends where its last slot does", () => {
    const layout = LAYOUTS.find(({ name }) => name === "qemu-q35-4G");
    const slot = { npages: 2 ** 19, block_npages: 2 ** 20 };
    expect(layout).toEqual({
      name: "qemu-q35-4G",
      of: "QEMU q35 -m 4G: 2 GiB below 4 GiB, the rest above, one RAM block",
      slots: [
        { ...slot, base_gfn: 0, pgoff: 0, ugfn: 0 },
        { ...slot, base_gfn: 2 ** 20, pgoff: 2 ** 19, ugfn: 2 ** 19 },
      ],
    });
  });

  it("is read from a log with its userspace addresses", () => {
    const line = (slot: number, gpa: string, ua: string): string =>
      `kvm_set_user_memory Slot#${slot} flags=0x0 gpa=${gpa} size=0x80000000 ua=${ua} ret=0`;
    const log = [line(0, "0x0", "0x7f0000000000"), line(1, "0x100000000", "0x7f0080000000")].join("\n");
    const slot = { base_gfn: 0, npages: 2 ** 19, pgoff: 0, ugfn: 0x7f0000000, block_npages: 2 ** 20 };
    expect(readCapture(log, "mine.log")).toEqual({
      ok: true,
      layout: {
        name: "mine.log",
        of: "2 slots",
        slots: [slot, { ...slot, base_gfn: 2 ** 20, pgoff: 2 ** 19, ugfn: 0x7f0080000 }],
      },
    });
    expect(readCapture("nothing", "x.log")).toEqual({
      ok: false,
      message: "no memslot ioctl in it (neither strace nor kvm_set_user_memory lines)",
    });
  });

  describe("of two slots", () => {
    const chosen = slotAt(100, 50);
    const told = (other: Slot): unknown => storyOf({ name: "", of: "", slots: [other, chosen] }, chosen, 0, 0, 0);
    const alone = [bind({ slot: 0, ...chosen }), fault(100)];
    const both = (other: Slot): unknown => [bind({ slot: 0, ...other }), bind({ slot: 1, ...chosen }), fault(100)];

    it.each([
      [90, 40],
      [90, 60],
      [110, 40],
      [110, 60],
      [300, 0],
    ])("can be bound both, where they are apart in guest and file: %i, %i", (base_gfn, pgoff) => {
      expect(told(slotAt(base_gfn, pgoff))).toEqual(both(slotAt(base_gfn, pgoff)));
    });

    it.each([
      [91, 0],
      [109, 0],
      [0, 41],
      [0, 59],
      [100, 50],
    ])("cannot, where they share a page: %i, %i", (base_gfn, pgoff) => {
      expect(told(slotAt(base_gfn, pgoff))).toEqual(alone);
    });
  });

  it("sets a folio size only where it changes", () => {
    const slot = slotAt(100, 50);
    const kinds = (now: number, atFault: number, first: number): unknown =>
      storyOf({ name: "", of: "", slots: [slot] }, slot, now, atFault, first);
    const [bound, touched] = [bind({ slot: 0, ...slot }), fault(100)];
    expect(kinds(9, 9, 9)).toEqual([bound, touched]);
    expect(kinds(9, 9, 0)).toEqual([setOrder(9), bound, touched]);
    expect(kinds(0, 9, 0)).toEqual([bound, setOrder(9), touched]);
    expect(kinds(9, 0, 0)).toEqual([setOrder(9), bound, setOrder(0), touched]);
  });

  describe("is asked of a check", () => {
    let worldOf: (text: string) => World;
    beforeAll(async () => {
      const book = await openRulebook();
      worldOf = (text) => {
        const read = judgingOf(book, { text, pick: 0 }, DEFAULT_SETTING);
        if (!read.ok) throw new Error(read.error.message);
        return read.judging.compiled.world;
      };
    });

    it.each([
      ["offset == 0x32000", true],
      ["gpa == 0x64000", true],
      ["size == 0xa000", true],
      ["userspace_addr == 0x39000", true],
      ["folio_size == 0x200000", true],
      ["i_size == 0x64000", true],
      ["offset == 0", false],
    ])("that looks at one of its numbers: %s", (text, answer) => {
      expect(takes(worldOf(text), slotAt(100, 50), 9)).toBe(answer);
    });
  });
});
