/** Operators: syntax -> typed tree. */

import type { Expr } from "../../../model/rule/tree.ts";
import {
  binary,
  compare,
  conditional,
  convert,
  divide,
  int,
  logic,
  not,
  promote,
  shift,
  unary,
} from "../tree/build.ts";
import { shiftWhat } from "../tree/call.ts";
import { UNKNOWN } from "../tree/ctype.ts";
import { addSite, after, lower, once, type Scope } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import { fail } from "../syntax/fail.ts";
import { child, mustHave, type Syntax } from "../syntax/syntax.ts";
import { clashes, inAnyOrder, undefinedOrder } from "./order.ts";
import {
  anyOf,
  asCondition,
  asInt,
  asPointer,
  asTruth,
  effectsOf,
  fresh,
  integer,
  loseIn,
  withEffects,
} from "../memory/value.ts";

/** The operator's own token. */
const operator = (syntax: Syntax): Syntax => mustHave(syntax, "operator");

const ARITHMETIC = { "+": "add", "-": "sub", "*": "mul", "&": "and", "|": "or", "^": "xor" } as const;
const COMPARISON = { "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge" } as const;
const DIVISION = { "/": "div", "%": "rem" } as const;
const SHIFT = { "<<": "shl", ">>": "shr" } as const;
const LOGIC = { "&&": "and", "||": "or" } as const;
const has = <Key extends string>(table: Readonly<Record<Key, string>>, key: string): key is Key =>
  Object.hasOwn(table, key);

export function operation(scope: Scope, syntax: Syntax): Value {
  const token = operator(syntax);
  const [left, right] = [mustHave(syntax, "left"), mustHave(syntax, "right")];
  const op = token.unit.out;
  if (has(LOGIC, op)) {
    const first = asTruth(lower(scope, left), left);
    return integer(convert("s32", logic(LOGIC[op], first, asTruth(lower(scope, right), right))));
  }
  const clash = clashes(left, right) ? undefinedOrder(scope, token.place) : [];
  const { before, results } = inAnyOrder(scope, [() => lower(scope, left), () => lower(scope, right)]);
  const [a, b] = results;
  if (!a || !b) throw new Error("an operator has two operands");
  return withEffects([...clash, ...before], combine(scope, syntax, token, a, left, b, right));
}

/** @param token the operator's, which may be an assignment's: += */
export function combine(
  scope: Scope,
  whole: Syntax,
  token: Syntax,
  left: Value,
  leftSyntax: Syntax,
  right: Value,
  rightSyntax: Syntax,
): Value {
  const op = token.unit.out.replace(/(?<=.)=$/, (sign) => (has(COMPARISON, token.unit.out) ? sign : ""));
  if (left.is === "pointer" || right.is === "pointer" || left.is === "place" || right.is === "place") {
    return ofPointers(scope, whole, op, left, leftSyntax, right, rightSyntax);
  }
  if (left.is === "any" || right.is === "any") {
    const known = left.is === "int" ? left : right.is === "int" ? right : undefined;
    // Beside a u64 every integer becomes one, whatever its type is; only + and - may be a pointer's.
    if (known?.expr.type === "u64" && (has(COMPARISON, op) || has(DIVISION, op) || /^[*&|^]$/.test(op))) {
      const asU64 = (value: Value): Value => (value.is === "any" ? integer(value.make("u64", false)) : value);
      return combine(scope, whole, token, asU64(left), leftSyntax, asU64(right), rightSyntax);
    }
    const truth = againstZero(op, left, right);
    if (truth) return integer(convert("s32", truth));
    const effects = [...effectsOf(left), ...effectsOf(right)];
    // Whatever the types are, a comparison is an int.
    if (has(COMPARISON, op)) return integer(convert("s32", after(effects, fresh(scope, whole, "name", "bool", false))));
    return anyOf(scope, whole, "name", effects);
  }
  const [a, b] = [asInt(scope, left, leftSyntax), asInt(scope, right, rightSyntax)];
  const site = (what: string): number => addSite(scope.rule, token.place, what);
  if (has(ARITHMETIC, op)) return integer(binary(ARITHMETIC[op], a, b));
  // To C a truth is an int; a condition around it undoes this.
  if (has(COMPARISON, op)) return integer(convert("s32", compare(COMPARISON[op], a, b)));
  if (has(SHIFT, op)) return integer(shift(SHIFT[op], a, b, (width) => site(shiftWhat(width))));
  if (has(DIVISION, op)) {
    const what = op === "/" ? "division by 0" : "remainder of a division by 0";
    return integer(
      divide(DIVISION[op], a, b, (signed) => site(signed ? `${what}, or of the least value by -1` : what)),
    );
  }
  return fail(token.place, `operator '${token.unit.out}' is not supported in ${whole.type.replaceAll("_", " ")}`);
}

