/** guest_memfd: creation, bindings, pages, and the end that used to be signed. */

import { describe, expect, it } from "vitest";
import { FAMILIES } from "../../../model/kernel/family.ts";
import { emptyMachine } from "../../../model/kernel/machine.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import type { FamilyName } from "../../../model/kernel/family.ts";
import type { LinuxOp } from "../../../sim/kernel/op.ts";
import { stepLinux } from "../../../sim/kernel/step.ts";

/** The errnos of these ops on one machine. */
function errnos(ops: readonly LinuxOp[], family: FamilyName = "6.18"): (string | 0 | undefined)[] {
  const machine = emptyMachine(FAMILIES[family], defaultKnobs());
  return [{ op: "create_vm" } as const, ...ops].map((op) => stepLinux(machine, op).errno).slice(1);
}

const create = (size: bigint, flags = 3n, memfd = "g"): LinuxOp => ({ op: "create_guest_memfd", memfd, size, flags });
const bindAt = (slot: number, memfd_offset: bigint, size = 0x4000n, memfd: string | null = "g") => ({
  op: "set_user_memory_region2" as const,
  slot,
  flags: 4,
  gpa: BigInt(slot) << 24n,
  size,
  uaddr: 0n,
  memfd,
  memfd_offset,
});
const deleteSlot = (slot: number): LinuxOp => bindAt(slot, 0n, 0n);
const fallocate = (mode: number, offset: bigint, length: bigint): LinuxOp => ({
  op: "fallocate_guest_memfd",
  memfd: "g",
  mode,
  offset,
  length,
});
const touch = (offset: bigint): LinuxOp => ({ op: "touch_guest_memfd", memfd: "g", offset, access: "write" });

describe("creation", () => {
  it("wants a positive size in pages and known flags", () => {
    expect(
      errnos([create(0x1000n), create(0n), create(1n << 63n), create(0x1001n), create((1n << 63n) - 0x1000n)]),
    ).toEqual([0, "EINVAL", "EINVAL", "EINVAL", 0]);
    expect(errnos([create(0x1000n, 4n)])).toEqual(["EINVAL"]);
    expect(errnos([create(0x1000n, 1n)], "6.12")).toEqual(["EINVAL"]);
    expect(errnos([create(0x1000n, 0n)], "6.1")).toEqual(["ENOTTY"]);
  });
});

describe("binding", () => {
  it("takes no page twice until the slot is gone", () => {
    const ops = [
      create(0x1_0000n),
      bindAt(0, 0n),
      bindAt(1, 0x3000n),
      bindAt(2, 0x4000n),
      deleteSlot(0),
      bindAt(3, 0x3000n, 0x1000n),
    ];
    expect(errnos(ops)).toEqual([0, 0, "EINVAL", 0, 0, 0]);
  });

  it("stays inside the file", () => {
    expect(errnos([create(0x4000n), bindAt(0, 0x1000n), bindAt(0, 0n)])).toEqual([0, "EINVAL", 0]);
  });

  it("tells a descriptor that is not open from one of another file", () => {
    expect(errnos([bindAt(0, 0n, 0x4000n, "never"), bindAt(0, 0n, 0x4000n, null)])).toEqual(["EBADF", "EINVAL"]);
  });

  it("knows the VM it was made for", () => {
    expect(errnos([create(0x4000n), { op: "create_vm" }, bindAt(0, 0n)])).toEqual([0, 0, "EINVAL"]);
  });

  // 2^63 - 8 KiB + 16 KiB is negative as an loff_t, so below any i_size.
  const wraps = bindAt(0, (1n << 63n) - 0x2000n);
  it("lets an end past 2^63 through where it is signed", () => {
    expect(errnos([create(0x1_0000n), wraps])).toEqual([0, 0]);
    expect(errnos([create(0x1_0000n), wraps], "6.19")).toEqual([0, "EINVAL"]);
    expect(errnos([create(0x1_0000n), bindAt(0, (1n << 63n) - 0x4000n), bindAt(0, 1n << 63n)])).toEqual([
      0,
      0,
      "EINVAL",
    ]);
  });
});

describe("pages", () => {
  it("are allocated with KEEP_SIZE only, inside the file, in whole pages", () => {
    const ops = [
      create(0x4000n),
      fallocate(1, 0n, 0x4000n),
      fallocate(0, 0n, 0x1000n),
      fallocate(1, 0x1000n, 0x4000n),
      fallocate(1, 0x800n, 0x1000n),
    ];
    expect(errnos(ops)).toEqual([0, 0, "EOPNOTSUPP", "EINVAL", "EINVAL"]);
  });

  it("may be punched anywhere, and ask in the kernel's order", () => {
    const past = (1n << 63n) - 0x1000n;
    const ops = [
      create(0x4000n),
      fallocate(3, 0x8000n, 0x1000n),
      fallocate(2, past, 0x2000n),
      fallocate(8, past, 0x2000n),
      fallocate(0, past, 0x2000n),
      fallocate(1, 0n, 0n),
    ];
    expect(errnos(ops)).toEqual([0, 0, "EOPNOTSUPP", "EFBIG", "EFBIG", "EINVAL"]);
  });

  it("are mapped with MMAP and faulted with INIT_SHARED", () => {
    expect(errnos([create(0x1000n, 3n), touch(0n), touch(0x1000n)])).toEqual([0, 0, "SIGBUS"]);
    expect(errnos([create(0x1000n, 1n), touch(0n)])).toEqual([0, "SIGBUS"]);
    expect(errnos([create(0x1000n, 2n), touch(0n)])).toEqual([0, "ENODEV"]);
  });
});
