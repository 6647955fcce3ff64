/**
 * Typed tree -> WebAssembly. Types of up to 32 bits live in an i32, sign- or zero-extended to their own width;
 * 64 bits live in an i64. What is undefined notes its site in a global and returns; so does a caller, once it sees it.
 */

import type { ParameterName } from "../parameters.ts";
import { type Expr, isSigned, type RuleFunction, type RuleTree, WIDTH } from "../tree.ts";
import type { IntType } from "../int-type.ts";
import {
  type Code,
  globalGet,
  globalSet,
  I32,
  I64,
  i32Const,
  i64Const,
  localGet,
  localSet,
  localTee,
  NO_RESULT,
  OP,
  unsigned,
  type WasmImport,
} from "./encoding.ts";
import {
  arithmetic,
  ARITHMETIC,
  bySign,
  comparison,
  conversion,
  DIVIDE,
  isWide,
  SHIFT,
  signedOverflow,
  valueType,
  zero,
} from "./operations.ts";

/** Globals: where the evaluation went wrong (0: nowhere, site + 1, or -1 for no_end), and the fuel left. */
export const FAULT = 0;
export const FUEL = 1;
/** The rule's cells follow. */
const FIRST_CELL = 2;

/** Function 0 of a rule that has unknowns: takes an unknown's number and gives its value. */
const ASK_UNKNOWN = 0;
export const importsOf = ({ unknowns }: RuleTree): readonly WasmImport[] =>
  unknowns.length > 0 ? [{ name: "unknown", takes: [I32], gives: I64 }] : [];

export type FunctionScope = {
  readonly function: RuleFunction;
  /** WebAssembly locals: first the rule's parameters, which every function is passed, then the function's own. */
  readonly parameters: ReadonlyMap<ParameterName, number>;
  readonly firstLocal: number;
  /** Scratch locals, two of each type. */
  readonly scratch: { readonly i32: readonly [number, number]; readonly i64: readonly [number, number] };
  /** Can an evaluation of this rule fail at all? */
  readonly canFail: boolean;
  /** Number of the rule's first function: behind those it imports. */
  readonly firstFunction: number;
};

/** Returns from the function, at whatever depth of blocks; the value is never looked at. */
const giveUp = (scope: FunctionScope): Code => [...zero(scope.function.returns), OP.return];

export const failIf = (scope: FunctionScope, site: number): Code => [
  OP.if,
  NO_RESULT,
  ...i32Const(site + 1),
  ...globalSet(FAULT),
  ...giveUp(scope),
  OP.end,
];

export function expression(scope: FunctionScope, expr: Expr): Code {
  switch (expr.node) {
    case "const":
      return isWide(expr.type) ? i64Const(expr.value) : i32Const(Number(BigInt.asIntN(32, expr.value)));
    case "parameter":
      return localGet(scope.parameters.get(expr.name) ?? 0);
    case "local":
      return localGet(scope.firstLocal + expr.local);
    case "convert":
      return [...expression(scope, expr.operand), ...conversion(expr.operand.type, expr.type)];
    case "unary":
      return unary(scope, expr);
    case "binary":
      return binary(scope, expr);
    case "divide":
      return divide(scope, expr);
    case "shift":
      return shift(scope, expr);
    case "compare":
      return [...expression(scope, expr.left), ...expression(scope, expr.right), comparison(expr.op, expr.left.type)];
    case "not":
      return [...expression(scope, expr.operand), OP.i32_eqz];
    case "logic": {
      const right = expression(scope, expr.right);
      const [yes, no] = expr.op === "and" ? [right, i32Const(0)] : [i32Const(1), right];
      return [...expression(scope, expr.left), OP.if, I32, ...yes, OP.else, ...no, OP.end];
    }
    case "conditional":
      return [
        ...expression(scope, expr.condition),
        OP.if,
        valueType(expr.type),
        ...expression(scope, expr.whenTrue),
        OP.else,
        ...expression(scope, expr.whenFalse),
        OP.end,
      ];
    case "assign":
      return [...expression(scope, expr.value), ...localTee(scope.firstLocal + expr.local)];
    case "sequence":
      return [
        ...expr.effects.flatMap((each) => [...expression(scope, each), OP.drop]),
        ...expression(scope, expr.value),
      ];
    case "call":
      return call(scope, expr);
    case "unknown":
      return [
        ...i32Const(expr.unknown),
        OP.call,
        ...unsigned(ASK_UNKNOWN),
        ...conversion(isSigned(expr.type) ? "s64" : "u64", expr.type),
      ];
    case "cell":
      return globalGet(FIRST_CELL + expr.cell);
    case "set_cell": {
      const [a] = scratch(scope, expr.type);
      const cell = FIRST_CELL + expr.cell;
      return [...expression(scope, expr.value), ...localTee(a), ...globalSet(cell), ...localGet(a)];
    }
    case "intrinsic":
      return intrinsic(scope, expr);
    default:
      return expr satisfies never;
  }
}

type Of<Node extends Expr["node"]> = Extract<Expr, { node: Node }>;

function unary(scope: FunctionScope, expr: Of<"unary">): Code {
  const operand = expression(scope, expr.operand);
  if (expr.op === "negate") return [...zero(expr.type), ...operand, arithmetic(ARITHMETIC.sub, expr.type)];
  const ones = isWide(expr.type) ? i64Const(-1n) : i32Const(-1);
  return [...operand, ...ones, arithmetic(ARITHMETIC.xor, expr.type)];
}

