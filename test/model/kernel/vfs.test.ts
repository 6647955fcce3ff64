/** What fallocate asks before any filesystem: the range, then the mode, then the end of the range. */

import { describe, expect, it } from "vitest";
import type { FamilyName } from "../../../model/kernel/family.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import { checkFallocate, isTmpfsMode } from "../../../model/kernel/vfs.ts";

const KEEP_SIZE = 0x01;
const PUNCH_HOLE = 0x02;
const COLLAPSE_RANGE = 0x08;
const ZERO_RANGE = 0x10;
const INSERT_RANGE = 0x20;
const UNSHARE_RANGE = 0x40;
const KNOWN = KEEP_SIZE | PUNCH_HOLE | COLLAPSE_RANGE | ZERO_RANGE | INSERT_RANGE | UNSHARE_RANGE;

const PAGE = 0x1000n;
const NEGATIVE = 1n << 63n;

const said = (family: FamilyName, mode: number, offset = 0n, length = PAGE): string => {
  const refused = checkFallocate(FAMILIES[family], mode, offset, length);
  return refused === undefined ? "ok" : `${refused.errno} ${refused.check}`;
};

/** What each form of vfs_fallocate asks about modes, first hit first. */
const BEFORE_6_12: readonly (readonly [string, (mode: number) => boolean])[] = [
  ["EOPNOTSUPP mode", (mode) => (mode | KNOWN) !== KNOWN],
  ["EOPNOTSUPP mode_punch_and_zero", (mode) => (mode & (PUNCH_HOLE | ZERO_RANGE)) === (PUNCH_HOLE | ZERO_RANGE)],
  ["EOPNOTSUPP mode_punch_keeps_no_size", (mode) => (mode & (PUNCH_HOLE | KEEP_SIZE)) === PUNCH_HOLE],
  ["EINVAL mode_not_alone", (mode) => (mode & COLLAPSE_RANGE) > 0 && mode !== COLLAPSE_RANGE],
  ["EINVAL mode_not_alone", (mode) => (mode & INSERT_RANGE) > 0 && mode !== INSERT_RANGE],
  ["EINVAL mode_unshare", (mode) => mode >= UNSHARE_RANGE && ![0x40, 0x41].includes(mode)],
];
const ALL_MODES = Array.from({ length: 512 }, (_, mode) => mode);

describe("the mode of fallocate", () => {
  it("is one of nine in every family: what is allowed did not change", () => {
    const allowed = [0x00, 0x01, 0x03, 0x08, 0x10, 0x11, 0x20, 0x40, 0x41];
    for (const family of ["6.1", "6.12", "6.17", "6.18", "6.19"] as const) {
      expect(ALL_MODES.filter((mode) => said(family, mode) === "ok")).toEqual(allowed);
    }
  });

  it("is asked about bit by bit before 6.12: a mode that must be alone is EINVAL in company", () => {
    for (const mode of ALL_MODES) {
      const first = BEFORE_6_12.find(([, hit]) => hit(mode));
      expect([mode, said("6.1", mode)]).toEqual([mode, first?.[0] ?? "ok"]);
    }
  });

  it("is EOPNOTSUPP from 6.12 on, whatever is wrong with it", () => {
    const refusals = ALL_MODES.map((mode) => said("6.12", mode)).filter((word) => word !== "ok");
    expect([...new Set(refusals)]).toEqual(["EOPNOTSUPP mode"]);
  });

  it("of tmpfs and hugetlbfs is KEEP_SIZE, PUNCH_HOLE or neither", () => {
    expect(ALL_MODES.filter((mode) => isTmpfsMode(mode))).toEqual([0, 1, 2, 3]);
  });
});

describe("the range of fallocate", () => {
  it.each([
    ["a negative offset", NEGATIVE, PAGE, 0, "EINVAL offset_negative"],
    ["no byte", 0n, 0n, 0, "EINVAL length_not_positive"],
    ["a negative length", 0n, NEGATIVE, 0, "EINVAL length_not_positive"],
    ["one byte", 0n, 1n, 0, "ok"],
    ["an end at the largest file", NEGATIVE - 1n - PAGE, PAGE, 0, "ok"],
    ["an end one byte past the largest file", NEGATIVE - PAGE, PAGE, 0, "EFBIG end_past_maximum"],
    ["a bad offset, length and mode", NEGATIVE, 0n, 0x80, "EINVAL offset_negative"],
    ["a bad length and mode", 0n, 0n, 0x80, "EINVAL length_not_positive"],
    ["a bad mode and end", NEGATIVE - PAGE, PAGE, 0x80, "EOPNOTSUPP mode"],
  ] as const)("(%s) is asked about in the kernel's order", (_what, offset, length, mode, expected) => {
    for (const family of ["6.1", "6.18"] as const) expect(said(family, mode, offset, length)).toBe(expected);
  });
});
