/** The system calls the live machine needs, through the C library's syscall(). The only import of koffi. */

import koffi from "koffi";

type Word = number | bigint;

const libc = koffi.load("libc.so.6");

/** syscall() is variadic in C; for integers and pointers the calling convention is the same. */
const plainFunction = libc.func(
  "int64_t syscall(int64_t n, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)",
);
const plain: (n: number, a: Word, b: Word, c: Word, d: Word, e: Word, f: Word) => Word = plainFunction;
const withBuffer: (n: number, a: Word, buffer: Uint8Array, c: Word, d: Word) => Word = libc.func(
  "int64_t syscall(int64_t n, uint64_t a, void *buffer, uint64_t c, uint64_t d)",
);
const withLastBuffer: (n: number, a: Word, b: Word, buffer: Uint8Array) => Word = libc.func(
  "int64_t syscall(int64_t n, uint64_t a, uint64_t b, void *buffer)",
);
const withTwoBuffers: (n: number, a: Word, first: Uint8Array, second: Uint8Array, d: Word) => Word = libc.func(
  "int64_t syscall(int64_t n, uint64_t a, void *first, void *second, uint64_t d)",
);
const withPath: (n: number, a: Word, path: string, c: Word, d: Word) => Word = libc.func(
  "int64_t syscall(int64_t n, uint64_t a, const char *path, uint64_t c, uint64_t d)",
);
const withName: (n: number, name: string, b: Word) => Word = libc.func(
  "int64_t syscall(int64_t n, const char *name, uint64_t b)",
);
const withOption: (n: number, fd: Word, command: Word, key: string | null, value: string | null, f: Word) => Word =
  libc.func(
    "int64_t syscall(int64_t n, uint64_t fd, uint64_t command, const char *key, const char *value, uint64_t f)",
  );

/** x86-64 numbers. */
const NR = {
  read: 0,
  write: 1,
  close: 3,
  fstat: 5,
  lseek: 8,
  mmap: 9,
  munmap: 11,
  ioctl: 16,
  pwrite64: 18,
  madvise: 28,
  ftruncate: 77,
  openat: 257,
  unlinkat: 263,
  fallocate: 285,
  memfd_create: 319,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  cachestat: 451,
} as const;

/** What a call returned: a value of 0 or more, or the negative errno. */
export type Returned = number;

/** Every u64 passes: a negative descriptor is the caller's -1. */
const word = (value: Word): Word => (value < 0 ? BigInt.asUintN(64, BigInt(value)) : value);

const outcome = (returned: Word): Returned => (returned === -1 ? -koffi.errno() : Number(returned));

export const close = (fd: number): Returned => outcome(plain(NR.close, word(fd), 0, 0, 0, 0, 0));

/** Closes under way in other threads. What they give back, up to a few files of some MiB each, goes a little later. */
let closing = 0;
const MOST_CLOSING = 100;

/**
 * Closes what takes the kernel a grace period: a mount, a VM. Nobody has to wait for that, as the number is free at once and nothing else
 * is left that could be looked at.
 */
export function closeLater(fd: number): void {
  if (closing >= MOST_CLOSING) {
    close(fd);
    return;
  }
  closing++;
  plainFunction.async(NR.close, fd, 0, 0, 0, 0, 0, () => {
    closing--;
  });
}

export const openat = (dir: number, path: string, flags: number, mode: number): Returned =>
  outcome(withPath(NR.openat, word(dir), path, flags, mode));
export const unlinkat = (dir: number, path: string): Returned => outcome(withPath(NR.unlinkat, word(dir), path, 0, 0));
export const memfdCreate = (name: string, flags: number): Returned => outcome(withName(NR.memfd_create, name, flags));

export const fsopen = (type: string): Returned => outcome(withName(NR.fsopen, type, 1));
export const fspick = (dir: number): Returned => outcome(withPath(NR.fspick, word(dir), "", 9, 0));
export const fsconfigSet = (fd: number, key: string, value: string): Returned =>
  outcome(withOption(NR.fsconfig, fd, 1, key, value, 0));
/** 6 creates the filesystem, 7 reconfigures it. */
export const fsconfigDo = (fd: number, command: 6 | 7): Returned =>
  outcome(withOption(NR.fsconfig, fd, command, null, null, 0));
export const fsmount = (fd: number): Returned => outcome(plain(NR.fsmount, fd, 1, 0, 0, 0, 0));

export const ftruncate = (fd: number, size: bigint): Returned =>
  outcome(plain(NR.ftruncate, word(fd), size, 0, 0, 0, 0));
export const fallocate = (fd: number, mode: number, offset: bigint, length: bigint): Returned =>
  outcome(plain(NR.fallocate, word(fd), mode, offset, length, 0, 0));
export const pwrite = (fd: number, buffer: Uint8Array, length: bigint, offset: bigint): Returned =>
  outcome(withBuffer(NR.pwrite64, word(fd), buffer, length, offset));
/** Exact: the end of the largest file is no double. The negative errno, or what the kernel takes for a position. */
export const lseek = (fd: number, offset: bigint, whence: number): bigint => {
  const returned = plain(NR.lseek, fd, offset, whence, 0, 0, 0);
  return returned === -1 ? -BigInt(koffi.errno()) : BigInt(returned);
};
export const fstat = (fd: number, stat: Uint8Array): Returned => outcome(withBuffer(NR.fstat, fd, stat, 0, 0));
/** Range and answer are structs: { u64 off, len } and five u64 of which the first is nr_cache. */
export const cachestat = (fd: number, range: Uint8Array, answer: Uint8Array): Returned =>
  outcome(withTwoBuffers(NR.cachestat, fd, range, answer, 0));

const PROT_READ_WRITE = 3;
export const MAP_SHARED = 0x01;
const MAP_PRIVATE_ANONYMOUS = 0x22;
/** At this address or not at all. */
export const MAP_FIXED_NOREPLACE = 0x10_0000;

export const mmap = (va: bigint, length: bigint, flags: number, fd: number, offset: bigint): Returned =>
  outcome(plain(NR.mmap, va, length, PROT_READ_WRITE, flags, word(fd), offset));
export const mmapAnonymous = (length: bigint): Returned =>
  outcome(plain(NR.mmap, 0, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, word(-1), 0));
export const munmap = (va: bigint, length: bigint): Returned => outcome(plain(NR.munmap, va, length, 0, 0, 0, 0));
export const madvise = (va: bigint, length: bigint, advice: number): Returned =>
  outcome(plain(NR.madvise, va, length, advice, 0, 0, 0));

export const ioctl = (fd: number, request: number, argument: number): Returned =>
  outcome(plain(NR.ioctl, word(fd), request, argument, 0, 0, 0));
export const ioctlBuffer = (fd: number, request: number, argument: Uint8Array): Returned =>
  outcome(withLastBuffer(NR.ioctl, word(fd), request, argument));

/** The kernel reads a byte at this address, or writes one: a fault it cannot serve is EFAULT, where the CPU gets SIGBUS. */
export const loadByte = (scratch: number, va: bigint): Returned => outcome(plain(NR.pwrite64, scratch, va, 1, 0, 0, 0));
export const storeByte = (zero: number, va: bigint): Returned => outcome(plain(NR.read, zero, va, 1, 0, 0, 0));

/** A view of mapped memory. */
export const memoryAt = (va: number, length: number): Uint8Array => new Uint8Array(koffi.view(va, length));
