/** Assignments: to locals of the tree, and to memory. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { binary, convert, int } from "../tree/build.ts";
import { intType } from "../tree/ctype.ts";
import { forgetMark } from "../tree/memory.ts";
import { variables } from "../tree/names.ts";
import { addLocal, after, localRead, lookUp, lower, type Scope } from "../tree/scope.ts";
import { mustHave, type Syntax } from "../syntax/syntax.ts";
import { combine } from "./operation.ts";
import { clashes, undefinedOrder } from "./order.ts";
import { type Located, readAt } from "../memory/cell.ts";
import { locate } from "../memory/place.ts";
import { storeTo } from "../memory/store.ts";
import { asPointer, asType, effectsOf, integer, keepTrack, recastIn, withEffects } from "../memory/value.ts";
import type { Value } from "../tree/value.ts";
import { refuseToSet } from "../memory/said.ts";
import { allocated, keepsType, pointerTarget } from "../memory/target.ts";
import { stripped } from "../memory/variables.ts";

/** An assignment's effects, and what it comes to where that is asked. */
type Assigned = { readonly effects: readonly Expr[]; readonly value: () => Value };

export function lowerAssignment(scope: Scope, syntax: Syntax): Value {
  const { effects, value } = assignment(scope, syntax);
  return withEffects(effects.slice(0, -1), joinLast(effects.at(-1), value()));
}

/** An assign node is its own value. */
function joinLast(last: Expr | undefined, value: Value): Value {
  if (!last) return value;
  if (last.node === "assign" && value.is !== "any" && value.is !== "place" && value.is !== "nothing")
    return { ...value, expr: last };
  return withEffects([last], value);
}

/** Where nobody looks at what it comes to. */
export const assignmentEffects = (scope: Scope, syntax: Syntax): readonly Expr[] => assignment(scope, syntax).effects;

function assignment(scope: Scope, syntax: Syntax): Assigned {
  const left = mustHave(syntax, "left");
  const right = mustHave(syntax, "right");
  const token = mustHave(syntax, "operator");
  const clash = clashes(left, right, token.unit.out === "=") ? undefinedOrder(scope, token.place) : [];
  const target = stripped(left) ?? left;
  const isPlain = token.unit.out === "=";
  const isNew =
    isPlain &&
    scope.isPiece &&
    target.type === "identifier" &&
    !scope.rule.isStrict &&
    !lookUp(scope, target.unit.out) &&
    !scope.rule.constants.has(target.unit.out);
  if (isNew) {
    refuseToSet(scope, target);
    const value = lower(scope, right);
    implicitly(scope, target, value);
    const done = assignTo(scope, locate(scope, target), value, left, right);
    return { ...done, effects: [...clash, ...done.effects] };
  }
  const located = locate(scope, target);
  if (isPlain) {
    const done = assignTo(scope, located, lower(scope, right), left, right);
    return { ...done, effects: [...clash, ...done.effects] };
  }
  const before = located.is === "local" ? [] : located.effects;
  const again: Located = located.is === "local" ? located : { ...located, effects: [] };
  const old = again.is === "local" ? lower(scope, target) : readAt(scope, again, target);
  const done = assignTo(
    scope,
    again,
    combine(scope, syntax, token, old, left, lower(scope, right), right),
    left,
    right,
  );
  return { ...done, effects: [...clash, ...before, ...done.effects] };
}

/**
 * In a piece of a function a variable's declaration is not shown: its type is that of what it is first set to. In a whole
 * function it is no variable of its own, and whatever is called may change it.
 */
function implicitly(scope: Scope, target: Syntax, value: Value): void {
  const name = target.unit.out;
  scope.rule.readAs.set(name, "a variable of the function, declared above");
  if (value.is === "int") {
    const local = addLocal(scope, name, value.expr.type);
    scope.implicit.push(local);
    scope.blocks[0]?.set(name, { is: "local", local, type: intType(value.expr.type) });
  } else if (value.is === "pointer") {
    const local = addLocal(scope, name, "u64");
    scope.implicit.push(local);
    scope.blocks[0]?.set(name, { is: "local", local, type: { is: "pointer", to: value.to, isConst: false } });
    if (value.at?.obj.isStable) scope.pointers.set(name, value.at);
  } else if (variables(scope.rule).has(name)) scope.blocks[0]?.set(name, { is: "any" });
}

