/**
 * The ops of a kernel trace, on the running kernel.
 *
 * What a run holds are descriptors and VMAs of this process, and a mount that is attached nowhere: `closeLive` gives them
 * back, and so does the kernel when the process ends in any other way. No file under /sys is written.
 */

import type { LinuxOp, LinuxResult, Touch } from "../op.ts";
import { DEFAULT_MOUNT_BYTES } from "../op.ts";
import { errnoOf } from "./errors.ts";
import type { LiveVm } from "./vm.ts";
import * as kvm from "./kvm.ts";
import { mapByGuest } from "./long-mode.ts";
import * as sys from "./syscalls.ts";
import * as tmpfs from "./tmpfs.ts";

const O_RDWR_CREAT = 0o102;
const MADV_HUGEPAGE = 14;
const MADV_NOHUGEPAGE = 15;
const MADV_COLLAPSE = 25;
const VMA_ADVICE = { remove: 9, dontneed: 4 } as const;

export interface LiveMachine {
  /** /dev/kvm, or the negative errno of its open. */
  readonly kvm: number;
  readonly zero: number;
  readonly scratch: number;
  root: number;
  readonly files: Map<string, number>;
  /** Lasting VMAs, by address. */
  readonly windows: { readonly va: bigint; readonly length: bigint }[];
  vm: LiveVm | undefined;
  readonly memfds: Map<string, number>;
}

/** Resident source of write(): a buffer that is not would change how the kernel cuts the write up. */
const SOURCE = new Uint8Array(16 << 20).fill(0x5a);
const AT_FDCWD = -100;
/** Files of hugetlbfs have names of their own. */
const HUGETLB = "hugetlb:";

export function openLive(): LiveMachine {
  return {
    kvm: sys.openat(AT_FDCWD, "/dev/kvm", 2, 0),
    zero: sys.openat(AT_FDCWD, "/dev/zero", 2, 0),
    scratch: sys.memfdCreate("scratch", 0),
    root: -1,
    files: new Map(),
    windows: [],
    vm: undefined,
    memfds: new Map(),
  };
}

/** Forgets everything a run has made, so that the next starts from nothing. */
export function resetLive(m: LiveMachine): void {
  for (const { va, length } of m.windows) sys.munmap(va, length);
  m.windows.length = 0;
  for (const fd of m.files.values()) sys.close(fd);
  m.files.clear();
  for (const fd of m.memfds.values()) sys.close(fd);
  m.memfds.clear();
  if (m.vm !== undefined) kvm.closeVm(m.kvm, m.vm);
  m.vm = undefined;
  if (m.root >= 0) sys.closeLater(m.root);
  m.root = -1;
}

export function closeLive(m: LiveMachine): void {
  resetLive(m);
  for (const fd of [m.kvm, m.zero, m.scratch]) if (fd >= 0) sys.close(fd);
}

const plain = (returned: number): LinuxResult => ({ errno: errnoOf(returned) });

function withState(m: LiveMachine, file: string, returned: number): LinuxResult {
  const fd = m.files.get(file);
  return fd === undefined ? plain(returned) : { ...plain(returned), ...tmpfs.fileState(fd) };
}

function keep(m: LiveMachine, file: string, fd: number): void {
  const old = m.files.get(file);
  if (old !== undefined) sys.close(old);
  m.files.set(file, fd);
}

/** Opens or makes a file, keeps its descriptor and sizes it. */
function create(m: LiveMachine, file: string, fd: number, size: bigint): LinuxResult {
  if (fd < 0) return plain(fd);
  keep(m, file, fd);
  return withState(m, file, sys.ftruncate(fd, size));
}

interface Window {
  readonly file: string;
  readonly va: bigint;
  readonly vma_offset: bigint;
  readonly vma_length: bigint;
}

/**
 * mmap at `va`. Our own VMAs give way, as with MAP_FIXED; memory that something else in this process has put there does
 * not: such a run says nothing about the models.
 * @throws Error where the address is taken
 */
