/** Nodes of the typed tree, with C's conversions put in and constants folded. */

import { type Expr, type IntrinsicOp, INTRINSICS, isSigned, WIDTH, wrapTo } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { foldBinary, foldCompare, foldDivide, foldIntrinsic, foldShift, foldUnary } from "./fold.ts";

type Op<Node extends Expr["node"]> = Extract<Expr, { node: Node }> extends { op: infer Names } ? Names : never;

export const constant = (type: IntType, value: bigint, name?: string): Expr => ({
  node: "const",
  type,
  value: wrapTo(type, value),
  ...(name !== undefined && { name }),
});

export const int = (value: number): Expr => constant("s32", BigInt(value));
export const TRUE = constant("bool", 1n);
const FALSE = constant("bool", 0n);

export function convert(type: IntType, operand: Expr): Expr {
  if (operand.type === type) return operand;
  if (operand.node === "const") {
    const value = wrapTo(type, operand.value);
    return constant(type, value, value === operand.value && type !== "bool" ? operand.name : undefined);
  }
  // An int that C made of a bool is that bool again.
  if (type === "bool" && operand.node === "convert" && operand.operand.type === "bool") return operand.operand;
  if (type === "bool" && operand.node === "conditional" && isTruth(operand.whenTrue) && isTruth(operand.whenFalse)) {
    return {
      node: "conditional",
      type,
      condition: operand.condition,
      whenTrue: convert(type, operand.whenTrue),
      whenFalse: convert(type, operand.whenFalse),
    };
  }
  return { node: "convert", type, operand };
}

/** Is it an int that was made of a bool, or a constant? */
const isTruth = (expr: Expr): boolean =>
  expr.node === "const" || (expr.node === "convert" && expr.operand.type === "bool");

/** What C's integer promotions make of a type. */
export const promoted = (type: IntType): IntType => (WIDTH[type] < 32 ? "s32" : type);
export const promote = (operand: Expr): Expr => convert(promoted(operand.type), operand);

/** C's usual arithmetic conversions. */
export function common(left: IntType, right: IntType): IntType {
  const a = promoted(left);
  const b = promoted(right);
  if (a === "u64" || b === "u64") return "u64";
  if (a === "s64" || b === "s64") return "s64";
  return a === "u32" || b === "u32" ? "u32" : "s32";
}

export const condition = (operand: Expr): Expr => convert("bool", operand);

export function binary(op: Op<"binary">, left: Expr, right: Expr): Expr {
  const type = common(left.type, right.type);
  const a = convert(type, left);
  const b = convert(type, right);
  if (a.node === "const" && b.node === "const") return constant(type, foldBinary(op, a.value, b.value));
  return { node: "binary", op, type, left: a, right: b };
}

/** @param site is called if the result can be undefined; where it is left out, the caller knows that it cannot be */
export function divide(op: Op<"divide">, left: Expr, right: Expr, site?: (signed: boolean) => number): Expr {
  const type = common(left.type, right.type);
  const a = convert(type, left);
  const b = convert(type, right);
  const isSafe =
    b.node === "const" && b.value !== 0n && (b.value !== -1n || (a.node === "const" && a.value !== least(type)));
  if (isSafe && a.node === "const") return constant(type, foldDivide(op, a.value, b.value));
  return { node: "divide", op, type, left: a, right: b, ...(!isSafe && site && { site: site(isSigned(type)) }) };
}

const least = (type: IntType): bigint | undefined => (isSigned(type) ? -(1n << BigInt(WIDTH[type] - 1)) : undefined);

export function shift(op: Op<"shift">, left: Expr, right: Expr, site?: (width: number) => number): Expr {
  const a = promote(left);
  const count = promote(right);
  const { type } = a;
  const isSafe = count.node === "const" && count.value >= 0n && count.value < BigInt(WIDTH[type]);
  if (isSafe && a.node === "const") return constant(type, foldShift(op, a.value, count.value));
  return { node: "shift", op, type, left: a, right: count, ...(!isSafe && site && { site: site(WIDTH[type]) }) };
}

export function compare(op: Op<"compare">, left: Expr, right: Expr): Expr {
  // Equality of two truths needs no ints.
  if ((op === "eq" || op === "ne") && isFromBool(left) && isFromBool(right)) {
    return { node: "compare", op, type: "bool", left: left.operand, right: right.operand };
  }
  const type = common(left.type, right.type);
  const a = convert(type, left);
  const b = convert(type, right);
  if (a.node === "const" && b.node === "const") return foldCompare(op, a.value, b.value) ? TRUE : FALSE;
  return { node: "compare", op, type: "bool", left: a, right: b };
}

const isFromBool = (expr: Expr): expr is Extract<Expr, { node: "convert" }> =>
  expr.node === "convert" && expr.operand.type === "bool";

export function unary(op: Op<"unary">, operand: Expr): Expr {
  const a = promote(operand);
  return a.node === "const"
    ? constant(a.type, foldUnary(op, a.value))
    : { node: "unary", op, type: a.type, operand: a };
}

export function not(operand: Expr): Expr {
  const a = condition(operand);
  if (a.node === "const") return a.value === 0n ? TRUE : FALSE;
  if (a.node === "compare") return { ...a, op: OPPOSITE[a.op] };
  return a.node === "not" ? a.operand : { node: "not", type: "bool", operand: a };
}

const OPPOSITE = { eq: "ne", ne: "eq", lt: "ge", ge: "lt", gt: "le", le: "gt" } as const;

export function logic(op: Op<"logic">, left: Expr, right: Expr): Expr {
  const a = condition(left);
  const b = condition(right);
  if (a.node === "const") return (a.value !== 0n) === (op === "and") ? b : a;
  return { node: "logic", op, type: "bool", left: a, right: b };
}

export function conditional(test: Expr, then: Expr, otherwise: Expr): Expr {
  const type = common(then.type, otherwise.type);
  const a = condition(test);
  const b = convert(type, then);
  const c = convert(type, otherwise);
  if (a.node === "const") return a.value === 0n ? c : b;
  return { node: "conditional", type, condition: a, whenTrue: b, whenFalse: c };
}

export function intrinsic(op: IntrinsicOp, args: readonly Expr[], site?: () => number): Expr {
  const { takes, type } = INTRINSICS[op];
  const given = args.map((arg, i) => convert(takes[i] ?? arg.type, arg));
  const values = given.flatMap((arg) => (arg.node === "const" ? [arg.value] : []));
  const isPartial = op === "ctz64" || op === "clz64";
  if (values.length === given.length && !(isPartial && values[0] === 0n))
    return constant(type, foldIntrinsic(op, values));
  return { node: "intrinsic", op, type, args: given, ...(isPartial && site && { site: site() }) };
}