export function assignTo(scope: Scope, located: Located, value: Value, left: Syntax, right: Syntax): Assigned {
  if (located.is === "local") {
    const isPointer = located.type.is === "pointer";
    const { type } = localRead(scope, located.local);
    const given = isPointer ? asPointer(value, right) : asType(scope, value, type, right);
    const set: Expr = { node: "assign", type, local: located.local, value: given };
    const at = isPointer ? pointerTarget(scope, (stripped(left) ?? left).unit.out, located.type) : undefined;
    keepTrack(scope, value, at);
    const { type: declared } = located;
    if (
      declared.is === "pointer" &&
      value.is === "pointer" &&
      value.at &&
      !keepsType(scope, value.at, value.to, declared.to)
    )
      recastIn(scope, value);
    // What it leads to from now on is something else, unless it always leads to the same.
    const forget = at && !at.obj.isStable ? [forgetMark(scope.rule.memory, { what: "object", obj: at.obj })] : [];
    const fresh = at ? allocated(scope, at, right) : [];
    const read = localRead(scope, located.local);
    return {
      effects: [...forget, ...fresh, set],
      value: () =>
        located.type.is === "pointer"
          ? { is: "pointer", expr: read, to: located.type.to, ...(at && { at }) }
          : integer(read),
    };
  }
  const convertTo = (type: IntType): Expr => asType(scope, value, type, right);
  const effects = storeTo(scope, located, value, left, convertTo);
  const again: Located = { ...located, effects: [] };
  return { effects, value: () => readAt(scope, again, left) };
}

/** ++x and x++; the latter's value is what x was before. */
export function lowerUpdate(scope: Scope, syntax: Syntax, isUnused = false): Value {
  const argument = mustHave(syntax, "argument");
  const token = mustHave(syntax, "operator");
  const target = stripped(argument) ?? argument;
  const located = locate(scope, target);
  if (located.is !== "local" || located.type.is !== "int")
    return updateMemory(scope, syntax, located, target, isUnused);
  const before = localRead(scope, located.local);
  scope.rule.places.set(before, argument.place);
  const moved = (from: Expr): Expr =>
    assign(scope, located.local, binary(token.unit.out === "++" ? "add" : "sub", from, int(1)));
  if (isUnused || token.place.start < argument.place.start) return integer(moved(before));
  // A copy, even of a local: it is about to change.
  const copy = addLocal(scope, "tmp", before.type, true);
  const kept: Expr = { node: "assign", type: before.type, local: copy, value: before };
  return integer(after([kept, moved(localRead(scope, copy))], localRead(scope, copy)));
}

function updateMemory(scope: Scope, syntax: Syntax, located: Located, target: Syntax, isUnused: boolean): Value {
  const token = mustHave(syntax, "operator");
  const again: Located = located.is === "local" ? located : { ...located, effects: [] };
  const first = located.is === "local" ? [] : located.effects;
  const old = again.is === "local" ? lower(scope, target) : readAt(scope, again, target);
  const isBefore = token.place.start < target.place.start;
  const step = { ...token, unit: { ...token.unit, out: token.unit.out === "++" ? "+" : "-" } };
  const one: Value = integer(int(1));
  if (old.is === "int" && !isUnused && !isBefore) {
    const copy = addLocal(scope, "tmp", old.expr.type, true);
    const kept: Expr = { node: "assign", type: old.expr.type, local: copy, value: old.expr };
    const read = integer(localRead(scope, copy));
    const done = assignTo(scope, again, combine(scope, syntax, step, read, target, one, target), target, target);
    return withEffects([...first, kept, ...done.effects], read);
  }
  const done = assignTo(scope, again, combine(scope, syntax, step, old, target, one, target), target, target);
  if (isUnused) return { is: "nothing", effects: [...first, ...done.effects] };
  return withEffects([...first, ...done.effects], done.value());
}

export function assign(scope: Scope, local: number, value: Expr): Expr {
  const { type } = localRead(scope, local);
  return { node: "assign", type, local, value: convert(type, value) };
}

/** An expression whose value nobody takes. */
export function lowerEffects(scope: Scope, syntax: Syntax): readonly Expr[] {
  const inner = stripped(syntax) ?? syntax;
  if (inner.type === "update_expression") return effectsOf(lowerUpdate(scope, inner, true));
  if (inner.type === "assignment_expression") return assignmentEffects(scope, inner);
  return effectsOf(lower(scope, inner));
}
