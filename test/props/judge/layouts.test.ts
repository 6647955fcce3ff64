/** Which slots of a captured layout a rule takes. */

import { expect, it } from "vitest";
import { fileOffset, gpa, sizeBytes, uaddr } from "../../../model/units.ts";
import { acceptedSlots } from "../../../props/judge/layouts.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { LayoutSlot } from "../../../sim/layout/layout.ts";

const book = await openRulebook();

const slotAt = (at: bigint, offset: bigint, size: bigint): LayoutSlot => ({
  vm: 0,
  as_id: 0,
  file: 0,
  offset_from: "userspace_addr",
  moved: false,
  made: 0,
  gone: Infinity,
  slot: Number(at >> 20n),
  gpa: gpa(at),
  size: sizeBytes(size),
  offset: fileOffset(offset),
  userspace_addr: uaddr(0x7f0000000000n),
  block_size: sizeBytes(0x80000000n),
});

function ruleOf(id: string, text: string) {
  const parsed = book.parse(text, { id, kind: "bind" });
  if (!parsed.ok || parsed.rules[0] === undefined) throw new Error("no rule");
  return parsed.rules[0];
}

it("is told slot by slot, in bytes, for each rule", () => {
  const rules = [book.byId("none"), book.byId("offset_and_size_2m"), book.byId("fls64")];
  const slots = [slotAt(0n, 0n, 0x200000n), slotAt(0x100000n, 0x1000n, 0x7ff00000n)];
  expect(acceptedSlots(slots, rules, 0)).toEqual([
    {
      slot: 0,
      gpa: "0x0",
      size: "0x200000",
      offset: "0x0",
      accepted: { none: true, offset_and_size_2m: true, fls64: true },
    },
    {
      slot: 1,
      gpa: "0x100000",
      size: "0x7ff00000",
      offset: "0x1000",
      accepted: { none: true, offset_and_size_2m: false, fls64: false },
    },
  ]);
});

it("gives a rule the address, the size of the RAM block for i_size, and the order asked for", () => {
  const all = ruleOf(
    "all",
    "offset == 0x1000 && gpa == 0x100000 && size == 0x3000 && userspace_addr == 0x7f0000000000 && i_size == 0x80000000 && folio_size == SZ_2M",
  );
  const slots = [slotAt(0x100000n, 0x1000n, 0x3000n)];
  expect(acceptedSlots(slots, [all], 9)[0]?.accepted).toEqual({ all: true });
  expect(acceptedSlots(slots, [all], 0)[0]?.accepted).toEqual({ all: false });
});

it("takes a slot for refused where the rule is undefined", () => {
  const undefinedAt = ruleOf("shift", "(1ULL << (offset >> 12)) != 0");
  expect(acceptedSlots([slotAt(0n, 0x40000n, 0x1000n)], [undefinedAt], 0)[0]?.accepted).toEqual({ shift: false });
});
