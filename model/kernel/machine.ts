/**
 * The machine that a kernel trace runs on: one tmpfs mount, its files and memfds, one process with VMAs, one VM.
 *
 * as in the kernel: files of the mount share its limit; memfds live on the kernel's own mount, whose huge= follows
 *   shmem_enabled; a store of the guest goes slot, host address, VMA, file.
 * simplified: one process and one vCPU; a file closed has no other holder than its windows.
 * left out: a second process, file names beyond one flat directory, stores to a slot that has a guest_memfd.
 */

import type { Errno, Refusal, Result } from "../errno.ts";
import { ok, refuse } from "../errno.ts";
import type { GuestMemfd } from "./guest_memfd.ts";
import { bindGuestMemfd, createGuestMemfd, unbindGuestMemfd } from "./guest_memfd.ts";
import type { MemslotTable } from "../kvm/memslots.ts";
import type { MemslotLimits } from "../kvm/limits.ts";
import { emptyMemslots, findSlot } from "../kvm/memslots.ts";
import { KVM_MEM_READONLY, MEMSLOT_LIMITS } from "../kvm/limits.ts";
import type { RegionRequest } from "../kvm/ioctl.ts";
import { setUserMemoryRegion } from "../kvm/ioctl.ts";
import { gfn, PAGE_SIZE, toBytes, toPages, toPagesUp } from "../units.ts";
import type { Kernel } from "./alloc.ts";
import type { Family } from "./family.ts";
import type { Huge, Mount, ShmemFile } from "./file.ts";
import { emptyFile, emptyMount } from "./file.ts";
import type { HugetlbFile, HugetlbPool } from "./hugetlb.ts";
import { emptyHugetlbFile, releaseHugetlb, truncateHugetlb } from "./hugetlb.ts";
import type { ThpKnobs } from "./orders.ts";
import { evict, fallocate, fault } from "./shmem.ts";
import type { Vmas } from "./vmas.ts";
import { findVma, unmapRange } from "./vmas.ts";
import { checkMunmap } from "./mmap.ts";
import { FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE } from "./vfs.ts";

interface Vm {
  readonly slots: MemslotTable;
  /** Guest memory files by handle, the VM's own only. */
  readonly memfds: GuestMemfd[];
  /** The page with the guest's code has its slot. */
  has_code: boolean;
}

export interface Machine {
  readonly kernel: Kernel;
  readonly limits: MemslotLimits;
  mount: Mount | undefined;
  readonly internal: Mount;
  /** Open files by the name that ops use. */
  readonly files: Map<string, ShmemFile>;
  /** Files that still have a name on the mount. */
  readonly names: Map<string, ShmemFile>;
  readonly vmas: Vmas;
  /** The pool is the machine's; files on a hugetlbfs of their own, unlinked as soon as they are open. */
  readonly hugetlb: HugetlbPool;
  readonly hugetlb_files: Map<string, HugetlbFile>;
  vm: Vm | undefined;
  /**
   * What a store comes to whose host page cannot be had: KVM_RUN fails where the CPU runs the guest's real mode; where KVM
   * emulates it, the emulator takes the place for a device.
   */
  failed_store: "EFAULT" | "mmio";
  readonly memfds: Map<string, GuestMemfd>;
}

/** What a VM without private memory may do on a kernel of this family. */
const limitsOf = ({ guest_memfd }: Family): MemslotLimits => ({
  ...MEMSLOT_LIMITS,
  guest_memfd: guest_memfd.any_vm,
  region2: guest_memfd.exists,
});

export function emptyMachine(family: Family, knobs: ThpKnobs, limits: MemslotLimits = limitsOf(family)): Machine {
  const { shmem_enabled } = knobs;
  const overlay = shmem_enabled === "deny" || shmem_enabled === "force";
  return {
    kernel: { family, knobs },
    limits,
    mount: undefined,
    internal: emptyMount(overlay ? "never" : shmem_enabled, 0),
    files: new Map(),
    names: new Map(),
    vmas: [],
    hugetlb: { free: 0 },
    hugetlb_files: new Map(),
    vm: undefined,
    failed_store: "mmio",
    memfds: new Map(),
  };
}

