/** What an expression comes to: an integer, a pointer, a place that holds a struct, something of unknown type, or nothing. */

import type { Expr, Unknown } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { condition, convert, int } from "../tree/build.ts";
import { lose, type Target } from "../tree/memory.ts";
import type { Value } from "../tree/value.ts";
import { after, type Scope, unknown } from "../tree/scope.ts";
import { fail } from "../syntax/fail.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { textOf } from "./words.ts";

export const integer = (expr: Expr): Value => ({ is: "int", expr });

/** @param effects what is evaluated before it, once */
export const withEffects = (effects: readonly Expr[], value: Value): Value => {
  if (effects.length === 0) return value;
  switch (value.is) {
    case "int":
    case "pointer":
      return { ...value, expr: after(effects, value.expr) };
    case "place":
    case "nothing":
      return { ...value, effects: [...effects, ...value.effects] };
    case "any":
      return {
        is: "any",
        make: (type, isPointer) => after(effects, value.make(type, isPointer)),
        drop: [...effects, ...value.drop],
      };
    default:
      return value satisfies never;
  }
};

/** A value that nobody knows: a fresh one each time it is evaluated. */
export function fresh(
  scope: Scope,
  syntax: Syntax,
  is: Unknown["is"],
  type: IntType,
  isPointer: boolean,
  lifetime: Unknown["lifetime"] = "evaluation",
): Expr {
  const { line, column } = syntax.place;
  const what = { text: textOf(syntax), line, column, type, is, lifetime };
  return unknown(scope.rule, { ...what, ...(isPointer && { pointer: true as const }) });
}

export const anyOf = (scope: Scope, syntax: Syntax, is: Unknown["is"], effects: readonly Expr[]): Value => ({
  is: "any",
  make: (type, isPointer) => after(effects, fresh(scope, syntax, is, type, isPointer)),
  drop: effects,
});

/** As a value of an integer type. */
export function asType(scope: Scope, value: Value, type: IntType, syntax: Syntax): Expr {
  switch (value.is) {
    case "int":
      return convert(type, value.expr);
    case "pointer":
      if (type !== "bool") recastIn(scope, value);
      // An object's address is a number that nobody knows; only that it is none of the others' matters elsewhere.
      if (value.expr.node === "const" && value.expr.value !== 0n && type !== "bool") {
        return fresh(scope, syntax, "name", type, false);
      }
      return convert(type, value.expr);
    case "any":
      return value.make(type, false);
    case "place":
      if (value.type.is === "array") {
        lose(scope.rule.memory, value.at);
        return after(value.effects, fresh(scope, syntax, "name", type, false));
      }
      return fail(syntax.place, `'${textOf(syntax)}' is a struct, not a number`);
    case "nothing":
      return fail(syntax.place, `'${textOf(syntax)}' gives no value`);
    default:
      return value satisfies never;
  }
}

/** As an integer of its own type; of unknown type there is none. */
export function asInt(scope: Scope, value: Value, syntax: Syntax): Expr {
  if (value.is === "int") return value.expr;
  if (value.is === "any") return fail(syntax.place, `the type of '${textOf(syntax)}' is not known here: declare it`);
  return asType(scope, value, "u64", syntax);
}

/** Where C only asks whether it is 0. */
export function asTruth(value: Value, syntax: Syntax): Expr {
  if (value.is === "int" || value.is === "pointer") return value.expr;
  if (value.is === "any") return value.make("bool", false);
  if (value.is === "place") return after(value.effects, int(1));
  return fail(syntax.place, `'${textOf(syntax)}' gives no value`);
}

export const asCondition = (value: Value, syntax: Syntax): Expr => condition(asTruth(value, syntax));

/** What is done where its value is not looked at. */
export function effectsOf(value: Value): readonly Expr[] {
  if (value.is === "int" || value.is === "pointer") return isIdle(value.expr) ? [] : [value.expr];
  return value.is === "any" ? value.drop : value.effects;
}

const isIdle = ({ node }: Expr): boolean => ["const", "parameter", "unknown", "local", "cell"].includes(node);

/** What is done with it from here on is not followed. */
export const loseIn = ({ rule: { memory } }: Scope, value: Value | undefined): void => {
  if (value?.is === "pointer" || value?.is === "place") lose(memory, value.at);
};

/** What it leads to is something else from here on. */
export function recastIn(scope: Scope, value: Value): void {
  loseIn(scope, value);
  if (value.is === "pointer" && value.at) scope.rule.memory.recast.add(value.at.obj);
}

/** A pointer that holds the value is known to lead there, or nowhere known. */
export function keepTrack(scope: Scope, value: Value, at: Target | undefined): void {
  const isSame = value.is === "pointer" && value.at?.obj === at?.obj && value.at?.path === at?.path;
  if (!isSame) loseIn(scope, value);
}

/** As a pointer's value. */
export function asPointer(value: Value, syntax: Syntax): Expr {
  switch (value.is) {
    case "pointer":
      return value.expr;
    case "int":
      return convert("u64", value.expr);
    case "any":
      return value.make("u64", true);
    case "place":
      return after(value.effects, addressOf(value.at));
    case "nothing":
      return fail(syntax.place, `'${textOf(syntax)}' gives no value`);
    default:
      return value satisfies never;
  }
}

/** Of different objects different ones, none of which is NULL or an errno. */
export const addressOf = ({ obj }: Target): Expr => ({
  node: "const",
  type: "u64",
  value: obj.role === "old" ? 0n : 0xffff_8000_0000_0000n + BigInt(obj.id + 1) * 0x10_0000n,
});
