/**
 * The total order of op lists, smallest first: fewer given values, fewer of them that something went wrong in, fewer ops, fewer slots (one of a second VM counts twice), fewer bits in
 * sizes (npages, order), fewer bits in addresses (frames, file pages, slot and VM numbers), smaller sizes, smaller
 * addresses, then the text. It decides which of all counterexamples is the canonical one, so any search ends at the
 * same bytes.
 */

import type { Given } from "../model/given.ts";
import type { Op } from "./op.ts";
import { givenOf, opText } from "./op.ts";

/** Bits of the binary form; 0 has none. Exact up to 2^53. */
export const bitLength = (n: number): number =>
  n < 2 ** 31 ? 32 - Math.clz32(n) : 63 - Math.clz32(Math.floor(n / 2 ** 31));

interface Arguments {
  readonly sizes: readonly number[];
  readonly addresses: readonly number[];
}

function argumentsOf(op: Op): Arguments {
  switch (op.op) {
    case "bind_memslot":
      return { sizes: [op.npages], addresses: [op.vm, op.slot, op.base_gfn, op.pgoff, op.ugfn] };
    case "delete_memslot":
      return { sizes: [], addresses: [op.vm, op.slot] };
    case "set_order":
      return { sizes: [op.order], addresses: [] };
    case "set_i_size":
      return { sizes: [op.npages], addresses: [] };
    case "punch_hole":
      return { sizes: [op.npages], addresses: [op.pgoff] };
    case "fault":
      return { sizes: [], addresses: [op.vm, op.gfn] };
    default:
      return op satisfies never;
  }
}

/** The order as numbers, most significant first. */
export type Weight = readonly [number, number, number, number, number, number];

export function weigh(ops: readonly Op[]): Weight {
  let slots = 0;
  let sizeBits = 0;
  let addressBits = 0;
  let sizeSum = 0;
  let addressSum = 0;
  for (const op of ops) {
    if (op.op === "bind_memslot") slots += 1 + op.vm;
    const { sizes, addresses } = argumentsOf(op);
    for (const size of sizes) {
      sizeBits += bitLength(size);
      sizeSum += size;
    }
    for (const address of addresses) {
      addressBits += bitLength(address);
      addressSum += address;
    }
  }
  return [ops.length, slots, sizeBits, addressBits, sizeSum, addressSum];
}

/** Bits of all arguments. */
export function argumentBits(ops: readonly Op[]): number {
  const [, , sizeBits, addressBits] = weigh(ops);
  return sizeBits + addressBits;
}

const textOf = (ops: readonly Op[]): string => ops.map(opText).join("\n");

/** As where nothing goes wrong: a call returns 0, or a pointer that is not NULL. */
export const isPlain = ({ value, pointer }: Given): boolean => (value !== 0n) === (pointer === true);

function compareGiven(a: readonly Op[], b: readonly Op[]): number {
  const [ga, gb] = [a.flatMap(givenOf), b.flatMap(givenOf)];
  const odd = (given: readonly Given[]): number => given.filter((each) => !isPlain(each)).length;
  return ga.length - gb.length || odd(ga) - odd(gb);
}

/** Negative where `a` is the smaller counterexample. 0 only for the same ops. */
export function compareOps(a: readonly Op[], b: readonly Op[]): number {
  const given = compareGiven(a, b);
  if (given !== 0) return given;
  const wa = weigh(a);
  const wb = weigh(b);
  for (let i = 0; i < wa.length; i++) {
    const difference = (wa[i] as number) - (wb[i] as number);
    if (difference !== 0) return difference;
  }
  const ta = textOf(a);
  const tb = textOf(b);
  return ta < tb ? -1 : ta > tb ? 1 : 0;
}
