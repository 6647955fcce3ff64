/** Stores to memory. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { forgetMark, storeMark, type Target } from "../tree/memory.ts";
import type { Scope } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { cellAt, linkedTo, type Located } from "./cell.ts";
import { obligation, watchOverwrite, watchStore } from "./obligation.ts";
import { asPointer, effectsOf, loseIn } from "./value.ts";

/** Forgets what the store may have changed, and keeps the value; of the slot's, notes whether it is what is bound. */
export function storeTo(
  scope: Scope,
  located: Exclude<Located, { is: "local" }>,
  value: Value,
  syntax: Syntax,
  convertTo: (type: IntType) => Expr,
): readonly Expr[] {
  const { memory } = scope.rule;
  if (located.is === "lost" || located.is === "somewhere") loseIn(scope, value);
  if (located.is === "lost") return [...located.effects, ...effectsOf(value)];
  watchStore(scope, located.is === "memory" ? located.at : located.in && { obj: located.in, path: "" }, syntax);
  if (located.is === "somewhere") {
    const inner = located.in?.is === "stack" ? located.in : undefined;
    const done = forgetMark(memory, inner ? { what: "object", obj: inner } : { what: "all", but: -1 });
    return [...located.effects, ...effectsOf(value), done];
  }
  const { at, type, effects } = located;
  noteStored(scope, value, at);
  if (type.is === "struct" || type.is === "array" || type.is === "void" || type.is === "unknown") {
    return [...effects, ...effectsOf(value), overwrite(scope, at, syntax)];
  }
  const isPointer = type.is === "pointer";
  const as = isPointer ? "u64" : type.type;
  const cell = cellAt(scope, at, as, isPointer, syntax);
  const stored = isPointer ? asPointer(value, syntax) : convertTo(as);
  const behindIt = isPointer ? [forgetMark(memory, { what: "object", obj: linkedTo(scope, at).obj })] : [];
  return [
    ...effects,
    ...keepFirst(scope, stored, (kept) => [forgetting(scope, at, cell), ...behindIt, storeMark(memory, cell, kept)]),
    ...obligation(scope, at, type, syntax),
  ];
}

/** All of it changes, to what is not followed. */
export function overwrite(scope: Scope, at: Target, syntax: Syntax): Expr {
  watchOverwrite(scope, at, syntax);
  return forgetting(scope, at, -1);
}

/** Who is handed the object that a pointer is stored in has what the pointer leads to; of others' objects that is anybody. */
function noteStored(scope: Scope, value: Value, at: Target): void {
  if (at.obj.is !== "stack" || value.is === "place") loseIn(scope, value);
  else if (value.is === "pointer" && value.at) value.at.obj.within.push(at.obj);
}

/** The value is evaluated before anything is forgotten. */
function keepFirst(scope: Scope, value: Expr, then: (kept: Expr) => readonly Expr[]): readonly Expr[] {
  if (value.node === "const" || value.node === "parameter" || value.node === "local") return then(value);
  const local = scope.locals.push({ name: temporaryName(scope), type: value.type, temporary: true }) - 1;
  return [{ node: "assign", type: value.type, local, value }, ...then({ node: "local", type: value.type, local })];
}

const temporaryName = (scope: Scope): string => `tmp_${scope.locals.length}`;

const forgetting = (scope: Scope, at: Target, but: number): Expr =>
  forgetMark(scope.rule.memory, at.obj.is === "heap" ? { what: "all", but } : { what: "aliases", of: at.obj, but });
