/**
 * The total order of op lists, smallest first: fewer given values, fewer of them that something went wrong in, fewer
 * ops, fewer slots (one of a second VM counts twice), fewer bits in sizes (npages, order), fewer bits in addresses
 * (frames, file pages, slot and VM numbers), smaller sizes, smaller addresses, then the text. It decides which of all
 * counterexamples is the canonical one, so any search ends at the same bytes.
 */

import type { Given } from "../model/given.ts";
import type { Op } from "./op.ts";
import { givenOf, opText } from "./op.ts";

/** Bits of the binary form; 0 has none. Exact up to 2^53. */
export const bitLength = (n: number): number =>
  n < 2 ** 31 ? 32 - Math.clz32(n) : 63 - Math.clz32(Math.floor(n / 2 ** 31));

/** The order as numbers, most significant first. */
export type Weight = readonly [number, number, number, number, number, number];

// Searches weigh millions of lists: nothing is built for an op, and no function for a list.
let sizeBits = 0;
let addressBits = 0;
let sizeSum = 0;
let addressSum = 0;
const size = (n: number): void => {
  sizeBits += bitLength(n);
  sizeSum += n;
};
const address = (n: number): void => {
  addressBits += bitLength(n);
  addressSum += n;
};

/** What a list weighs. */
export function weigh(ops: readonly Op[]): Weight {
  let slots = 0;
  sizeBits = 0;
  addressBits = 0;
  sizeSum = 0;
  addressSum = 0;
  for (const op of ops) {
    switch (op.op) {
      case "bind_memslot":
        slots += 1 + op.vm;
        size(op.npages);
        address(op.vm);
        address(op.slot);
        address(op.base_gfn);
        address(op.pgoff);
        address(op.ugfn);
        break;
      case "delete_memslot":
        address(op.vm);
        address(op.slot);
        break;
      case "set_order":
        size(op.order);
        break;
      case "set_i_size":
        size(op.npages);
        break;
      case "punch_hole":
        size(op.npages);
        address(op.pgoff);
        break;
      case "fault":
        address(op.vm);
        address(op.gfn);
        break;
      default:
        op satisfies never;
    }
  }
  return [ops.length, slots, sizeBits, addressBits, sizeSum, addressSum];
}

/** Bits of all arguments. */
export function argumentBits(ops: readonly Op[]): number {
  const [, , ofSizes, ofAddresses] = weigh(ops);
  return ofSizes + ofAddresses;
}

const textOf = (ops: readonly Op[]): string => ops.map(opText).join("\n");

/** As where nothing goes wrong: a call returns 0, or a pointer that is not NULL. */
export const isPlain = ({ value, pointer }: Given): boolean => (value !== 0n) === (pointer === true);

const isGiven = (op: Op): boolean => givenOf(op).length > 0;

function compareGiven(a: readonly Op[], b: readonly Op[]): number {
  if (!a.some(isGiven) && !b.some(isGiven)) return 0;
  const [ga, gb] = [a.flatMap(givenOf), b.flatMap(givenOf)];
  const odd = (given: readonly Given[]): number => given.filter((each) => !isPlain(each)).length;
  return ga.length - gb.length || odd(ga) - odd(gb);
}

function compareWeights(a: Weight, b: Weight): number {
  for (let at = 0; at < a.length; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Negative where `a` is the smaller counterexample. 0 only for the same ops. */
export function compareOps(a: readonly Op[], b: readonly Op[]): number {
  const given = compareGiven(a, b);
  if (given !== 0) return given;
  const weight = compareWeights(weigh(a), weigh(b));
  if (weight !== 0) return weight;
  const ta = textOf(a);
  const tb = textOf(b);
  return ta < tb ? -1 : ta > tb ? 1 : 0;
}
