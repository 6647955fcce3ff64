/**
 * check_add_overflow(a, b, &d) and its like: d gets the exact result cut to its width, and the answer is whether that
 * changed it. Any integer types may meet; what is plainly in range is computed plainly, the rest with a 65th bit.
 */

import { type Expr, isSigned } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { binary, compare, conditional, constant, convert, int, intrinsic, logic, unary } from "../tree/build.ts";
import type { Call, Helper, Helpers } from "../tree/call.ts";
import { addLocal, after, localRead, once, type Scope } from "../tree/scope.ts";

type Op = "add" | "sub" | "mul";
type Wide = "u64" | "s64";

/** Two operands that can stand in a tree several times, what is done first, and where the result goes. */
type Task = {
  readonly scope: Scope;
  readonly left: Expr;
  readonly right: Expr;
  readonly effects: readonly Expr[];
  readonly target: number;
  readonly type: IntType;
};

const isWide = (type: IntType): type is Wide => type === "u64" || type === "s64";

/** @kernel include/linux/overflow.h check_add_overflow: the compiler's __builtin_add_overflow */
function overflow(op: Op): Helper {
  return {
    takes: 3,
    lower: (call) => {
      const target = call.target(2);
      const { type } = localRead(call.scope, target);
      const [left, right] = [call.value(0), call.value(1)];
      if (isWide(type) && fits(left, type) && fits(right, type)) {
        return inWide(op, type, taskOf(call, target, convert(type, left), convert(type, right)));
      }
      const values = [left, right];
      if (!isWide(type) && values.every((each) => !isWide(each.type))) {
        const exact = op === "mul" && values.every((each) => !isSigned(each.type)) ? "u64" : "s64";
        return inNarrow(op, type, exact, taskOf(call, target, left, right));
      }
      return inAny(op, taskOf(call, target, left, right));
    },
  };
}

/** Is every value of the expression one of this type, too? */
const fits = (expr: Expr, into: Wide): boolean =>
  (into === "u64" ? !isSigned(expr.type) : expr.type !== "u64") ||
  (expr.node === "const" && (into === "u64" ? expr.value >= 0n : expr.value < 1n << 63n));

function taskOf(call: Call, target: number, left: Expr, right: Expr): Task {
  const { scope } = call;
  const a = beside(scope, target, left);
  const b = beside(scope, target, right);
  const { type } = localRead(scope, target);
  return { scope, left: a.value, right: b.value, effects: [...a.effects, ...b.effects], target, type };
}

/** An operand that keeps its value while the target is set. */
const beside = (scope: Scope, target: number, value: Expr): ReturnType<typeof once> =>
  value.node === "local" && value.local === target
    ? once(scope, { node: "sequence", type: value.type, effects: [], value })
    : once(scope, value);

const set = (local: number, type: IntType, value: Expr): Expr => ({
  node: "assign",
  type,
  local,
  value: convert(type, value),
});

/** A new local that has this value from now on. */
function keep(scope: Scope, type: IntType, value: Expr): readonly [Expr, Expr] {
  const local = addLocal(scope, "tmp", type, true);
  return [set(local, type, value), localRead(scope, local)];
}

/** All three of one type of 64 bits. */
function inWide(op: Op, type: Wide, { scope, left: a, right: b, effects, target }: Task): Expr {
  const result = localRead(scope, target);
  return after([...effects, set(target, type, binary(op, a, b))], wideOverflow(op, type, a, b, result));
}

function wideOverflow(op: Op, type: Wide, a: Expr, b: Expr, result: Expr): Expr {
  if (op === "mul") return intrinsic(type === "u64" ? "umul_overflows" : "smul_overflows", [a, b]);
  if (type === "u64") return op === "add" ? compare("lt", result, a) : compare("lt", a, b);
  // Signed: the result's sign is wrong for its operands' signs.
  const wrong = binary("and", xor(a, result), op === "add" ? xor(b, result) : xor(a, b));
  return compare("lt", wrong, int(0));
}

const xor = (x: Expr, y: Expr): Expr => binary("xor", x, y);

/** Nothing of 64 bits: the exact result is. */
function inNarrow(op: Op, type: IntType, exact: Wide, { scope, left, right, effects, target }: Task): Expr {
  const [compute, result] = keep(scope, exact, binary(op, convert(exact, left), convert(exact, right)));
  const back = convert(exact, localRead(scope, target));
  return after([...effects, compute, set(target, type, result)], compare("ne", back, result));
}

const isNegative = (value: Expr): Expr => (isSigned(value.type) ? compare("lt", value, int(0)) : constant("bool", 0n));
/** -1 where it is negative, else 0: what stands above an integer's own bits. */
const above = (value: Expr): Expr => unary("negate", convert("s32", isNegative(value)));
const bitsOf = (value: Expr): Expr => convert("u64", value);

/**
 * Anything: d holds the exact result if it has the result's low 64 bits when it is extended to them, and has above them
 * what the result has there.
 */
const inAny = (op: Op, task: Task): Expr => (op === "mul" ? productOf(task) : sumOf(op, task));

function sumOf(op: "add" | "sub", { scope, left, right, effects, target, type }: Task): Expr {
  const [a, b] = [bitsOf(left), bitsOf(right)];
  const [compute, low] = keep(scope, "u64", binary(op, a, b));
  const carry = convert("s32", op === "add" ? compare("lt", low, a) : compare("lt", a, b));
  // -1, 0 and 1 of each operand, and what the low bits carry or borrow.
  const high =
    op === "add"
      ? binary("add", binary("add", above(left), above(right)), carry)
      : binary("sub", binary("sub", above(left), above(right)), carry);
  const result = localRead(scope, target);
  const isChanged = logic("or", compare("ne", bitsOf(result), low), compare("ne", above(result), high));
  return after([...effects, compute, set(target, type, low)], isChanged);
}

function productOf({ scope, left, right, effects, target, type }: Task): Expr {
  const [computeA, a] = keep(scope, "u64", magnitude(left));
  const [computeB, b] = keep(scope, "u64", magnitude(right));
  const [computeSign, isMinus] = keep(scope, "bool", compare("ne", isNegative(left), isNegative(right)));
  const product = binary("mul", a, b);
  const [compute, low] = keep(scope, "u64", conditional(isMinus, unary("negate", product), product));
  const result = localRead(scope, target);
  const isBelow = logic("and", isMinus, compare("ne", low, int(0)));
  const isChanged = logic("or", compare("ne", bitsOf(result), low), compare("ne", isNegative(result), isBelow));
  return after(
    [...effects, computeA, computeB, computeSign, compute, set(target, type, low)],
    logic("or", intrinsic("umul_overflows", [a, b]), isChanged),
  );
}

/** Its distance from 0. */
const magnitude = (value: Expr): Expr => conditional(isNegative(value), unary("negate", bitsOf(value)), bitsOf(value));

export const OVERFLOW_HELPERS: Helpers = {
  check_add_overflow: overflow("add"),
  check_sub_overflow: overflow("sub"),
  check_mul_overflow: overflow("mul"),
  __builtin_add_overflow: overflow("add"),
  __builtin_sub_overflow: overflow("sub"),
  __builtin_mul_overflow: overflow("mul"),
};
