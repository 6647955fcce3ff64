/** Names, descriptors and VMAs of files, memslots of a VM, and a guest's store through them. */

import { describe, expect, it } from "vitest";
import type { Errno } from "../../../model/errno.ts";
import type { FamilyName } from "../../../model/kernel/family.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import type { BindTarget, Machine } from "../../../model/kernel/machine.ts";
import {
  createFile,
  createVmMemfd,
  emptyMachine,
  remountTmpfs,
  setRegionOf,
  unlink,
} from "../../../model/kernel/machine.ts";
import type { ShmemEnabled } from "../../../model/kernel/orders.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import type { LinuxOp, LinuxResult } from "../../../sim/kernel/op.ts";
import { stepLinux } from "../../../sim/kernel/step.ts";
import { at, create, run, touch, VA, write } from "../../support/shmem-run.ts";

const machineOf = (family: FamilyName = "6.18"): Machine => emptyMachine(FAMILIES[family], defaultKnobs());

/** What each op comes to, from nothing. */
function told(ops: readonly LinuxOp[], family?: FamilyName): LinuxResult[] {
  const machine = machineOf(family);
  return ops.map((op) => stepLinux(machine, op));
}

describe("a new machine", () => {
  it.each([
    ["deny", "never"],
    ["force", "never"],
    ["never", "never"],
    ["always", "always"],
    ["within_size", "within_size"],
    ["advise", "advise"],
  ] as const)("with shmem_enabled=%s has an internal mount of huge=%s, without a limit", (shmem_enabled, huge) => {
    const knobs = { ...defaultKnobs(), shmem_enabled: shmem_enabled satisfies ShmemEnabled };
    expect(emptyMachine(FAMILIES["6.18"], knobs).internal).toMatchObject({ huge, max_pages: 0 });
  });

  it("has nothing to work on", () => {
    const machine = machineOf();
    const refusals = [
      remountTmpfs(machine, "always"),
      createFile(machine, "f"),
      unlink(machine, "f"),
      createVmMemfd(machine, "g", 0x1000n, 0n),
      setRegionOf(machine, REGION, "none"),
    ];
    expect(refusals.map((r) => (r !== undefined && !r.ok ? `${r.errno} ${r.check}` : r))).toEqual(
      Array.from({ length: 5 }, () => "EBADF bad_fd"),
    );
    expect(stepLinux(machine, { op: "guest_write", gpa: 0n }).exit).toBe("EBADF");
    expect(machine.hugetlb.free).toBe(0);
  });
});

describe("a file without a name", () => {
  const unlinked: LinuxOp = { op: "unlink", file: "f" };
  const used = (ops: readonly LinuxOp[]): number | undefined => run(ops, { huge: "never" }).machine.mount?.used_pages;
  const map: LinuxOp = { op: "map", file: "f", va: VA, offset: 0n, length: at(4) };

  it("lives as long as its descriptor", () => {
    expect(used([write(0, 4), unlinked])).toBe(4);
    expect(used([write(0, 4), unlinked, create("f")])).toBe(0);
  });

  it("lives as long as a VMA shows it", () => {
    const mapped = [write(0, 4), map, unlinked, create("f")];
    expect(used(mapped)).toBe(4);
    expect(used([...mapped, { ...map, va: VA + at(64) }])).toBe(4);
    expect(used([...mapped, map])).toBe(0);
  });

  it("is not the file of the same name that comes after it", () => {
    const { machine } = run([write(0, 4), unlinked, create("f")], { huge: "never" });
    expect(machine.files.get("f")).toBe(machine.names.get("f"));
    expect(unlink(machine, "g")).toMatchObject({ errno: "ENOENT", check: "no_such_name" });
    expect(unlink(machine, "f")).toBeUndefined();
    expect(unlink(machine, "f")).toMatchObject({ errno: "ENOENT" });
  });

  it("is a memfd from the start: the mount that its pages come from is the kernel's own", () => {
    const memfd: LinuxOp = { op: "create_memfd", file: "f", size: at(512) };
    const { machine, last } = run([memfd, touch(0, 0, 512)], { huge: "always", knobs: { always: 1 << 4 } });
    expect(last).toMatchObject({ errno: 0, size: at(512), pages: 16 });
    expect([machine.mount?.used_pages, machine.internal.used_pages]).toEqual([0, 16]);
    // Opened by name, the same knobs are not asked.
    expect(run([touch(0, 0, 512)], { size: at(512), knobs: { always: 1 << 4 } }).last.pages).toBe(512);
  });

  it("is created again with the size asked for, page for page the one that has the name", () => {
    const { machine, last } = run([write(0, 4), create("f", at(2))], { huge: "never" });
    expect(last).toMatchObject({ errno: 0, size: at(2), pages: 2 });
    expect(machine.mount?.used_pages).toBe(2);
  });

  it("is there, empty, where ftruncate refuses the size", () => {
    const negative = { file: "g", size: 1n << 63n };
    const there = { errno: "EINVAL", size: 0n, pages: 0, data: [] };
    expect(run([{ op: "create_file", ...negative }]).last).toEqual(there);
    expect(run([{ op: "create_memfd", ...negative }]).last).toEqual(there);
  });
});

