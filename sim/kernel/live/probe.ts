/** What runs here, asked by behaviour: distributions back-port, so the release does not tell. */

import { readFileSync, readdirSync } from "node:fs";
import { release } from "node:os";
import type { FamilyName, OrderMask } from "../../../model/kernel/family.ts";
import { familyOfVersion } from "../../../model/kernel/family.ts";
import type { ShmemEnabled, ThpKnobs } from "../../../model/kernel/orders.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import type { MemslotLimits } from "../../../model/kvm/limits.ts";
import { MEMSLOT_LIMITS } from "../../../model/kvm/limits.ts";
import type { LinuxOp } from "../op.ts";
import type { LiveMachine } from "./live.ts";
import { resetLive, stepLive } from "./live.ts";
import * as sys from "./syscalls.ts";

const KVM_CHECK_EXTENSION = 0xae03;
const CAP_NR_MEMSLOTS = 10;
const CAP_READONLY_MEM = 81;
const CAP_MULTI_ADDRESS_SPACE = 118;
const CAP_USER_MEMORY2 = 231;
const CAP_GUEST_MEMFD = 234;

const THP = "/sys/kernel/mm/transparent_hugepage";
const KIB: Readonly<Record<string, number>> = Object.fromEntries(
  Array.from({ length: 9 }, (_, i) => [`hugepages-${4 * 2 ** (i + 1)}kB`, i + 1]),
);

export interface Probed {
  readonly kernel: string;
  readonly family: FamilyName;
  readonly knobs: ThpKnobs;
  /** undefined where there is no KVM, or no VM can be made. */
  readonly limits: MemslotLimits | undefined;
  /** KVM is built with guest_memfd: a distribution may leave it out. */
  readonly guest_memfd: boolean;
  /** What a guest's store comes to where the host has no page for it. */
  readonly failed_store: "EFAULT" | "mmio";
  /** Free huge pages of 2 MiB; undefined where no hugetlbfs can be mounted. */
  readonly hugetlb: number | undefined;
  /** A tmpfs can be mounted. */
  readonly tmpfs: boolean;
  /** See the family's field. */
  readonly collapse_maps_reserved: boolean;
  /** Why a part cannot be run. */
  readonly skipped: readonly string[];
}

/** The word in brackets is the one that holds. */
const chosen = (text: string): string => /\[(\w+)\]/.exec(text)?.[1] ?? "never";

function readKnobs(): ThpKnobs {
  const knobs = defaultKnobs();
  try {
    const known: readonly ShmemEnabled[] = ["never", "always", "within_size", "advise", "deny", "force"];
    const value = chosen(readFileSync(`${THP}/shmem_enabled`, "utf8"));
    knobs.shmem_enabled = known.find((one) => one === value) ?? "never";
  } catch {
    return knobs;
  }
  const sets: Record<string, OrderMask> = { always: 0, inherit: 0, within_size: 0, advise: 0 };
  let any = false;
  for (const name of readdirSync(THP)) {
    const order = KIB[name];
    if (order === undefined) continue;
    try {
      const value = chosen(readFileSync(`${THP}/${name}/shmem_enabled`, "utf8"));
      sets[value] = (sets[value] ?? 0) | (1 << order);
      any = true;
    } catch {
      // This kernel has no knob for shmem of this size.
    }
  }
  if (!any) return knobs;
  const { always = 0, inherit = 0, within_size = 0, advise = 0 } = sets;
  return { ...knobs, always, inherit, within_size, advise };
}

/** Pages charged after these ops. */
function pagesAfter(m: LiveMachine, ops: readonly LinuxOp[]): number {
  let pages = 0;
  for (const op of ops) pages = stepLive(m, op).pages ?? pages;
  resetLive(m);
  return pages;
}

const file = "f";
const WINDOW = { op: "touch", file, va: 0x1000_0000_0000n, vma_offset: 0n, offset: 0n, access: "write" } as const;

const byte = (page: bigint): LinuxOp => ({ op: "write", file, offset: page << 12n, length: 1n });
const fresh = (huge: "always" | "never", size: bigint): LinuxOp[] => [
  { op: "mount", huge },
  { op: "create_file", file, size },
];

function probeFamily(m: LiveMachine): FamilyName {
  // A short write under huge=always: 6.14 to 6.17 size the folio by the write.
  if (pagesAfter(m, [...fresh("always", 0n), byte(0n)]) === 1) return "6.17";
  const small = { ...WINDOW, vma_length: 0x1_0000n };
  const bySmallFault = pagesAfter(m, [...fresh("always", 0x20_0000n), small]);
  // Beside a page that is there: 6.18 takes the largest order that still fits, older kernels a single page.
  const beside = [...fresh("never", 0n), byte(5n), { op: "remount", huge: "always" } as const, byte(100n)];
  if (pagesAfter(m, beside) > 2) return bySmallFault === 1 ? "6.18" : "6.19";
  // A fault through a VMA smaller than 2 MiB: before 6.11 nobody asked the window.
  return bySmallFault === 1 ? "6.12" : "6.1";
}

