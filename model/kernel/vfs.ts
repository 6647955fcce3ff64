/**
 * What fallocate asks before any filesystem is asked.
 *
 * as in the kernel: the range, then the mode, then the end of the range, in this order.
 * simplified: the file is open for writing and is a regular one.
 * left out: append-only and immutable files, swap files, FALLOC_FL_WRITE_ZEROES (6.17).
 */

import type { Refusal } from "../errno.ts";
import { refuse } from "../errno.ts";
import { asLoff } from "../units.ts";
import type { Family } from "./family.ts";

/** @kernel include/linux/fs.h MAX_LFS_FILESIZE */
export const MAX_BYTES = (1n << 63n) - 1n;

export const FALLOC_FL_KEEP_SIZE = 0x01;
export const FALLOC_FL_PUNCH_HOLE = 0x02;
const FALLOC_FL_COLLAPSE_RANGE = 0x08;
const FALLOC_FL_ZERO_RANGE = 0x10;
const FALLOC_FL_INSERT_RANGE = 0x20;
const FALLOC_FL_UNSHARE_RANGE = 0x40;

/** One mode at a time; punching must keep the size, shifting must not. */
const MODES = new Set([
  0,
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_UNSHARE_RANGE,
  FALLOC_FL_UNSHARE_RANGE | FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_ZERO_RANGE,
  FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_COLLAPSE_RANGE,
  FALLOC_FL_INSERT_RANGE,
]);

const exclusiveMode = (mode: number): Refusal | undefined =>
  MODES.has(mode) ? undefined : refuse("EOPNOTSUPP", "mode");

const KNOWN = [...MODES].reduce((all, mode) => all | mode, 0);

/** Before 6.12 modes were asked about one by one. @kernel fs/open.c vfs_fallocate */
function combinedMode(mode: number): Refusal | undefined {
  const has = (bits: number): boolean => (mode & bits) !== 0;
  const punches = has(FALLOC_FL_PUNCH_HOLE);
  if ((mode & ~KNOWN) !== 0) return refuse("EOPNOTSUPP", "mode");
  if (punches && has(FALLOC_FL_ZERO_RANGE)) return refuse("EOPNOTSUPP", "mode_punch_and_zero");
  if (punches && !has(FALLOC_FL_KEEP_SIZE)) return refuse("EOPNOTSUPP", "mode_punch_keeps_no_size");
  for (const alone of [FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_INSERT_RANGE]) {
    if (has(alone) && mode !== alone) return refuse("EINVAL", "mode_not_alone");
  }
  const unshares = has(FALLOC_FL_UNSHARE_RANGE) && (mode & ~(FALLOC_FL_UNSHARE_RANGE | FALLOC_FL_KEEP_SIZE)) !== 0;
  return unshares ? refuse("EINVAL", "mode_unshare") : undefined;
}

/** @kernel fs/open.c vfs_fallocate */
export function checkFallocate(family: Family, mode: number, offset: bigint, length: bigint): Refusal | undefined {
  if (asLoff(offset) < 0n) return refuse("EINVAL", "offset_negative");
  if (asLoff(length) <= 0n) return refuse("EINVAL", "length_not_positive");
  const refused = family.fallocate_modes === "combined" ? combinedMode(mode) : exclusiveMode(mode);
  if (refused !== undefined) return refused;
  if (offset + length > MAX_BYTES) return refuse("EFBIG", "end_past_maximum");
  return undefined;
}

/** Allocating, with or without KEEP_SIZE, or punching: all that tmpfs knows. */
export const isTmpfsMode = (mode: number): boolean => (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE)) === 0;