function mapAt(m: LiveMachine, va: bigint, length: bigint, fd: number, offset: bigint): number {
  const returned = sys.mmap(va, length, sys.MAP_SHARED | sys.MAP_FIXED_NOREPLACE, fd, offset);
  if (errnoOf(returned) !== "EEXIST") return returned;
  const end = va + length;
  for (const own of m.windows) {
    const from = own.va > va ? own.va : va;
    const ownEnd = own.va + own.length;
    const to = ownEnd < end ? ownEnd : end;
    if (from < to) sys.munmap(from, to - from);
  }
  const again = sys.mmap(va, length, sys.MAP_SHARED | sys.MAP_FIXED_NOREPLACE, fd, offset);
  if (errnoOf(again) === "EEXIST") throw new Error(`address 0x${va.toString(16)} is taken`);
  return again;
}

/** A VMA for one op. */
function inWindow(m: LiveMachine, op: Window, use: () => number): LinuxResult {
  const fd = m.files.get(op.file) ?? -1;
  let returned = mapAt(m, op.va, op.vma_length, fd, op.vma_offset);
  if (returned >= 0) {
    returned = use();
    sys.munmap(op.va, op.vma_length);
  }
  return withState(m, op.file, returned);
}

function touch(m: LiveMachine, op: Touch): LinuxResult {
  return inWindow(m, op, () => {
    const { advice } = op;
    let returned = 0;
    if (advice === "hugepage") returned = sys.madvise(op.va, op.vma_length, MADV_HUGEPAGE);
    if (advice === "nohugepage") returned = sys.madvise(op.va, op.vma_length, MADV_NOHUGEPAGE);
    if (returned < 0) return returned;
    const at = op.va + op.offset - op.vma_offset;
    return op.access === "read" ? sys.loadByte(m.scratch, at) : sys.storeByte(m.zero, at);
  });
}

/** A VMA at an address the kernel chooses, for one touch. */
function touchGuestMemfd(m: LiveMachine, fd: number, offset: bigint, access: "read" | "write"): number {
  const page = offset - (offset & 4095n);
  const va = sys.mmap(0n, 0x1000n, sys.MAP_SHARED, fd, page);
  if (va < 0) return va;
  const at = BigInt(va) + offset - page;
  const returned = access === "read" ? sys.loadByte(m.scratch, at) : sys.storeByte(m.zero, at);
  sys.munmap(BigInt(va), 0x1000n);
  return returned;
}

function write(m: LiveMachine, op: Extract<LinuxOp, { op: "write" }>): LinuxResult {
  if (op.length > BigInt(SOURCE.length))
    throw new RangeError(`a write of ${op.length} bytes is longer than the buffer`);
  const fd = m.files.get(op.file);
  if (fd === undefined) return plain(sys.pwrite(-1, SOURCE, op.length, op.offset));
  const returned = sys.pwrite(fd, SOURCE, op.length, op.offset);
  const state = withState(m, op.file, returned);
  const written = BigInt(Math.max(returned, 0));
  return written < op.length ? { ...state, written } : state;
}

function guestAccess(m: LiveMachine, gpa: bigint, access: "read" | "write"): LinuxResult {
  const returned = m.vm === undefined ? undefined : kvm.accessByGuest(m.kvm, m.vm, gpa, access);
  const shown = [...m.files].filter(([name]) => !name.startsWith(HUGETLB));
  const files = Object.fromEntries(shown.map(([name, fd]) => [name, tmpfs.fileState(fd)]));
  if (returned === undefined) return { exit: "EBADF", files };
  const exit = typeof returned === "number" ? String(errnoOf(returned)) : returned;
  return { exit, files };
}

function guestMap(m: LiveMachine, gpa: bigint): LinuxResult {
  const mapped = m.vm === undefined ? undefined : mapByGuest(m.kvm, m.vm, gpa);
  if (mapped === undefined) return { exit: "not_observable", order: 0 };
  const { exit, order } = mapped;
  return { exit: typeof exit === "number" ? String(errnoOf(exit)) : exit, order };
}

const hugetlbName = (file: string): string => `${HUGETLB}${file}`;
const hugetlbFd = (m: LiveMachine, file: string): number => m.files.get(hugetlbName(file)) ?? -1;

