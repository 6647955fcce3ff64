/** The ops of a kernel trace, on the models. */

import type { Refusal, Result } from "../../model/errno.ts";
import { refuse } from "../../model/errno.ts";
import { fallocateGuestMemfd, faultGuestMemfd, mmapGuestMemfd } from "../../model/kernel/guest_memfd.ts";
import { collapse } from "../../model/kernel/collapse.ts";
import { dataExtents, type ShmemFile } from "../../model/kernel/file.ts";
import type { HugetlbFile } from "../../model/kernel/hugetlb.ts";
import { fallocateHugetlb, HUGE_NPAGES, truncateHugetlb } from "../../model/kernel/hugetlb.ts";
import type { BindTarget, Machine } from "../../model/kernel/machine.ts";
import {
  adviseRange,
  closeFile,
  closeVmMemfd,
  createFile,
  createHugetlb,
  createMemfd,
  createVm,
  createVmMemfd,
  dropUnused,
  guestAccess,
  mountTmpfs,
  remountTmpfs,
  setRegionOf,
  unlink,
  unmap,
} from "../../model/kernel/machine.ts";
import { guestMap } from "../../model/kernel/level.ts";
import { fallocate, fault, truncate, write } from "../../model/kernel/shmem.ts";
import { checkMmap } from "../../model/kernel/mmap.ts";
import { advise, findVma, mapWindow, unmapRange } from "../../model/kernel/vmas.ts";
import { asLoff, PAGE_SIZE, toPages, toPagesUp } from "../../model/units.ts";
import type { FileState, LinuxOp, LinuxResult, Touch } from "./op.ts";
import { DEFAULT_MOUNT_BYTES } from "./op.ts";

export function fileState(file: ShmemFile): FileState {
  return { size: file.size_bytes, pages: file.folios.pages, data: dataExtents(file) };
}

const BAD_FD = refuse("EBADF", "bad_fd");

const plain = (refused: Refusal | undefined): LinuxResult => ({ errno: refused?.errno ?? 0 });

function withState(file: ShmemFile | undefined, refused: Refusal | undefined): LinuxResult {
  return file === undefined ? plain(refused) : { ...plain(refused), ...fileState(file) };
}

const refusalOf = (result: Result<unknown>): Refusal | undefined => (result.ok ? undefined : result);

/** hugetlbfs leaves SEEK_DATA to the VFS, to which a file is data from end to end. */
function withHugetlb(files: ReadonlyMap<string, HugetlbFile>, name: string, refused: Refusal | undefined): LinuxResult {
  const file = files.get(name);
  if (file === undefined) return plain(refused);
  const { size_bytes, present } = file;
  const data: [bigint, bigint][] = size_bytes > 0n && present.size > 0 ? [[0n, size_bytes]] : [];
  return { ...plain(refused), size: size_bytes, pages: present.size * HUGE_NPAGES, data };
}

interface Window {
  readonly file: string;
  readonly va: bigint;
  readonly vma_offset: bigint;
  readonly vma_length: bigint;
}

/** A VMA that lasts for one op. */
function inWindow(
  m: Machine,
  op: Window,
  advice: Touch["advice"],
  use: (file: ShmemFile, start: number) => Refusal | undefined,
): LinuxResult {
  const file = m.files.get(op.file);
  const request = { va: op.va, offset: op.vma_offset, length: op.vma_length };
  const refused = checkMmap(file !== undefined, m.limits.user_pages, request);
  if (refused !== undefined || file === undefined) return withState(file, refused);
  const start = toPages(op.va);
  const npages = toPagesUp(op.vma_length);
  mapWindow(m.vmas, file, start, npages, toPages(op.vma_offset));
  if (advice !== undefined && advice !== null) advise(m.vmas, start, npages, advice);
  const outcome = use(file, start);
  unmapRange(m.vmas, start, npages);
  return withState(file, outcome);
}

function touch(m: Machine, op: Touch): LinuxResult {
  return inWindow(m, op, op.advice, (_file, start) => {
    const into = toPages(op.offset) - toPages(op.vma_offset);
    if (into < 0 || into >= toPagesUp(op.vma_length)) return refuse("EFAULT", "outside_window");
    const vma = findVma(m.vmas, start + into);
    if (vma === undefined) throw new Error("the VMA just mapped is not there");
    return refusalOf(fault(m.kernel, vma, toPages(op.offset), op.access));
  });
}

function targetOf(m: Machine, memfd: string | null): BindTarget {
  if (memfd === null) return "other_file";
  const found = m.memfds.get(memfd);
  return found === undefined ? "not_open" : { memfd: found };
}

