/** Logs that are cut, mixed, or of more than one guest. */

import { describe, expect, it } from "vitest";
import { parseCapture } from "../../../sim/layout/capture.ts";
import type { LayoutSlot } from "../../../sim/layout/layout.ts";
import { layoutOf } from "../../../sim/layout/layout.ts";

interface Call {
  readonly fd?: number;
  readonly slot?: number;
  readonly gpa?: bigint;
  readonly size?: bigint;
  readonly ua?: bigint;
  readonly tail?: string;
  readonly flags?: string;
  readonly end?: string;
  readonly name?: string;
}

const M = 1n << 20n;
const UA = 0x7f0000000000n;
const call = ({
  fd = 9,
  slot = 0,
  gpa = 0n,
  size = M,
  ua = UA,
  tail = "",
  flags = "0",
  end = ") = 0",
  name = "",
}: Call): string =>
  `ioctl(${fd}, KVM_SET_USER_MEMORY_REGION${name}, {slot=${slot}, flags=${flags}, guest_phys_addr=0x${gpa.toString(16)}, memory_size=${size}, userspace_addr=0x${ua.toString(16)}${tail}}${end}`;

function slotsOf(lines: readonly string[]): LayoutSlot[] {
  const parsed = parseCapture(lines.join("\n"));
  if (!parsed.ok) throw new Error(`${parsed.line}: ${parsed.message}`);
  return layoutOf(parsed.regions);
}

describe("a slot that is there", () => {
  it("is moved by another gpa, and its place in the file stays", () => {
    const slots = slotsOf([
      call({ ua: UA, size: 2n * M }),
      call({ slot: 1, gpa: 16n * M, ua: UA + 2n * M }),
      call({ slot: 1, gpa: 32n * M, ua: UA + 2n * M }),
      call({ slot: 1, gpa: 32n * M, ua: UA + 2n * M, flags: "KVM_MEM_LOG_DIRTY_PAGES" }),
    ]);
    expect(slots.map(({ slot, gpa, offset, moved, made, gone }) => [slot, gpa, offset, moved, made, gone])).toEqual([
      [0, 0n, 0n, false, 0, Infinity],
      [1, 16n * M, 2n * M, false, 1, 2],
      [1, 32n * M, 2n * M, true, 3, Infinity],
    ]);
  });

  it("is another guest's where its size or address changes", () => {
    const slots = slotsOf([call({}), call({ size: 2n * M }), call({ size: 2n * M, ua: UA + 64n * M })]);
    expect(slots.map(({ size, moved, gone }) => [size, moved, gone])).toEqual([
      [M, false, 1],
      [2n * M, false, 3],
      [2n * M, false, Infinity],
    ]);
  });

  it("keeps its guest_memfd when it is moved", () => {
    const bound = { name: "2", flags: "KVM_MEM_GUEST_MEMFD", tail: ", guest_memfd_offset=0x200000, guest_memfd=7" };
    const slots = slotsOf([call(bound), call({ ...bound, gpa: 8n * M })]);
    expect(slots.map(({ offset, offset_from, file }) => [offset, offset_from, file])).toEqual([
      [2n * M, "guest_memfd", 0],
      [2n * M, "guest_memfd", 0],
    ]);
  });
});

describe("userspace addresses that are used again", () => {
  const remove = call({ size: 0n });

  it("are another block where they only touch those of a deleted slot", () => {
    const slots = slotsOf([call({}), remove, call({ ua: UA + M }), remove, call({ ua: UA - M })]);
    expect(slots.map(({ offset, block_size, file }) => [offset, block_size, file])).toEqual([
      [0n, M, 0],
      [0n, M, 1],
      [0n, M, 2],
    ]);
  });

  it("are the same block where a part of a deleted slot is added, or where a slot still touches", () => {
    const slots = slotsOf([call({ size: 8n * M }), remove, call({ ua: UA + M }), call({ slot: 2, ua: UA + 8n * M })]);
    expect(slots.map(({ offset, block_size, file }) => [offset, block_size, file])).toEqual([
      [0n, 9n * M, 0],
      [M, 9n * M, 0],
      [8n * M, 9n * M, 0],
    ]);
  });

  it("are one block where a slot spans two", () => {
    const slots = slotsOf([call({}), remove, call({ ua: UA + M }), remove, call({ slot: 3, size: 2n * M })]);
    expect(slots.map(({ offset, file }) => [offset, file])).toEqual([
      [0n, 0],
      [M, 0],
      [0n, 0],
    ]);
  });
});

