/** Arithmetic on constants, exact and before wrapping: the builder wraps to the node's type. */

import type { IntrinsicOp } from "../../../model/rule/tree.ts";

export function foldBinary(
  op: "add" | "sub" | "mul" | "and" | "or" | "xor" | "min" | "max",
  a: bigint,
  b: bigint,
): bigint {
  switch (op) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "min":
      return a < b ? a : b;
    case "max":
      return a > b ? a : b;
    default:
      return op satisfies never;
  }
}

export const foldDivide = (op: "div" | "rem", a: bigint, b: bigint): bigint => (op === "div" ? a / b : a % b);
export const foldShift = (op: "shl" | "shr", a: bigint, count: bigint): bigint =>
  op === "shl" ? a << count : a >> count;
export const foldUnary = (op: "negate" | "complement", a: bigint): bigint => (op === "negate" ? -a : ~a);

export function foldCompare(op: "eq" | "ne" | "lt" | "le" | "gt" | "ge", a: bigint, b: bigint): boolean {
  switch (op) {
    case "eq":
      return a === b;
    case "ne":
      return a !== b;
    case "lt":
      return a < b;
    case "le":
      return a <= b;
    case "gt":
      return a > b;
    case "ge":
      return a >= b;
    default:
      return op satisfies never;
  }
}

const length = (n: bigint): number => (n === 0n ? 0 : n.toString(2).length);

export function foldIntrinsic(op: IntrinsicOp, [a = 0n, b = 0n]: readonly bigint[]): bigint {
  switch (op) {
    case "ctz64":
      return BigInt(length(a & -a) - 1);
    case "clz64":
      return BigInt(64 - length(a));
    case "fls64":
      return BigInt(length(a));
    case "ffs64":
      return BigInt(length(a & -a));
    case "popcount64":
      return BigInt(a.toString(2).replaceAll("0", "").length);
    case "umul_overflows":
      return BigInt(a * b !== BigInt.asUintN(64, a * b));
    case "smul_overflows":
      return BigInt(a * b !== BigInt.asIntN(64, a * b));
    default:
      return op satisfies never;
  }
}
