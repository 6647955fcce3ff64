/** A tmpfs that only we can see: the mount is never attached, so it goes with its last descriptor, also when we crash. */

import type { Huge } from "../../../model/kernel/file.ts";
import type { FileState } from "../op.ts";
import * as sys from "./syscalls.ts";

/** Opens the filesystem with its options and returns the descriptor of its root, or a negative errno. */
export function mountDetached(type: string, options: readonly (readonly [string, string])[]): number {
  const context = sys.fsopen(type);
  if (context < 0) return context;
  let returned = 0;
  for (const [key, value] of options) if (returned >= 0) returned = sys.fsconfigSet(context, key, value);
  if (returned >= 0) returned = sys.fsconfigDo(context, 6);
  if (returned >= 0) returned = sys.fsmount(context);
  sys.close(context);
  return returned;
}

export const mountTmpfs = (huge: Huge, size: bigint): number =>
  mountDetached("tmpfs", [
    ["huge", huge],
    ["size", String(size)],
  ]);

export function remountTmpfs(root: number, huge: Huge, size?: bigint): number {
  const context = sys.fspick(root);
  if (context < 0) return context;
  let returned = sys.fsconfigSet(context, "huge", huge);
  if (returned >= 0 && size !== undefined) returned = sys.fsconfigSet(context, "size", String(size));
  if (returned >= 0) returned = sys.fsconfigDo(context, 7);
  sys.close(context);
  return returned;
}

const STAT = Buffer.alloc(144);
const ST_SIZE = 48;
const ST_BLKSIZE = 56;
const ST_BLOCKS = 64;

export function stat(fd: number): { size: bigint; pages: number; blockBytes: number } {
  const returned = sys.fstat(fd, STAT);
  if (returned < 0) throw new Error(`fstat of an open file failed: ${returned}`);
  return {
    size: STAT.readBigUInt64LE(ST_SIZE),
    pages: Number(STAT.readBigInt64LE(ST_BLOCKS)) / 8,
    blockBytes: Number(STAT.readBigInt64LE(ST_BLKSIZE)),
  };
}

const SEEK_DATA = 3;
const SEEK_HOLE = 4;

function data(fd: number): [bigint, bigint][] {
  const found: [bigint, bigint][] = [];
  let from = 0n;
  for (;;) {
    const start = sys.lseek(fd, from, SEEK_DATA);
    if (start < 0n) return found;
    const end = sys.lseek(fd, start, SEEK_HOLE);
    // Behind the last folio below 2^63 the kernel finds a hole at a negative position.
    if (end <= start) return found;
    from = end;
    found.push([start, end]);
  }
}

export function fileState(fd: number): FileState {
  const { size, pages } = stat(fd);
  return { size, pages, data: pages === 0 ? [] : data(fd) };
}

const RANGE = Buffer.alloc(16);
const ANSWER = Buffer.alloc(40);

/** Pages in the cache within [start, end), or a negative errno: cachestat(2) is there since 6.5. */
export function cachedPages(fd: number, start: number, end: number): number {
  RANGE.writeBigUInt64LE(BigInt(start) << 12n, 0);
  RANGE.writeBigUInt64LE(BigInt(end - start) << 12n, 8);
  const returned = sys.cachestat(fd, RANGE, ANSWER);
  return returned < 0 ? returned : Number(ANSWER.readBigUInt64LE(0));
}