const REGION = {
  region2: true,
  slot: 3,
  flags: 4,
  guest_phys_addr: 0x10_0000n,
  memory_size: 0x2000n,
  userspace_addr: VA,
  guest_memfd_offset: 0n,
};

describe("a region's file", () => {
  const withVm = (): Machine => {
    const machine = machineOf();
    stepLinux(machine, { op: "create_vm" });
    stepLinux(machine, { op: "create_guest_memfd", memfd: "g", size: 0x4000n, flags: 0n });
    return machine;
  };
  const said = (machine: Machine, target: BindTarget, over: Partial<typeof REGION> = {}): string => {
    const refused = setRegionOf(machine, { ...REGION, ...over }, target);
    return refused === undefined ? "ok" : `${refused.errno} ${refused.check}`;
  };
  const memfdOf = (machine: Machine): BindTarget => {
    const memfd = machine.memfds.get("g");
    return memfd === undefined ? "none" : { memfd };
  };

  it("must be open, a guest_memfd, and this VM's", () => {
    const machine = withVm();
    expect(said(machine, "none")).toBe("EBADF guest_memfd_not_open");
    expect(said(machine, "not_open")).toBe("EBADF guest_memfd_not_open");
    expect(said(machine, "other_file")).toBe("EINVAL not_a_guest_memfd");
    expect(said(machine, memfdOf(withVm()))).toBe("EINVAL guest_memfd_of_other_vm");
    expect(said(machine, memfdOf(machine))).toBe("ok");
    stepLinux(machine, { op: "create_vm" });
    expect(said(machine, memfdOf(machine))).toBe("EINVAL guest_memfd_of_other_vm");
  });

  it("is free again when the slot is gone; a slot without one goes too", () => {
    const machine = withVm();
    const target = memfdOf(machine);
    expect(said(machine, target)).toBe("ok");
    expect(said(machine, target, { slot: 4, guest_phys_addr: 0n })).toBe("EINVAL guest_memfd_bound");
    expect(said(machine, "none", { memory_size: 0n })).toBe("ok");
    expect(said(machine, target, { slot: 4, guest_phys_addr: 0n })).toBe("ok");
    expect(said(machine, "none", { slot: 5, flags: 0 })).toBe("ok");
    expect(said(machine, "none", { slot: 5, flags: 0, memory_size: 0n })).toBe("ok");
  });

  it.each([
    ["6.1", ["ENOTTY", "ENOTTY"]],
    ["6.12", [0, "EINVAL"]],
    ["6.17", [0, "EINVAL"]],
    ["6.18", [0, 0]],
  ] as const)("on %s: a second form of the ioctl at all, and with a file on an ordinary VM", (family, errnos) => {
    const region = {
      op: "set_user_memory_region2",
      slot: 0,
      gpa: 0n,
      size: 0x1000n,
      uaddr: VA,
      memfd_offset: 0n,
    } as const;
    const [, , plain, bound] = told(
      [
        { op: "create_vm" },
        { op: "create_guest_memfd", memfd: "g", size: 0x4000n, flags: 0n },
        { ...region, flags: 0, memfd: null },
        { ...region, slot: 1, flags: 4, gpa: 0x10_0000n, memfd: "g" },
      ],
      family,
    );
    expect([plain?.errno, bound?.errno]).toEqual(errnos);
  });
});

describe("a guest's store", () => {
  const CODE = 0xffff_f000n;
  const slot = (id: number, gpa: bigint, uaddr: bigint, pages = 4, flags = 0): LinuxOp => ({
    op: "set_user_memory_region",
    slot: id,
    flags,
    gpa,
    size: at(pages),
    uaddr,
  });
  const store = (gpa: bigint): LinuxOp => ({ op: "guest_write", gpa });
  const start: readonly LinuxOp[] = [
    { op: "mount", huge: "never" },
    create("f", at(8)),
    { op: "create_vm" },
    { op: "map", file: "f", va: VA, offset: at(2), length: at(4) },
  ];
  const exit = (ops: readonly LinuxOp[]): string | undefined => told([...start, ...ops]).at(-1)?.exit;

  it("goes from guest frame to slot, from there to the VMA, from there to the page of the file", () => {
    // Frame 0x102 is page 2 of the slot, page 3 of the VMA, page 5 of the file.
    const last = told([...start, slot(0, 0x10_0000n, VA + at(1), 3), store(0x10_2008n)]).at(-1);
    expect(last?.exit).toBe("hlt");
    expect(last?.files?.["f"]?.data).toEqual([[at(5), at(6)]]);
  });

  it("needs a page with the guest's code, which is there from the first store on", () => {
    expect(exit([store(CODE)])).toBe("hlt");
    expect(exit([store(CODE - 0x1000n)])).toBe("mmio");
    expect(exit([slot(0, CODE, VA, 1), store(0n)])).toBe("EEXIST" satisfies Errno);
    expect(exit([slot(0, 0n, VA), store(0n), store(0n)])).toBe("hlt");
    // Put there once: whoever takes it away later gets what is there then.
    expect(exit([store(0n), slot(500, CODE, VA, 0), slot(0, CODE, VA, 1), store(0n)])).toBe("mmio");
  });

  it("comes to a device's exit, or fails, where the host has no page", () => {
    const machine = machineOf();
    for (const op of [...start, slot(0, 0n, VA + at(4), 1)]) stepLinux(machine, op);
    expect(stepLinux(machine, store(0n)).exit).toBe("mmio");
    machine.failed_store = "EFAULT";
    expect(stepLinux(machine, store(0n)).exit).toBe("EFAULT");
    expect(stepLinux(machine, store(0x1000n)).exit).toBe("mmio");
  });
});