/** Runs one op and looks at what it left. */
export function stepLive(m: LiveMachine, op: LinuxOp): LinuxResult {
  const vm = m.vm?.fd ?? -1;
  switch (op.op) {
    case "mount": {
      const root = tmpfs.mountTmpfs(op.huge, op.size ?? DEFAULT_MOUNT_BYTES);
      if (root >= 0) {
        if (m.root >= 0) sys.close(m.root);
        m.root = root;
      }
      return plain(root);
    }
    case "remount":
      return plain(tmpfs.remountTmpfs(m.root, op.huge, op.size));
    case "create_file":
      return create(m, op.file, sys.openat(m.root, op.file, O_RDWR_CREAT, 0o600), op.size);
    case "create_memfd":
      return create(m, op.file, sys.memfdCreate(op.file, 0), op.size);
    case "unlink":
      return plain(sys.unlinkat(m.root, op.file));
    case "close": {
      const fd = m.files.get(op.file) ?? -1;
      m.files.delete(op.file);
      return plain(sys.close(fd));
    }
    case "write":
      return write(m, op);
    case "truncate":
      return withState(m, op.file, sys.ftruncate(m.files.get(op.file) ?? -1, op.size));
    case "fallocate":
      return withState(m, op.file, sys.fallocate(m.files.get(op.file) ?? -1, op.mode, op.offset, op.length));
    case "touch":
      return touch(m, op);
    case "collapse":
      return inWindow(m, op, () => sys.madvise(op.va + op.offset - op.vma_offset, op.length, MADV_COLLAPSE));
    case "map": {
      const returned = mapAt(m, op.va, op.length, m.files.get(op.file) ?? -1, op.offset);
      if (returned >= 0) m.windows.push({ va: op.va, length: op.length });
      return plain(returned);
    }
    case "unmap":
      return plain(sys.munmap(op.va, op.length));
    case "advise":
      return plain(sys.madvise(op.va, op.length, VMA_ADVICE[op.advice]));
    case "create_hugetlb": {
      const root = tmpfs.mountDetached("hugetlbfs", [["pagesize", "2M"]]);
      if (root < 0) return plain(root);
      const fd = sys.openat(root, op.file, O_RDWR_CREAT, 0o600);
      sys.close(root);
      return create(m, hugetlbName(op.file), fd, op.size);
    }
    case "truncate_hugetlb":
      return withState(m, hugetlbName(op.file), sys.ftruncate(hugetlbFd(m, op.file), op.size));
    case "fallocate_hugetlb": {
      const returned = sys.fallocate(hugetlbFd(m, op.file), op.mode, op.offset, op.length);
      return withState(m, hugetlbName(op.file), returned);
    }
    case "write_hugetlb":
      return withState(m, hugetlbName(op.file), sys.pwrite(hugetlbFd(m, op.file), SOURCE, op.length, op.offset));
    case "create_vm": {
      const fd = kvm.createVm(m.kvm);
      if (fd < 0) return plain(fd);
      if (m.vm !== undefined) kvm.closeVm(m.kvm, m.vm);
      m.vm = { fd, vcpu: undefined };
      return plain(0);
    }
    case "create_guest_memfd": {
      const fd = kvm.createGuestMemfd(vm, op.size, op.flags);
      if (fd >= 0) {
        const old = m.memfds.get(op.memfd);
        if (old !== undefined) sys.close(old);
        m.memfds.set(op.memfd, fd);
      }
      return plain(fd);
    }
    case "close_guest_memfd": {
      const fd = m.memfds.get(op.memfd) ?? -1;
      m.memfds.delete(op.memfd);
      return plain(sys.close(fd));
    }
    case "fallocate_guest_memfd":
      return plain(sys.fallocate(m.memfds.get(op.memfd) ?? -1, op.mode, op.offset, op.length));
    case "touch_guest_memfd":
      return plain(touchGuestMemfd(m, m.memfds.get(op.memfd) ?? -1, op.offset, op.access));
    case "set_user_memory_region":
      return plain(kvm.setRegion(vm, op));
    case "set_user_memory_region2": {
      // Descriptor 0 is open and never a guest_memfd; a name never created is no descriptor.
      const memfd = op.memfd === null ? 0 : (m.memfds.get(op.memfd) ?? -1);
      return plain(kvm.setRegion2(vm, op, memfd, op.memfd_offset));
    }
    case "guest_write":
      return guestAccess(m, op.gpa, "write");
    case "guest_read":
      return guestAccess(m, op.gpa, "read");
    case "guest_map":
      return guestMap(m, op.gpa);
    default:
      return op satisfies never;
  }
}