const scratch = (scope: FunctionScope, type: IntType): readonly [number, number] =>
  isWide(type) ? scope.scratch.i64 : scope.scratch.i32;

function binary(scope: FunctionScope, { op, type, left, right }: Of<"binary">): Code {
  const both = [...expression(scope, left), ...expression(scope, right)];
  if (op !== "min" && op !== "max") return [...both, arithmetic(ARITHMETIC[op], type)];
  const [a, b] = scratch(scope, type);
  const order = comparison(op === "min" ? "lt" : "gt", type);
  return [...both, ...localSet(b), ...localTee(a), ...localGet(b), ...localGet(a), ...localGet(b), order, OP.select];
}

/** Leaves both operands on the stack, left below right. */
function divide(scope: FunctionScope, { op, type, left, right, site }: Of<"divide">): Code {
  const both = [...expression(scope, left), ...expression(scope, right)];
  const instruction = arithmetic(bySign(DIVIDE[op], type), type);
  if (site === undefined) return [...both, instruction];
  const [a, b] = scratch(scope, type);
  const equalsZero = isWide(type) ? OP.i64_eqz : OP.i32_eqz;
  const least = isWide(type) ? i64Const(-(1n << 63n)) : i32Const(-0x80000000);
  const minusOne = isWide(type) ? i64Const(-1n) : i32Const(-1);
  const equal = comparison("eq", type);
  const overflows: Code = isSigned(type)
    ? [...localGet(a), ...least, equal, ...localGet(b), ...minusOne, equal, OP.i32_and, 0x72]
    : [];
  const test = [...localGet(b), equalsZero, ...overflows];
  return [
    ...both,
    ...localSet(b),
    ...localSet(a),
    ...test,
    ...failIf(scope, site),
    ...localGet(a),
    ...localGet(b),
    instruction,
  ];
}

function shift(scope: FunctionScope, { op, type, left, right, site }: Of<"shift">): Code {
  const instruction = arithmetic(bySign(SHIFT[op], type), type);
  const shifted = expression(scope, left);
  const [, count] = scratch(scope, right.type);
  const counted = expression(scope, right);
  // Negative counts are large when taken as unsigned.
  const test = isWide(right.type)
    ? [...localTee(count), ...i64Const(BigInt(WIDTH[type])), OP.i64_ge_u]
    : [...localTee(count), ...i32Const(WIDTH[type]), OP.i32_ge_u];
  const checked = site === undefined ? counted : [...counted, ...test, ...failIf(scope, site), ...localGet(count)];
  return [...shifted, ...checked, ...widthOf(right.type, type), instruction];
}

/** A shift's count has the width of what is shifted; it is below 64 by now. */
function widthOf(from: IntType, to: IntType): Code {
  if (isWide(from) === isWide(to)) return [];
  return isWide(from) ? [OP.i32_wrap] : [OP.i64_extend_u];
}

function call(scope: FunctionScope, { callee, args }: Of<"call">): Code {
  const passed = [...scope.parameters.values()].flatMap(localGet);
  const code = [
    ...passed,
    ...args.flatMap((arg) => expression(scope, arg)),
    OP.call,
    ...unsigned(scope.firstFunction + callee),
  ];
  if (!scope.canFail) return code;
  return [...code, ...globalGet(FAULT), OP.if, NO_RESULT, ...giveUp(scope), OP.end];
}

function intrinsic(scope: FunctionScope, { op, args, site }: Of<"intrinsic">): Code {
  const values = args.flatMap((arg) => expression(scope, arg));
  const [a, b] = scope.scratch.i64;
  const checked: Code =
    site === undefined ? values : [...values, ...localTee(a), OP.i64_eqz, ...failIf(scope, site), ...localGet(a)];
  switch (op) {
    case "ctz64":
      return [...checked, OP.i64_ctz, OP.i32_wrap];
    case "clz64":
      return [...checked, OP.i64_clz, OP.i32_wrap];
    case "popcount64":
      return [...values, OP.i64_popcnt, OP.i32_wrap];
    case "fls64":
      return [...i32Const(64), ...values, OP.i64_clz, OP.i32_wrap, OP.i32_sub];
    case "ffs64": {
      const found = [...localGet(a), OP.i64_ctz, OP.i32_wrap, ...i32Const(1), ARITHMETIC.add];
      return [
        ...values,
        ...localSet(a),
        ...found,
        ...i32Const(0),
        ...localGet(a),
        ...i64Const(0n),
        OP.i64_ne,
        OP.select,
      ];
    }
    case "umul_overflows":
      // a != 0 && (a * b) / a != b
      return [
        ...values,
        ...localSet(b),
        ...localTee(a),
        ...i64Const(0n),
        OP.i64_ne,
        OP.if,
        I32,
        ...localGet(a),
        ...localGet(b),
        arithmetic(ARITHMETIC.mul, "u64"),
        ...localGet(a),
        arithmetic(bySign(DIVIDE.div, "u64"), "u64"),
        ...localGet(b),
        OP.i64_ne,
        OP.else,
        ...i32Const(0),
        OP.end,
      ];
    case "smul_overflows":
      return signedOverflow(values, a, b);
    default:
      return op satisfies never;
  }
}