describe("calls on what is mapped", () => {
  const MAPPED: readonly LinuxOp[] = [
    { op: "mount", huge: "always", size: 0x40_0000n },
    { op: "create_file", file: "f", size: 0x20_0000n },
    { op: "map", file: "f", va: VA, offset: 0n, length: 0x20_0000n },
    { op: "create_vm" },
    { op: "set_user_memory_region", slot: 0, flags: 0, gpa: 0n, size: 0x20_0000n, uaddr: VA },
    { op: "guest_read", gpa: 0n },
  ];
  const after = (...ops: readonly LinuxOp[]): LinuxResult | undefined => told([...MAPPED, ...ops]).at(-1);
  const pages = (result: LinuxResult | undefined): number | undefined => result?.files?.["f"]?.pages;

  it("a load makes a folio as a store does", () => {
    expect(after()).toMatchObject({ exit: "hlt", files: { f: { pages: 512 } } });
  });

  it.each([
    [{ va: VA + 0x800n, length: 0x1000n }, "EINVAL", "EINVAL"],
    [{ va: VA, length: 0n }, "EINVAL", 0],
    [{ va: VA, length: 1n }, 0, 0],
    [{ va: VA + 0x1f_f000n, length: 0x2000n }, 0, "ENOMEM"],
    [{ va: VA - 0x1000n, length: 0x2000n }, 0, "ENOMEM"],
  ] as const)("munmap and MADV_REMOVE of %o", (range, unmapped, removed) => {
    expect(after({ op: "unmap", ...range })).toEqual({ errno: unmapped });
    expect(after({ op: "advise", advice: "remove", ...range })).toEqual({ errno: removed });
  });

  it("MADV_REMOVE punches the file, munmap leaves it, and then no store is served", () => {
    const read: LinuxOp = { op: "guest_read", gpa: 0x1f_f000n };
    expect(pages(after({ op: "advise", advice: "remove", va: VA, length: 0x10_0000n }, read))).toBe(256);
    expect(after({ op: "unmap", va: VA + 0x10_0000n, length: 0x10_0000n }, read)).toMatchObject({
      exit: "mmio",
      files: { f: { pages: 512 } },
    });
  });

  it("a file without a name goes with its descriptor and its last VMA", () => {
    const refill: readonly LinuxOp[] = [
      { op: "create_file", file: "g", size: 0x40_0000n },
      { op: "write", file: "g", offset: 0n, length: 0x40_0000n },
    ];
    const gone: readonly LinuxOp[] = [
      { op: "unlink", file: "f" },
      { op: "close", file: "f" },
    ];
    expect(after(...gone, ...refill)?.pages).toBe(512);
    expect(after(...gone, { op: "unmap", va: VA, length: 0x20_0000n }, ...refill)?.pages).toBe(1024);
    expect(after(...gone, { op: "close", file: "f" })).toEqual({ errno: "EBADF" });
  });

  it("a mount takes a size that holds what it has, and none where it had none", () => {
    const sized = (size: bigint): LinuxOp => ({ op: "remount", huge: "never", size });
    expect(after(sized(0x1f_f000n))).toEqual({ errno: "EINVAL" });
    expect(after(sized(0x20_0000n))).toEqual({ errno: 0 });
    expect(after(sized(0n), sized(0x40_0000n))).toEqual({ errno: "EINVAL" });
  });

  it("a closed guest_memfd is one no more", () => {
    const made: LinuxOp = { op: "create_guest_memfd", memfd: "g", size: 0x1000n, flags: 0n };
    const close: LinuxOp = { op: "close_guest_memfd", memfd: "g" };
    expect([after(made, close), after(made, close, close)]).toEqual([{ errno: 0 }, { errno: "EBADF" }]);
  });
});
