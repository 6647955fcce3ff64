/** Windows of a process, families of kernels, and a guest's store through both. */

import { describe, expect, it } from "vitest";
import { FAMILIES, familyOfVersion } from "../../../model/kernel/family.ts";
import { emptyFile, emptyMount } from "../../../model/kernel/file.ts";
import { emptyMachine } from "../../../model/kernel/machine.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import type { Vmas } from "../../../model/kernel/vmas.ts";
import { advise, findVma, mapWindow, unmapRange } from "../../../model/kernel/vmas.ts";
import type { LinuxOp } from "../../../sim/kernel/op.ts";
import { stepLinux } from "../../../sim/kernel/step.ts";

const file = () => emptyFile(FAMILIES["6.18"], emptyMount("always", 0), true);
/** start+npages@pgoff of each window. */
const told = (vmas: Vmas): string[] => vmas.map(({ start, npages, pgoff }) => `${start}+${npages}@${pgoff}`);

describe("windows", () => {
  it("replace what they cover and leave the rest its own bounds", () => {
    const vmas: Vmas = [];
    mapWindow(vmas, file(), 100, 50, 0);
    mapWindow(vmas, file(), 120, 10, 7);
    expect(told(vmas)).toEqual(["100+20@0", "120+10@7", "130+20@30"]);
    unmapRange(vmas, 110, 15);
    expect(told(vmas)).toEqual(["100+10@0", "125+5@12", "130+20@30"]);
    expect(findVma(vmas, 124)).toBeUndefined();
    expect(findVma(vmas, 125)?.pgoff).toBe(12);
  });

  it("become one where they show neighbouring parts of one file", () => {
    const vmas: Vmas = [];
    const shown = file();
    mapWindow(vmas, shown, 100, 10, 0);
    mapWindow(vmas, shown, 120, 10, 20);
    mapWindow(vmas, shown, 110, 10, 10);
    expect(told(vmas)).toEqual(["100+30@0"]);
    mapWindow(vmas, shown, 130, 10, 31);
    mapWindow(vmas, file(), 90, 10, 0);
    expect(told(vmas)).toEqual(["90+10@0", "100+30@0", "130+10@31"]);
  });

  it("are parted by advice", () => {
    const vmas: Vmas = [];
    mapWindow(vmas, file(), 100, 30, 0);
    advise(vmas, 110, 10, "hugepage");
    expect(vmas.map(({ advice }) => advice)).toEqual([null, "hugepage", null]);
    expect(told(vmas)).toEqual(["100+10@0", "110+10@10", "120+10@20"]);
  });
});

describe("families", () => {
  it.each([
    ["6.1.0-56-cloud-amd64", "6.1"],
    ["6.10.3", "6.1"],
    ["6.12.117+deb12-cloud-amd64", "6.12"],
    ["6.17.13", "6.17"],
    ["6.18.44", "6.18"],
    ["7.0.14", "6.19"],
  ])("%s is of %s", (version, family) => {
    expect(familyOfVersion(version)).toBe(family);
  });

  it("are named as they are listed", () => {
    for (const [name, family] of Object.entries(FAMILIES)) expect(family.name).toBe(name);
  });
});

const VA = 0x1000_0000_0000n;
const STORY: readonly LinuxOp[] = [
  { op: "mount", huge: "always" },
  { op: "create_file", file: "f", size: 0x20_0000n },
  { op: "create_vm" },
  { op: "map", file: "f", va: VA + 0x8000n, offset: 0x8000n, length: 0x4000n },
  { op: "set_user_memory_region", slot: 0, flags: 0, gpa: 0n, size: 0x4000n, uaddr: VA + 0x8000n },
];
const store = (gpa: bigint): LinuxOp => ({ op: "guest_write", gpa });

const last = (ops: readonly LinuxOp[], family: keyof typeof FAMILIES = "6.18") => {
  const machine = emptyMachine(FAMILIES[family], defaultKnobs());
  return ops.map((op) => stepLinux(machine, op)).at(-1);
};

describe("a guest's store", () => {
  it("stays in the slot's part of the file, where the window is asked", () => {
    expect(last([...STORY, store(0n)])).toEqual({
      exit: "hlt",
      files: { f: { size: 0x20_0000n, pages: 1, data: [[0x8000n, 0x9000n]] } },
    });
    expect(last([...STORY, store(0n)], "6.1")?.files?.["f"]?.pages).toBe(512);
  });

  it("is a device's where no slot is, where the slot is read-only, where the host has no page", () => {
    expect(last([...STORY, store(0x4000n)])?.exit).toBe("mmio");
    const readOnly: LinuxOp = {
      op: "set_user_memory_region",
      slot: 1,
      flags: 2,
      gpa: 0x10_0000n,
      size: 0x1000n,
      uaddr: VA + 0x8000n,
    };
    expect(last([...STORY, readOnly, store(0x10_0000n)])?.exit).toBe("mmio");
    expect(last([...STORY, { op: "truncate", file: "f", size: 0n }, store(0n)])?.exit).toBe("mmio");
  });

  it("may use a folio that was mapped whole, behind the end of the file", () => {
    // The file is one page long, the window 2 MiB: its first store maps a 2 MiB folio.
    const ops: readonly LinuxOp[] = [
      { op: "mount", huge: "always" },
      { op: "create_file", file: "f", size: 0x1000n },
      { op: "create_vm" },
      { op: "map", file: "f", va: VA, offset: 0n, length: 0x20_0000n },
      { op: "set_user_memory_region", slot: 0, flags: 0, gpa: 0n, size: 0x20_0000n, uaddr: VA },
    ];
    expect(last([...ops, store(0x1000n)])?.exit).toBe("mmio");
    expect(last([...ops, store(0n), store(0x1000n)])?.exit).toBe("hlt");
    // A truncate, even to the same size, splits the folio: the page tables lose it.
    expect(last([...ops, store(0n), { op: "truncate", file: "f", size: 0x1000n }, store(0x1000n)])?.exit).toBe("mmio");
  });
});
