/**
 * Lists for the abstract machine that a kernel can run too: pages of a file of 32 MiB, slots below 16 MiB, guest frames below
 * 512 MiB, the folio sizes of tmpfs. Odd positions, up to the last a u64 of bytes can tell, are refused by all.
 */

import * as fc from "fast-check";
import type { AccessWay } from "../../model/kernel/behaviour.ts";
import type { BindMemslot, MachineOp } from "../../sim/op.ts";
import { bind, collapse, fault, punchHole, setISize, setOrder, unbind } from "../../sim/op.ts";

type Draw = readonly [number, number, number];

const PAGES = [0, 512, 1, 511, 513, 4, 8, 256, 255, 33, 1024, 1023, 1025, 384, 1536, 2048, 5, 16];
const LENGTHS = [4, 1, 512, 2, 511, 513, 8, 256, 1024, 3, 1025, 100, 16, 768];
const FRAMES = [0, 0x400, 0x800, 0x1000, 0x200, 0x1, 0x3ff, 0x2000, 0x4000, 0xfff];
/** Page numbers at the borders of loff_t and u64, and of what a guest can have. */
const ODD = [2 ** 51 - 2, 2 ** 51 - 1, 2 ** 51, 2 ** 51 + 1, 2 ** 52 - 1, 2 ** 40 - 1, 2 ** 40, 2 ** 35];

const pick = (table: readonly number[], n: number): number => table[n % table.length] ?? 0;
/** Mostly of the table, else any number up to 2500. */
const page = (table: readonly number[], n: number): number =>
  (n >>> 8) % 4 === 0 ? (n >>> 12) % 2500 : pick(table, n);

function bindFrom(way: AccessWay, [x, y, z]: Draw, bound: readonly BindMemslot[]): MachineOp {
  const before = bound.at(-1);
  const odd = way === "write" && (x >>> 12) % 12 === 0;
  const beside = before === undefined ? 0 : Math.min(before.pgoff + before.npages, 2 ** 52 - 1);
  const npages =
    odd && (x >>> 16) % 5 === 0 ? pick([2 ** 31 - 1, 2 ** 31, 0xffff], x >>> 20) : Math.max(page(LENGTHS, y), 1);
  const pgoff = odd && (x >>> 16) % 3 === 0 ? pick(ODD, x >>> 20) : (z >>> 24) % 3 === 0 ? beside : page(PAGES, z);
  const base_gfn = odd && (x >>> 16) % 3 === 1 ? pick(ODD, x >>> 20) : page(FRAMES, y >>> 10);
  // An ordinary slot may be moved and bound anew, which a slot of a file may not: the abstract machine has the latter only.
  const slot = way === "write" ? (x >>> 24) % 4 : bound.length;
  // A slot past what the ioctl takes must not be accepted by chance: it would cost the kernel gigabytes.
  const ugfn = way === "write" ? (odd ? pick([2 ** 35 - 2, 2 ** 35, 2 ** 47], z) : (z >>> 12) % 4096) : 0;
  return bind({ slot, npages, pgoff, base_gfn, ugfn });
}

function faultFrom([, y, z]: Draw, bound: readonly BindMemslot[]): MachineOp {
  const slot = bound[y % Math.max(bound.length, 1)];
  if (slot === undefined || z % 16 === 0) return fault(page(FRAMES, z >>> 8));
  const last = slot.npages - 1;
  const within = [0, last, (z >>> 8) % slot.npages, Math.min(pick(PAGES, z >>> 8), last)];
  const frame = slot.base_gfn + pick(within, z >>> 4);
  return fault(frame < 2 ** 52 ? frame : 0);
}

const KINDS = "bfffffffffsssppiidcc";

function opFrom(way: AccessWay, draw: Draw, bound: readonly BindMemslot[]): MachineOp {
  const [x, y, z] = draw;
  const kind = bound.length === 0 && x % 8 !== 0 ? "b" : KINDS.charAt((x >>> 3) % KINDS.length);
  const odd = way === "write" && (x >>> 12) % 16 === 0;
  switch (kind) {
    case "b":
      return bindFrom(way, draw, bound);
    case "s":
      return setOrder(y % 3 === 0 ? 0 : 9);
    case "i":
      return setISize(odd ? pick(ODD, y) : page(PAGES, y));
    case "c":
      return collapse(page(PAGES, y));
    case "p":
      return odd && z % 2 === 0
        ? punchHole(pick(ODD, y), pick([0, 1, 2, 2 ** 51, 2 ** 52 - 1], z >>> 4))
        : punchHole(page(PAGES, y), odd ? 0 : page(LENGTHS, z));
    case "d":
      return unbind((bound[y % Math.max(bound.length, 1)]?.slot ?? 0) + (z % 8 === 0 ? 1 : 0));
    default:
      return faultFrom(draw, bound);
  }
}

const draw = fc.noBias(fc.integer({ min: 0, max: 2 ** 32 - 1 }));

export const abstractOps = (way: AccessWay): fc.Arbitrary<MachineOp[]> =>
  fc.array(fc.tuple(draw, draw, draw), { minLength: 2, maxLength: 24, size: "max" }).map((draws) => {
    const bound: BindMemslot[] = [];
    return draws.map((each) => {
      const op = opFrom(way, each, bound);
      if (op.op === "bind_memslot") bound.push(op);
      return op;
    });
  });