/** x == 0 and x != 0 ask what a condition asks, whatever type x has. */
function againstZero(op: string, left: Value, right: Value): Expr | undefined {
  if (op !== "==" && op !== "!=") return undefined;
  const isZero = (value: Value): boolean =>
    value.is === "int" && value.expr.node === "const" && value.expr.value === 0n;
  const of = isZero(right) ? left : isZero(left) ? right : undefined;
  if (of?.is !== "any") return undefined;
  return op === "!=" ? of.make("bool", false) : not(of.make("bool", false));
}

function ofPointers(
  scope: Scope,
  whole: Syntax,
  op: string,
  left: Value,
  leftSyntax: Syntax,
  right: Value,
  rightSyntax: Syntax,
): Value {
  if (op === "==" || op === "!=") {
    if (left.is === "int" || right.is === "int") scope.rule.needsTree.is = true;
    const [a, b] = [asPointer(left, leftSyntax), asPointer(right, rightSyntax)];
    return integer(convert("s32", compare(COMPARISON[op], a, b)));
  }
  const effects = [...effectsOf(left), ...effectsOf(right)];
  if (has(COMPARISON, op)) return integer(convert("s32", after(effects, fresh(scope, whole, "name", "bool", false))));
  for (const each of [left, right]) loseIn(scope, each);
  const isOne = (left.is === "pointer") !== (right.is === "pointer");
  const of = left.is === "pointer" ? left : right.is === "pointer" ? right : undefined;
  const value = after(effects, fresh(scope, whole, "name", "u64", true));
  if (of && isOne && (op === "+" || op === "-")) return { is: "pointer", expr: value, to: of.to };
  return anyOf(scope, whole, "name", effects);
}

export function prefix(scope: Scope, syntax: Syntax): Value {
  const argument = mustHave(syntax, "argument");
  const op = operator(syntax).unit.out;
  const value = lower(scope, argument);
  if (op === "!") return integer(convert("s32", not(asTruth(value, argument))));
  if (value.is === "any") return anyOf(scope, syntax, "name", value.drop);
  const operand = asInt(scope, value, argument);
  if (op === "+") return integer(promote(operand));
  return integer(unary(op === "-" ? "negate" : "complement", operand));
}

/** a ? b : c, and GNU's a ?: c */
export function choice(scope: Scope, syntax: Syntax): Value {
  const then = child(syntax, "consequence");
  const otherwise = mustHave(syntax, "alternative");
  const conditionSyntax = mustHave(syntax, "condition");
  const test = lower(scope, conditionSyntax);
  if (then)
    return choose(scope, syntax, asCondition(test, conditionSyntax), lower(scope, then), lower(scope, otherwise), [
      then,
      otherwise,
    ]);
  if (test.is === "any") return anyOf(scope, syntax, "name", [...test.drop, ...effectsOf(lower(scope, otherwise))]);
  const { effects, value } = once(scope, asTruth(test, conditionSyntax));
  const kept: Value = test.is === "pointer" ? { ...test, expr: value } : integer(value);
  return withEffects(
    effects,
    choose(scope, syntax, value, kept, lower(scope, otherwise), [conditionSyntax, otherwise]),
  );
}

function choose(
  scope: Scope,
  syntax: Syntax,
  test: Expr,
  a: Value,
  b: Value,
  [left, right]: readonly [Syntax, Syntax],
): Value {
  if (a.is === "int" && b.is === "int") return integer(conditional(test, a.expr, b.expr));
  if (a.is === "pointer" || b.is === "pointer") {
    const [x, y] = [asPointer(a, left), asPointer(b, right)];
    const isNullA = x.node === "const" && x.value === 0n;
    const of = a.is === "pointer" && !isNullA ? a : b.is === "pointer" ? b : undefined;
    const other = of === a ? b : a;
    const isSame =
      other.is === "pointer" && (asPointer(other, right).node === "const" || other.at?.obj === of?.at?.obj);
    const isNull = other.is === "pointer" && other.expr.node === "const" && other.expr.value === 0n;
    const expr: Expr =
      test.node === "const"
        ? test.value === 0n
          ? y
          : x
        : { node: "conditional", type: "u64", condition: convert("bool", test), whenTrue: x, whenFalse: y };
    const keeps = isNull || (isSame && other.at?.path === of?.at?.path);
    if (!keeps) for (const each of [a, b]) loseIn(scope, each);
    const at = of?.at && (isNull || (isSame && other.at?.path === of.at.path)) ? { at: of.at } : {};
    return { is: "pointer", expr, to: of?.to ?? UNKNOWN, ...at };
  }
  if (a.is === "nothing" && b.is === "nothing") return { is: "nothing", effects: [eitherEffects(test, a, b)] };
  return anyOf(scope, syntax, "name", [eitherEffects(test, a, b)]);
}

const eitherEffects = (test: Expr, a: Value, b: Value): Expr => ({
  node: "conditional",
  type: "s32",
  condition: convert("bool", test),
  whenTrue: after(effectsOf(a), int(0)),
  whenFalse: after(effectsOf(b), int(0)),
});
