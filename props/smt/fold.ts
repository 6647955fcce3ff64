/** What each operation of QF_BV makes of constants, as SMT-LIB defines it. */

import type { TermOp } from "./term.ts";

const signed = (width: number, value: bigint): bigint => BigInt.asIntN(width, value);
const flag = (value: boolean): bigint => (value ? 1n : 0n);

type Fold = (width: number, a: bigint, b: bigint) => bigint;

/** Of two vectors of one width; the result may need wrapping. */
const BINARY: Partial<Record<TermOp, Fold>> = {
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
  bvlshr: (width, a, b) => (b >= BigInt(width) ? 0n : a >> b),
  bvashr: (width, a, b) => signed(width, a) >> (b >= BigInt(width) ? BigInt(width) : b),
  bvudiv: (_, a, b) => (b === 0n ? -1n : a / b),
  bvurem: (_, a, b) => (b === 0n ? a : a % b),
  bvsdiv: (width, a, b) => (b === 0n ? (signed(width, a) < 0n ? 1n : -1n) : signed(width, a) / signed(width, b)),
  bvsrem: (width, a, b) => (b === 0n ? a : signed(width, a) % signed(width, b)),
};

/**
 * The value of an operation on constants, not yet wrapped to `width`, the width of the result. `of` is the width of the
 * first operand.
 */
export function foldOp(op: TermOp, width: number, of: number, values: readonly bigint[], low: number): bigint {
  const [a = 0n, b = 0n] = values;
  const binary = BINARY[op];
  if (binary !== undefined) return binary(of, a, b);
  switch (op) {
    case "not":
      return 1n - a;
    case "bvneg":
      return -a;
    case "bvnot":
      return ~a;
    case "concat":
      return (a << BigInt(width - of)) | b;
    case "extract":
      return a >> BigInt(low);
    case "zero_extend":
      return a;
    case "sign_extend":
      return signed(of, a);
    default:
      throw new Error(`${op} has no value of its own`);
  }
}
