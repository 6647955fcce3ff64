/** What each operation of QF_BV makes of constants, as SMT-LIB defines it. */

import type { TermOp } from "./term-op.ts";

const signed = (width: number, value: bigint): bigint => BigInt.asIntN(width, value);
const flag = (value: boolean): bigint => (value ? 1n : 0n);

type Fold = (width: number, a: bigint, b: bigint) => bigint;

/** Of two vectors of one width; the result may need wrapping. */
const OF_TWO: Partial<Record<TermOp, Fold>> = {
  "=": (_, a, b) => flag(a === b),
  bvult: (_, a, b) => flag(a < b),
  bvule: (_, a, b) => flag(a <= b),
  bvslt: (width, a, b) => flag(signed(width, a) < signed(width, b)),
  bvsle: (width, a, b) => flag(signed(width, a) <= signed(width, b)),
  bvadd: (_, a, b) => a + b,
  bvsub: (_, a, b) => a - b,
  bvmul: (_, a, b) => a * b,
  bvand: (_, a, b) => a & b,
  bvor: (_, a, b) => a | b,
  bvxor: (_, a, b) => a ^ b,
  bvshl: (width, a, b) => (b >= BigInt(width) ? 0n : a << b),
  bvlshr: (_, a, b) => a >> b,
  bvashr: (width, a, b) => signed(width, a) >> b,
  bvudiv: (_, a, b) => (b === 0n ? -1n : a / b),
  bvurem: (_, a, b) => (b === 0n ? a : a % b),
  bvsdiv: (width, a, b) => (b === 0n ? (signed(width, a) < 0n ? 1n : -1n) : signed(width, a) / signed(width, b)),
  bvsrem: (width, a, b) => (b === 0n ? a : signed(width, a) % signed(width, b)),
};

/** Of one operand, and of the widths that the result and the first operand have. */
const OTHERS: Partial<Record<TermOp, (values: readonly bigint[], width: number, of: number, low: number) => bigint>> = {
  not: ([a = 0n]) => a ^ 1n,
  bvneg: ([a = 0n]) => -a,
  bvnot: ([a = 0n]) => ~a,
  concat: ([a = 0n, b = 0n], width, of) => (a << BigInt(width - of)) | b,
  extract: ([a = 0n], _width, _of, low) => a >> BigInt(low),
  zero_extend: ([a = 0n]) => a,
  sign_extend: ([a = 0n], _width, of) => signed(of, a),
};

/**
 * The value of an operation on constants, not yet wrapped to `width`, the width of the result. `of` is the width of the
 * first operand.
 */
export function foldOp(op: TermOp, width: number, of: number, values: readonly bigint[], low: number): bigint {
  const value = OF_TWO[op]?.(of, values[0] ?? 0n, values[1] ?? 0n) ?? OTHERS[op]?.(values, width, of, low);
  if (value === undefined) throw new Error(`${op} has no value of its own`);
  return value;
}