/** Runs one op; the machine changes in place. */
export function stepLinux(m: Machine, op: LinuxOp): LinuxResult {
  const k = m.kernel;
  switch (op.op) {
    case "mount":
      mountTmpfs(m, op.huge, toPagesUp(op.size ?? DEFAULT_MOUNT_BYTES));
      return { errno: 0 };
    case "remount":
      return plain(remountTmpfs(m, op.huge, op.size === undefined ? undefined : toPagesUp(op.size)));
    case "create_file": {
      const made = createFile(m, op.file);
      return made.ok ? withState(made.value, refusalOf(truncate(k, made.value, op.size))) : plain(made);
    }
    case "create_memfd": {
      const made = createMemfd(m, op.file);
      return withState(made, refusalOf(truncate(k, made, op.size)));
    }
    case "unlink":
      return plain(unlink(m, op.file));
    case "close":
      return plain(closeFile(m, op.file));
    case "write": {
      const file = m.files.get(op.file);
      // A negative position is refused before the descriptor is looked at, here and by ftruncate.
      if (file === undefined) return plain(asLoff(op.offset) < 0n ? refuse("EINVAL", "offset_negative") : BAD_FD);
      const done = write(k, file, op.offset, op.length);
      const state = withState(file, refusalOf(done));
      const written = done.ok ? done.value : 0n;
      return written < op.length ? { ...state, written } : state;
    }
    case "truncate": {
      const file = m.files.get(op.file);
      if (file === undefined) return plain(asLoff(op.size) < 0n ? refuse("EINVAL", "size_negative") : BAD_FD);
      return withState(file, refusalOf(truncate(k, file, op.size)));
    }
    case "fallocate": {
      const file = m.files.get(op.file);
      if (file === undefined) return plain(BAD_FD);
      return withState(file, refusalOf(fallocate(k, file, op.mode, op.offset, op.length)));
    }
    case "touch":
      return touch(m, op);
    case "collapse":
      return inWindow(m, op, null, (_file, start) => {
        const vma = findVma(m.vmas, start);
        if (vma === undefined) throw new Error("the VMA just mapped is not there");
        if (op.offset % PAGE_SIZE !== 0n) return refuse("EINVAL", "advice_unaligned");
        // No length is advice about nothing. @kernel mm/madvise.c madvise_should_skip
        if (op.length === 0n) return undefined;
        return collapse(k, vma, toPages(op.offset), toPagesUp(op.length));
      });
    case "map": {
      const file = m.files.get(op.file);
      const refused = checkMmap(file !== undefined, m.limits.user_pages, op);
      if (refused !== undefined || file === undefined) return plain(refused);
      const start = toPages(op.va);
      const covered = m.vmas.map((vma) => vma.file);
      mapWindow(m.vmas, file, start, toPagesUp(op.length), toPages(op.offset));
      for (const held of covered) dropUnused(m, held);
      return { errno: 0 };
    }
    case "unmap":
      return plain(unmap(m, op.va, op.length));
    case "advise":
      return plain(adviseRange(m, op.va, op.length, op.advice));
    case "create_hugetlb":
      return withHugetlb(m.hugetlb_files, op.file, createHugetlb(m, op.file, op.size));
    case "truncate_hugetlb": {
      const file = m.hugetlb_files.get(op.file);
      const refused = file === undefined ? BAD_FD : truncateHugetlb(m.hugetlb, file, op.size);
      return withHugetlb(m.hugetlb_files, op.file, refused);
    }
    case "fallocate_hugetlb": {
      const file = m.hugetlb_files.get(op.file);
      const refused =
        file === undefined ? BAD_FD : fallocateHugetlb(k.family, m.hugetlb, file, op.mode, op.offset, op.length);
      return withHugetlb(m.hugetlb_files, op.file, refused);
    }
    case "write_hugetlb": {
      const missing = !m.hugetlb_files.has(op.file);
      return withHugetlb(m.hugetlb_files, op.file, missing ? BAD_FD : refuse("EINVAL", "hugetlbfs_has_no_write"));
    }
    case "create_vm":
      createVm(m);
      return { errno: 0 };
    case "create_guest_memfd":
      return plain(createVmMemfd(m, op.memfd, op.size, op.flags));
    case "close_guest_memfd":
      return plain(closeVmMemfd(m, op.memfd));
    case "fallocate_guest_memfd": {
      const memfd = m.memfds.get(op.memfd);
      return plain(memfd === undefined ? BAD_FD : fallocateGuestMemfd(k.family, memfd, op.mode, op.offset, op.length));
    }
    case "touch_guest_memfd": {
      const memfd = m.memfds.get(op.memfd);
      return plain(
        memfd === undefined ? BAD_FD : (mmapGuestMemfd(memfd) ?? faultGuestMemfd(memfd, toPages(op.offset))),
      );
    }
    case "set_user_memory_region":
      return plain(setRegionOf(m, regionOf(op, false, 0n), "none"));
    case "set_user_memory_region2":
      return plain(setRegionOf(m, regionOf(op, true, op.memfd_offset), targetOf(m, op.memfd)));
    case "guest_write":
    case "guest_read": {
      const exit = guestAccess(m, op.gpa, op.op === "guest_read" ? "read" : "write");
      const files = Object.fromEntries([...m.files].map(([name, file]) => [name, fileState(file)]));
      return { exit, files };
    }
    case "guest_map":
      return guestMap(m, op.gpa);
    default:
      return op satisfies never;
  }
}

interface RegionFields {
  readonly slot: number;
  readonly flags: number;
  readonly gpa: bigint;
  readonly size: bigint;
  readonly uaddr: bigint;
}

const regionOf = (op: RegionFields, region2: boolean, guest_memfd_offset: bigint) => ({
  region2,
  slot: op.slot,
  flags: op.flags,
  guest_phys_addr: op.gpa,
  memory_size: op.size,
  userspace_addr: op.uaddr,
  guest_memfd_offset,
});