const PUNCH = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
const BAD_FD = refuse("EBADF", "bad_fd");

/** A file without a name goes with its last VMA and descriptor. */
function dropIfUnused(m: Machine, file: ShmemFile): void {
  const open = [...m.files.values()].includes(file);
  if (!open && !file.linked && !m.vmas.some((vma) => vma.file === file)) evict(m.kernel, file);
}

function setHandle(m: Machine, name: string, file: ShmemFile): void {
  const old = m.files.get(name);
  m.files.set(name, file);
  if (old !== undefined) dropIfUnused(m, old);
}

export function mountTmpfs(m: Machine, huge: Huge, max_pages: number): void {
  m.mount = emptyMount(huge, max_pages);
  m.names.clear();
}

/** @param max_pages the new limit, 0 for none, undefined where it stays. @kernel mm/shmem.c shmem_reconfigure */
export function remountTmpfs(m: Machine, huge: Huge, max_pages?: number): Refusal | undefined {
  const { mount } = m;
  if (mount === undefined) return BAD_FD;
  if (max_pages !== undefined) {
    if (max_pages > 0 && mount.max_pages === 0) return refuse("EINVAL", "mount_unlimited");
    if (max_pages > 0 && max_pages < mount.used_pages) return refuse("EINVAL", "mount_too_small");
    mount.max_pages = max_pages;
  }
  mount.huge = huge;
  return undefined;
}

/** open(O_CREAT) */
export function createFile(m: Machine, name: string): Result<ShmemFile> {
  if (m.mount === undefined) return BAD_FD;
  const file = m.names.get(name) ?? emptyFile(m.kernel.family, m.mount, true);
  m.names.set(name, file);
  setHandle(m, name, file);
  return ok(file);
}

/** @kernel mm/memfd.c memfd_alloc_file */
export function createMemfd(m: Machine, name: string): ShmemFile {
  const file = emptyFile(m.kernel.family, m.internal, false);
  setHandle(m, name, file);
  return file;
}

/** open(O_CREAT) on a hugetlbfs, unlink, ftruncate */
export function createHugetlb(m: Machine, name: string, size: bigint): Refusal | undefined {
  const old = m.hugetlb_files.get(name);
  if (old !== undefined) releaseHugetlb(m.hugetlb, old);
  const file = emptyHugetlbFile();
  m.hugetlb_files.set(name, file);
  return truncateHugetlb(m.hugetlb, file, size);
}

export function unlink(m: Machine, name: string): Refusal | undefined {
  if (m.mount === undefined) return BAD_FD;
  const file = m.names.get(name);
  if (file === undefined) return refuse("ENOENT", "no_such_name");
  m.names.delete(name);
  file.linked = false;
  dropIfUnused(m, file);
  return undefined;
}

/** close(2): a file without a name goes with it, unless a VMA holds it. */
export function closeFile(m: Machine, name: string): Refusal | undefined {
  const file = m.files.get(name);
  if (file === undefined) return BAD_FD;
  m.files.delete(name);
  dropIfUnused(m, file);
  return undefined;
}

/** The last descriptor of a guest_memfd: its slots stay, without pages. @kernel virt/kvm/guest_memfd.c kvm_gmem_release */
export function closeVmMemfd(m: Machine, name: string): Refusal | undefined {
  return m.memfds.delete(name) ? undefined : BAD_FD;
}

/** munmap(2). @kernel mm/vma.c do_vmi_munmap */
export function unmap(m: Machine, va: bigint, length: bigint): Refusal | undefined {
  const refused = checkMunmap(m.limits.user_pages, va, length);
  if (refused !== undefined) return refused;
  const covered = m.vmas.map((vma) => vma.file);
  unmapRange(m.vmas, toPages(va), toPagesUp(length));
  for (const held of covered) dropUnused(m, held);
  return undefined;
}

/**
 * madvise(2) on what is mapped there, VMA by VMA; what is not is told at the end.
 * @kernel mm/madvise.c madvise_walk_vmas, madvise_remove
 */
