/**
 * Cases on the level at which a guest's page is mapped: one slot after another of a window on a file that is there already, in
 * folios of 2 MiB, of 1 MiB or of single pages; one store each. Enumerated corners and random places miss different mistakes, so both are drawn: ends of
 * the slot one page off a block's, guest, user and file addresses that differ in one bit.
 */

import * as fc from "fast-check";
import type { LinuxOp } from "../../sim/kernel/op.ts";
import { VA } from "./values.ts";

const PMD = 512;
/** Pages of the file and of its window. */
const FILE_NPAGES = 6 * PMD;
/** The slot's first frame lies about here: 1 GiB. */
const BASE = 0x4_0000;

const bytes = (pages: number): bigint => BigInt(pages) << 12n;

/** What the file's blocks of 2 MiB are made of. */
export type Backing = "2m" | "1m" | "4k";

/**
 * Fills the file, which is made while huge=always holds: a few kernels look at that. A page in a block's upper half leaves its lower
 * half to one folio, where the kernel takes the next lower order.
 */
function filled(backing: Backing): LinuxOp[] {
  const write = (page: number, length: bigint): LinuxOp => ({ op: "write", file: "f", offset: bytes(page), length });
  const blocks = Array.from({ length: FILE_NPAGES / PMD }, (_, i) => i * PMD);
  const halves = blocks.flatMap((at) => [write(at + PMD / 2, 1n)]);
  const never: LinuxOp = { op: "remount", huge: "never" };
  const start: LinuxOp[] = [
    { op: "mount", huge: "always" },
    { op: "create_file", file: "f", size: bytes(FILE_NPAGES) },
  ];
  switch (backing) {
    case "2m":
      return [...start, write(0, bytes(FILE_NPAGES))];
    case "1m":
      return [
        ...start,
        never,
        ...halves,
        { op: "remount", huge: "always" },
        ...blocks.map((at) => write(at, bytes(PMD / 2))),
      ];
    case "4k":
      return [...start, never, write(0, bytes(FILE_NPAGES))];
    default:
      return backing satisfies never;
  }
}

const oneBit = fc.nat(10).map((bit) => (bit === 10 ? 0 : 2 ** bit));
const corner = fc.constantFrom(0, 1, 256, 511, 512, 513);
const place = fc.oneof(corner, fc.nat(1023));
/** As the other, off by one bit, or anywhere. */
const beside = (other: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(other) },
    { weight: 2, arbitrary: oneBit.map((bit) => other ^ bit) },
    { weight: 1, arbitrary: place },
  );

/** All quantities in pages; base, user and file are where the slot starts, beside a multiple of 2 MiB. */
interface Slot {
  readonly base: number;
  readonly user: number;
  readonly file: number;
  readonly npages: number;
  readonly touched: number;
}

const slot: fc.Arbitrary<Slot> = place
  .chain((base) => fc.tuple(fc.constant(base), beside(base)))
  .chain(([base, user]) => {
    const toBlock = (PMD - (base % PMD)) % PMD;
    const throughBlocks = fc
      .tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: -2, max: 2 }))
      .map(([blocks, off]) => toBlock + blocks * PMD + off);
    return fc.record({
      base: fc.constant(base),
      user: fc.constant(user),
      file: beside(user),
      npages: fc.oneof({ weight: 3, arbitrary: throughBlocks }, fc.integer({ min: 1, max: 1700 })),
      touched: fc.oneof({ weight: 4, arbitrary: fc.nat(513).map((at) => toBlock + at) }, fc.nat(2047)),
    });
  });

const region = (gpa: number, npages: number, uaddr: bigint): LinuxOp => ({
  op: "set_user_memory_region",
  slot: 0,
  flags: 0,
  gpa: bytes(gpa),
  size: bytes(npages),
  uaddr,
});

/** A window that is new holds no page table, and what KVM had mapped of the old one is gone: each store starts from nothing. */
const storeOps = ({ base, user, file, npages, touched }: Slot): LinuxOp[] => {
  const va = VA + bytes(1024 + user - file);
  return [
    { op: "map", file: "f", va, offset: 0n, length: bytes(FILE_NPAGES) },
    region(BASE + base, npages, va + bytes(file)),
    { op: "guest_map", gpa: bytes(BASE + base + (touched % npages)) },
    region(0, 0, 0n),
  ];
};

const opsOf = (backing: Backing, slots: readonly Slot[]): LinuxOp[] => [
  ...filled(backing),
  { op: "create_vm" },
  ...slots.flatMap(storeOps),
];

const backing = fc.constantFrom<Backing>("2m", "2m", "2m", "2m", "1m", "4k");

export const mapping: fc.Arbitrary<LinuxOp[]> = fc
  .tuple(backing, fc.array(slot, { minLength: 1, maxLength: 12, size: "max" }))
  .map(([of, slots]) => opsOf(of, slots));

/** A slot that is aligned in every way, on 2 MiB folios: where this is not mapped at 2 MiB, the level cannot be seen. */
export const PROBE: readonly LinuxOp[] = opsOf("2m", [{ base: 0, user: 0, file: 0, npages: PMD, touched: 5 }]);
