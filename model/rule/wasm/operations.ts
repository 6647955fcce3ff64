/** C's operations on each integer type, as WebAssembly has them. */

import { isSigned, WIDTH } from "../tree.ts";
import type { IntType } from "../int-type.ts";
import {
  type Code,
  I32,
  I64,
  i32Const,
  i64Const,
  localGet,
  localSet,
  localTee,
  OP,
  type ValueType,
} from "./encoding.ts";

export const isWide = (type: IntType): boolean => WIDTH[type] === 64;
export const valueType = (type: IntType): ValueType => (isWide(type) ? I64 : I32);

export const zero = (type: IntType): Code => (isWide(type) ? i64Const(0n) : i32Const(0));
export function conversion(from: IntType, to: IntType): Code {
  if (from === to) return [];
  if (to === "bool") return isWide(from) ? [...i64Const(0n), OP.i64_ne] : [OP.i32_eqz, OP.i32_eqz];
  if (isWide(to)) {
    if (isWide(from)) return [];
    return [isSigned(from) ? OP.i64_extend_s : OP.i64_extend_u];
  }
  const narrowed = isWide(from) ? [OP.i32_wrap] : [];
  switch (to) {
    case "u8":
      return [...narrowed, ...i32Const(0xff), OP.i32_and];
    case "u16":
      return [...narrowed, ...i32Const(0xffff), OP.i32_and];
    case "s8":
      return [...narrowed, OP.i32_extend8_s];
    case "s16":
      return [...narrowed, OP.i32_extend16_s];
    case "u32":
    case "s32":
    case "u64":
    case "s64":
      return narrowed;
    default:
      return to satisfies never;
  }
}

/** i32 opcodes; those of i64 lie a fixed distance behind. */
export const ARITHMETIC = { add: 0x6a, sub: 0x6b, mul: 0x6c, and: 0x71, or: 0x72, xor: 0x73 } as const;
export const DIVIDE = { div: [0x6d, 0x6e], rem: [0x6f, 0x70] } as const;
export const SHIFT = { shl: [0x74, 0x74], shr: [0x75, 0x76] } as const;
const ARITHMETIC_TO_I64 = 0x7c - 0x6a;
const COMPARE = {
  eq: [0x46, 0x46],
  ne: [0x47, 0x47],
  lt: [0x48, 0x49],
  gt: [0x4a, 0x4b],
  le: [0x4c, 0x4d],
  ge: [0x4e, 0x4f],
} as const;
const COMPARE_TO_I64 = 0x51 - 0x46;

export const arithmetic = (op: number, type: IntType): number => (isWide(type) ? op + ARITHMETIC_TO_I64 : op);
export const bySign = ([signed, other]: readonly [number, number], type: IntType): number =>
  isSigned(type) ? signed : other;

export function comparison(op: keyof typeof COMPARE, type: IntType): number {
  const code = bySign(COMPARE[op], type);
  return isWide(type) ? code + COMPARE_TO_I64 : code;
}

/** a == -1 ? b == the least : a != 0 && (a * b) / a != b */
export function signedOverflow(values: Code, a: number, b: number): Code {
  const equal = comparison("eq", "s64");
  return [
    ...values,
    ...localSet(b),
    ...localTee(a),
    ...i64Const(-1n),
    equal,
    OP.if,
    I32,
    ...localGet(b),
    ...i64Const(-(1n << 63n)),
    equal,
    OP.else,
    ...localGet(a),
    ...i64Const(0n),
    OP.i64_ne,
    OP.if,
    I32,
    ...localGet(a),
    ...localGet(b),
    arithmetic(ARITHMETIC.mul, "s64"),
    ...localGet(a),
    arithmetic(bySign(DIVIDE.div, "s64"), "s64"),
    ...localGet(b),
    OP.i64_ne,
    OP.else,
    ...i32Const(0),
    OP.end,
    OP.end,
  ];
}
