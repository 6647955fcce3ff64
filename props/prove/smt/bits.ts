/** The bit-counting operations of C and the kernel, as formulas that a solver takes apart quickly. */

import type { Term } from "./term.ts";
import { add, and, apply, ashr, bitAnd, bits, choiceOf, concat, eq, extract, ite } from "./term.ts";
import { lshr, not, or, signExtend, sub, zeroExtend } from "./term.ts";

/**
 * Position of the lowest (or highest) set bit of `a`, whose width is a power of two, in as many bits as that takes: look
 * into the half that is not empty, again and again. For 0 it is the position searched last, which means nothing.
 */
function position(a: Term, from: "low" | "high"): Term {
  const half = a.width / 2;
  const high = extract(a, a.width - 1, half);
  const low = extract(a, half - 1, 0);
  const inHigh = from === "low" ? eq(low, bits(half, 0)) : not(eq(high, bits(half, 0)));
  const bit = ite(inHigh, bits(1, 1), bits(1, 0));
  return half === 1 ? bit : concat(bit, position(ite(inHigh, high, low), from));
}

/** @kernel include/asm-generic/bitops/__ffs.h, for other than 0; 32 bits */
export const ctz64 = (a: Term): Term => zeroExtend(position(a, "low"), 32);
/** Leading zeros, for other than 0; 32 bits. */
export const clz64 = (a: Term): Term => sub(bits(32, 63), zeroExtend(position(a, "high"), 32));

const orZero = (a: Term, count: Term): Term => ite(eq(a, bits(64, 0)), bits(32, 0), add(count, bits(32, 1)));
/** One more than the position of the lowest set bit, 0 for 0; 32 bits. */
export const ffs64 = (a: Term): Term => orZero(a, zeroExtend(position(a, "low"), 32));
/** One more than the position of the highest set bit, 0 for 0; 32 bits. */
export const fls64 = (a: Term): Term => orZero(a, zeroExtend(position(a, "high"), 32));

/** Set bits, added up in fields of 1, 2, 4 … 32 bits; 32 bits. */
export function popcount64(a: Term): Term {
  let sum = a;
  for (let field = 1; field < 64; field *= 2) {
    // Every second field: 0x5555…, 0x3333…, 0x0f0f…
    const mask = bits(64, (2n ** 64n - 1n) / (2n ** BigInt(field) + 1n));
    sum = add(bitAnd(sum, mask), bitAnd(lshr(sum, bits(64, field)), mask));
  }
  return extract(sum, 31, 0);
}

/** Does the exact product of two u64 not fit a u64? */
export function umulOverflows(a: Term, b: Term): Term {
  const product = apply("bvmul", zeroExtend(a, 128), zeroExtend(b, 128));
  return not(eq(extract(product, 127, 64), bits(64, 0)));
}

/** Does the exact product of two s64 not fit an s64? */
export function smulOverflows(a: Term, b: Term): Term {
  const product = apply("bvmul", signExtend(a, 128), signExtend(b, 128));
  return not(eq(product, signExtend(extract(product, 63, 0), 128)));
}

/** Undefined in C: by 0, or the least signed value by -1. */
export function divisionUndefined(signed: boolean, a: Term, b: Term): Term {
  const byZero = eq(b, bits(b.width, 0));
  if (!signed) return byZero;
  const least = eq(a, bits(a.width, 1n << BigInt(a.width - 1)));
  return or(byZero, and(least, eq(b, bits(b.width, -1))));
}

/** log2 of a constant that is a power of two, else -1. */
const log2 = ({ value = 0n }: Term): number =>
  value > 0n && (value & (value - 1n)) === 0n ? value.toString(2).length - 1 : -1;

/**
 * Quotient or remainder, where it is defined. A solver takes masks and shifts apart at once and a division hardly ever, so
 * powers of two, and choices between them (a folio's size), never become one.
 */
export function divide(op: "div" | "rem", signed: boolean, a: Term, b: Term): Term {
  const choice = choiceOf(b);
  if (choice !== undefined) {
    const [condition, then, otherwise] = choice;
    return ite(condition, divide(op, signed, a, then), divide(op, signed, a, otherwise));
  }
  const { width } = a;
  const shift = log2(b);
  // The least signed value is no power of two for this purpose: as a number it is negative.
  if (shift < 0 || (signed && shift === width - 1)) {
    return apply(op === "div" ? (signed ? "bvsdiv" : "bvudiv") : signed ? "bvsrem" : "bvurem", a, b);
  }
  const by = bits(width, shift);
  const mask = bits(width, (1n << BigInt(shift)) - 1n);
  if (!signed) return op === "div" ? lshr(a, by) : bitAnd(a, mask);
  // Towards zero: what is negative is first moved up by the divisor less one.
  const bias = bitAnd(ashr(a, bits(width, width - 1)), mask);
  const biased = add(a, bias);
  return op === "div" ? ashr(biased, by) : sub(bitAnd(biased, mask), bias);
}
