/**
 * fast-check arbitraries of op lists. An op is told from three plain 32-bit draws, relative to the slots before it:
 * page numbers are uniform in bit length and sit on and beside multiples of folio sizes, faults hit the first page, the
 * last, and the ends of blocks. So edges are met often, and any part of the list can be left out.
 */

import * as fc from "fast-check";
import type { BindMemslot, Op } from "../../sim/op.ts";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../../sim/op.ts";

export type Draw = readonly [number, number, number];

const MAX_OPS = 8;
/** Frames that a random slot can start at, and pages it can have: 2^31 is the ioctl's limit. */
const MAX_EXPONENT = 30;
/** The largest legal last frame + 1 and the largest file page + 1 that a random slot can reach. */
const PAGE_LIMIT = 2 ** 40;

/** A page number around m * 2^e: e uniform, m small, one off in half of the cases. Reads 12 bits. */
function edge(bits: number, exponents: number): number {
  const e = bits % exponents;
  const m = [1, 1, 2, 3, 5, 1, 0, 7][(bits >>> 5) & 7] ?? 1;
  const off = [0, 0, 0, 0, 0, 1, -1, 1][(bits >>> 8) & 7] ?? 0;
  return Math.max(m * 2 ** e + off, 0);
}

const clamp = (page: number): number => Math.min(Math.max(page, 0), PAGE_LIMIT);

function tellBind(x: number, y: number, z: number, slots: readonly BindMemslot[]): BindMemslot {
  const before = slots[slots.length - 1];
  const npages = Math.max(edge(y & 0xfff, 22), 1);
  const byItself = edge((y >>> 12) & 0xfff, MAX_EXPONENT);
  let pgoff = byItself;
  if (before !== undefined) {
    const beside = [byItself, before.pgoff + before.npages, before.pgoff - npages, byItself];
    pgoff = clamp(beside[(y >>> 24) & 3] ?? byItself);
  }
  const alone = edge(z & 0xfff, MAX_EXPONENT);
  const free = before === undefined ? 0 : before.base_gfn + before.npages;
  const bases = [alone, free, 0, pgoff, free + pgoff, pgoff + alone, alone, free + alone];
  const base_gfn = clamp(bases[(y >>> 26) & 7] ?? alone);
  const users = [0, 0, base_gfn, edge((z >>> 12) & 0xfff, MAX_EXPONENT), base_gfn + pgoff, pgoff, 0, base_gfn];
  const ugfn = Math.min(users[(z >>> 24) & 7] ?? 0, 2 ** 34);
  const slot = (z >>> 27) % 8 === 0 ? 0 : slots.length;
  return bind({ base_gfn, npages, pgoff, ugfn, slot, vm: (x >>> 8) % 8 === 0 ? 1 : 0 });
}

/** A frame of the slot: its first, its last, the ends of blocks inside it, any. */
function tellFault(y: number, z: number, slot: BindMemslot): Op {
  const within = edge(z & 0xfff, 22);
  const last = slot.npages - 1;
  const places = [0, last, within, last - within, 0, last, (z >>> 12) % Math.max(slot.npages, 1), within];
  const at = Math.min(Math.max(places[y & 7] ?? 0, 0), last);
  return fault(slot.base_gfn + at, slot.vm);
}

/** What kinds of op a list holds, and how often; the sum is 16. */
const KINDS = "bbbbsssfffffffdp";
const KINDS_WITH_I_SIZE = "bbbbsssfffffffii";

/** Ops from draws: any draws give ops. */
export function opsFromDraws(draws: readonly Draw[], orders: readonly number[], withISize: boolean): Op[] {
  const kinds = withISize ? KINDS_WITH_I_SIZE : KINDS;
  const slots: BindMemslot[] = [];
  return draws.map(([x, y, z], at): Op => {
    // The first op binds: without a slot nothing that follows can matter. With a later resize only, it may be first.
    const kind = at === 0 && (x & 3) !== 0 ? "b" : kinds[(x >>> 4) & 15];
    const slot = slots[(x >>> 16) % Math.max(slots.length, 1)];
    if (kind === "s") return setOrder(orders[y % orders.length] ?? 0);
    if (kind === "i") return setISize(edge(y & 0xfff, MAX_EXPONENT));
    if (kind === "b" || slot === undefined) {
      const told = tellBind(x, y, z, slots);
      slots.push(told);
      return told;
    }
    if (kind === "d") return unbind(slot.slot, slot.vm);
    if (kind === "p") return punchHole(slot.pgoff, edge(y & 0xfff, 22));
    return tellFault(y, z, slot);
  });
}

const draw = fc.noBias(fc.integer({ min: 0, max: 2 ** 32 - 1 }));

/** Lists of up to 8 ops for a file that may take these orders; `withISize` adds ftruncate, for rules that read i_size. */
export const opsArbitrary = (orders: readonly number[], withISize = false): fc.Arbitrary<Op[]> =>
  fc
    .array(fc.tuple(draw, draw, draw), { minLength: 2, maxLength: MAX_OPS, size: "max" })
    .map((draws) => opsFromDraws(draws, orders, withISize));