describe("a log of several", () => {
  it("VMs keeps their slots apart by descriptor", () => {
    const slots = slotsOf([call({}), call({ fd: 12, gpa: 4n * M }), call({ gpa: 8n * M })]);
    expect(slots.map(({ vm, gpa, moved }) => [vm, gpa, moved])).toEqual([
      [0, 0n, false],
      [1, 4n * M, false],
      [0, 8n * M, true],
    ]);
  });

  it.each([
    ["at once", ["ioctl(8, KVM_CREATE_VM, 0) = 9"]],
    ["by number, with what it is", ["ioctl(8</dev/kvm>, 0xae01, 0) = 9<anon_inode:kvm-vm>"]],
    ["in two lines", ["71 ioctl(8, KVM_CREATE_VM, 0 <unfinished ...>", "71 <... ioctl resumed>) = 9"]],
  ])("VMs knows a descriptor that is given out again: %s", (_what, lines) => {
    const slots = slotsOf([call({}), ...lines, call({ ua: UA + M })]);
    expect(slots.map(({ vm, offset, gone }) => [vm, offset, gone])).toEqual([
      [0, 0n, Infinity],
      [1, 0n, Infinity],
    ]);
  });

  it("VMs keeps a descriptor where no VM is made", () => {
    const slots = slotsOf([call({}), "ioctl(8, KVM_CREATE_VM, 0) = -1 ENOMEM (Out of memory)", call({ gpa: M })]);
    expect(slots.map(({ vm }) => vm)).toEqual([0, 0]);
  });

  it("guest_memfds keeps their files apart, each as long as its slots are", () => {
    const bound = (slot: number, fd: number, offset: string): string =>
      call({
        slot,
        name: "2",
        ua: UA + BigInt(slot) * M,
        flags: "KVM_MEM_GUEST_MEMFD",
        tail: `, guest_memfd_offset=${offset}, guest_memfd=${fd}`,
      });
    const slots = slotsOf([
      bound(0, 20, "0"),
      bound(1, 21, "0x100000"),
      bound(2, 20, "0x300000"),
      call({ slot: 3, name: "2" }),
    ]);
    expect(slots.map(({ file, offset, block_size }) => [file, offset, block_size])).toEqual([
      [0, 0n, 4n * M],
      [1, M, 2n * M],
      [0, 3n * M, 4n * M],
      [2, 0n, 3n * M],
    ]);
  });
});

describe("a log that is cut", () => {
  it.each([
    ["within the name", `${call({})}\nioctl(9, KVM_SET_USER_MEM`, 2],
    ["within the name of a call on a descriptor that is told", `${call({})}\nioctl(9<kvm-vm>, KVM_SET_U`, 2],
    [
      "by another call of the same thread",
      `7 ${call({ end: " <unfinished ...>" })}\n7 ${call({ end: " <unfinished ...>" })}`,
      1,
    ],
  ])("%s is refused, with the line", (_what, text, line) => {
    expect(parseCapture(text)).toMatchObject({ ok: false, line });
  });

  it("is read where another call only speaks of the ioctl", () => {
    const spoken = 'write(2, "ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=0", 44) = 44';
    const said = 'ioctl(2, TIOCSTI, "KVM_SET_USER_MEMORY_REGION") = 0';
    expect(slotsOf([spoken, said, call({})])).toHaveLength(1);
  });

  it("leaves out what failed, whole or in two lines", () => {
    const failed = ") = -1 EEXIST (File exists)";
    expect(
      slotsOf([
        call({}),
        call({ slot: 1, end: failed }),
        `5 ${call({ slot: 2, end: " <unfinished ...>" })}`,
        `6 ${call({ slot: 3, end: " <unfinished ...>" })}`,
        "6 <... ioctl resumed>) = 0",
        `5 <... ioctl resumed>${failed}`,
      ]).map(({ slot }) => slot),
    ).toEqual([0, 3]);
  });
});