/** A folio of 2 MiB that was reserved and never written, collapsed: later builds of 6.18 refuse it. */
function probeReservedCollapse(m: LiveMachine): boolean {
  const shown = { file, va: WINDOW.va, vma_offset: 0n, offset: 0n };
  const ops: LinuxOp[] = [
    ...fresh("always", 0x20_0000n),
    { op: "fallocate", file, mode: 0, offset: 0n, length: 0x20_0000n },
    { op: "collapse", ...shown, vma_length: 0x20_0000n, length: 0x20_0000n },
  ];
  const last = ops.map((op) => stepLive(m, op)).at(-1);
  resetLive(m);
  return last?.errno === 0;
}

/** Bits of a physical address a guest may use. @kernel arch/x86/kvm/mmu.h kvm_mmu_max_gfn */
function guestPhysicalBits(): number {
  for (const path of ["/sys/module/kvm_intel/parameters/ept", "/sys/module/kvm_amd/parameters/npt"]) {
    try {
      if (!/^[Y1]/.test(readFileSync(path, "utf8"))) continue;
      return Number(/(\d+) bits physical/.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? 52);
    } catch {
      // The other vendor's module, or none.
    }
  }
  return 52;
}

/** User pages: with five levels of page tables there are more. @kernel arch/x86/include/asm/page_64_types.h TASK_SIZE_MAX */
const userPages = (): number =>
  (/^flags\s*:.*\bla57\b/m.test(readFileSync("/proc/cpuinfo", "utf8")) ? 2 ** 44 : 2 ** 35) - 1;

function probeLimits(m: LiveMachine): MemslotLimits | undefined {
  if (m.kvm < 0 || stepLive(m, { op: "create_vm" }).errno !== 0) return undefined;
  const vm = m.vm?.fd ?? -1;
  const cap = (number: number): number => Math.max(sys.ioctl(vm, KVM_CHECK_EXTENSION, number), 0);
  const limits = {
    ...MEMSLOT_LIMITS,
    user_slots: cap(CAP_NR_MEMSLOTS),
    address_spaces: Math.max(cap(CAP_MULTI_ADDRESS_SPACE), 1),
    user_pages: userPages(),
    max_gfn: 2 ** (guestPhysicalBits() - 12) - 1,
    readonly_slots: cap(CAP_READONLY_MEM) > 0,
    guest_memfd: cap(CAP_GUEST_MEMFD) > 0,
    region2: cap(CAP_USER_MEMORY2) > 0,
  };
  resetLive(m);
  return limits;
}

function probeGuestMemfd(m: LiveMachine): boolean {
  stepLive(m, { op: "create_vm" });
  const { errno } = stepLive(m, { op: "create_guest_memfd", memfd: "g", size: 0x1000n, flags: 0n });
  resetLive(m);
  return errno !== "ENOTTY";
}

/** A slot whose host address maps nothing. */
function probeFailedStore(m: LiveMachine): "EFAULT" | "mmio" {
  stepLive(m, { op: "create_vm" });
  const slot = { slot: 0, flags: 0, gpa: 0n, size: 0x1000n, uaddr: WINDOW.va };
  stepLive(m, { op: "set_user_memory_region", ...slot });
  const { exit } = stepLive(m, { op: "guest_write", gpa: 0n });
  resetLive(m);
  return exit === "mmio" ? "mmio" : "EFAULT";
}

function probeHugetlb(m: LiveMachine): number | undefined {
  const { errno } = stepLive(m, { op: "create_hugetlb", file: "h", size: 0n });
  resetLive(m);
  if (errno !== 0) return undefined;
  return Number(readFileSync("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "utf8"));
}

export function probe(m: LiveMachine): Probed {
  const kernel = release();
  const skipped: string[] = [];
  const tmpfs = stepLive(m, { op: "mount", huge: "always" }).errno === 0;
  resetLive(m);
  if (!tmpfs) skipped.push("shmem: no tmpfs with huge= can be mounted here (root, or CAP_SYS_ADMIN, is needed)");
  const limits = probeLimits(m);
  if (limits === undefined) skipped.push("memslots, guest: no VM can be made (/dev/kvm is not there or not ours)");
  const hugetlb = probeHugetlb(m);
  if (hugetlb === undefined) skipped.push("hugetlb: no hugetlbfs can be mounted here");
  return {
    kernel,
    hugetlb,
    family: tmpfs ? probeFamily(m) : familyOfVersion(kernel),
    knobs: readKnobs(),
    limits,
    guest_memfd: limits !== undefined && probeGuestMemfd(m),
    failed_store: limits === undefined ? "EFAULT" : probeFailedStore(m),
    tmpfs,
    collapse_maps_reserved: tmpfs && probeReservedCollapse(m),
    skipped,
  };
}