export function adviseRange(
  m: Machine,
  va: bigint,
  length: bigint,
  advice: "remove" | "dontneed",
): Refusal | undefined {
  if (va % PAGE_SIZE !== 0n) return refuse("EINVAL", "advice_unaligned");
  if (length === 0n) return undefined;
  const start = toPages(va);
  const end = start + toPagesUp(length);
  let at = start;
  for (const vma of m.vmas.filter((each) => each.start < end && start < each.start + each.npages)) {
    const from = Math.max(vma.start, start);
    const to = Math.min(vma.start + vma.npages, end);
    if (advice === "dontneed") vma.file.tails = vma.file.tails.filter((tail) => tail.end <= from || tail.start >= to);
    else {
      const offset = toBytes(vma.pgoff + from - vma.start);
      const punched = fallocate(m.kernel, vma.file, PUNCH, offset, toBytes(to - from));
      if (!punched.ok) return punched;
    }
    if (from === at) at = to;
  }
  return at === end ? undefined : refuse("ENOMEM", "advice_on_nothing");
}

/** After VMAs went: files that only they held go too. */
export function dropUnused(m: Machine, held: ShmemFile): void {
  dropIfUnused(m, held);
}

export function createVm(m: Machine): void {
  m.vm = { slots: emptyMemslots(m.limits), memfds: [], has_code: false };
}

export function createVmMemfd(m: Machine, name: string, size: bigint, flags: bigint): Refusal | undefined {
  if (m.vm === undefined) return BAD_FD;
  const made = createGuestMemfd(m.kernel.family.guest_memfd, size, flags);
  if (!made.ok) return made;
  m.vm.memfds.push(made.value);
  m.memfds.set(name, made.value);
  return undefined;
}

/** What a region request names as its file. */
export type BindTarget = { readonly memfd: GuestMemfd } | "not_open" | "other_file" | "none";

/** Handles of slots without a file, and of descriptors that name none. */
const NO_FILE = -1;

export function setRegionOf(m: Machine, request: Omit<RegionRequest, "file">, target: BindTarget): Refusal | undefined {
  const { vm } = m;
  if (vm === undefined) return BAD_FD;
  const rules = m.kernel.family.guest_memfd;
  const file = typeof target === "object" ? vm.memfds.indexOf(target.memfd) : NO_FILE;
  const result = setUserMemoryRegion(
    vm.slots,
    { ...request, file },
    (slot) => {
      if (target === "not_open" || target === "none") return refuse("EBADF", "guest_memfd_not_open");
      if (target === "other_file") return refuse("EINVAL", "not_a_guest_memfd");
      return slot.file === NO_FILE
        ? refuse("EINVAL", "guest_memfd_of_other_vm")
        : bindGuestMemfd(rules, target.memfd, slot);
    },
    (slot) => {
      const memfd = vm.memfds[slot.file];
      if (memfd !== undefined) unbindGuestMemfd(memfd, slot);
    },
  );
  return result.ok ? undefined : result;
}

export type Exit = "hlt" | "mmio" | Errno;

/** Where the guest's code sits; it is put there before the first store. */
const CODE: Omit<RegionRequest, "file"> = {
  region2: false,
  slot: 500,
  flags: 0,
  guest_phys_addr: 0xffff_f000n,
  memory_size: 0x1000n,
  userspace_addr: 0x1000n,
  guest_memfd_offset: 0n,
};

/** One byte stored or loaded by the vCPU. @kernel arch/x86/kvm/mmu/mmu.c kvm_mmu_faultin_pfn */
export function guestAccess(m: Machine, gpa: bigint, access: "read" | "write"): Exit {
  const { vm } = m;
  if (vm === undefined) return "EBADF";
  if (!vm.has_code) {
    const refused = setRegionOf(m, CODE, "none");
    if (refused !== undefined) return refused.errno;
    vm.has_code = true;
  }
  const frame = toPages(gpa);
  const slot = findSlot(vm.slots, gfn(frame));
  if (slot === undefined || (access === "write" && (slot.flags & KVM_MEM_READONLY) !== 0)) return "mmio";
  if (slot.id === CODE.slot) return "hlt";
  const within = frame - slot.base_gfn;
  const vma = findVma(m.vmas, slot.ugfn + within);
  const served = vma !== undefined && fault(m.kernel, vma, vma.pgoff + slot.ugfn + within - vma.start, access).ok;
  return served ? "hlt" : m.failed_store;
}
