/** Members of objects: their types, what they hold at first, and how they are read and set. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { binary, constant, convert } from "../tree/build.ts";
import { type CType, intType, pointerTo, UNKNOWN } from "../tree/ctype.ts";
import { cellOf, isWithin, objectOf, readMark, type Obj, type Target } from "../tree/memory.ts";
import { readVariable } from "../tree/names.ts";
import type { ReadableName } from "../tree/readable.ts";
import { INPUT_MEMBERS, LINKS, SET_BY_CALLER, TYPE_OF_MEMBER } from "../tree/objects.ts";
import { after, parameter, type Scope, unknown } from "../tree/scope.ts";
import { mayRepeat } from "../tree/frames.ts";
import type { Value } from "../tree/value.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { addressOf, fresh } from "./value.ts";
import { textOf } from "./words.ts";

export type Located =
  /** A local of the tree. */
  | { readonly is: "local"; readonly local: number; readonly type: CType }
  /** effects: what finding it does. */
  | { readonly is: "memory"; readonly at: Target; readonly type: CType; readonly effects: readonly Expr[] }
  /** An element of an array, nobody knows which, or something at a computed address. */
  | { readonly is: "somewhere"; readonly in?: Obj; readonly type: CType; readonly effects: readonly Expr[] }
  /** A variable that keeps nothing. */
  | { readonly is: "lost"; readonly effects: readonly Expr[] };

export const joined = (path: string, member: string): string =>
  path === "" ? member : member.startsWith("[") ? `${path}${member}` : `${path}.${member}`;

export function memberType(scope: Scope, at: Target | undefined, tag: string, member: string): CType {
  const own = scope.rule.structs.get(tag)?.get(member);
  if (own) return own;
  const input = at && inputOf(scope, at);
  if (input !== undefined)
    return intType(input === "i_size" ? "s64" : input === "order" || input === "level" ? "s32" : "u64");
  const word = TYPE_OF_MEMBER.get(member);
  if (word === "p") return pointerTo(UNKNOWN);
  return isIntType(word) ? intType(word) : UNKNOWN;
}

const isIntType = (word: string | undefined): word is IntType => word !== undefined && /^(?:u|s)\d+$/.test(word);

/** A level that a fault asks for is the input's; its max_level is what others have left. */
export const inputOf = (scope: Scope, { obj, path }: Target): ReadableName | undefined => {
  if (obj.role === "inode" && path === "i_size") return isBound(scope, obj) ? "i_size" : undefined;
  return obj.role && INPUT_MEMBERS[obj.role]?.get(path);
};

/** Is the inode that of the file that is bound? */
export function isBound(scope: Scope, obj: Obj): boolean {
  const { boundName, memory } = scope.rule;
  if (boundName === undefined || boundName === "*") return boundName === "*";
  return isWithin(
    obj,
    [...memory.objects.values()].filter((each) => each.name === boundName),
  );
}

/** What stands there. */
export function readAt(scope: Scope, located: Located, syntax: Syntax): Value {
  if (located.is === "local") throw new Error("a local is no memory");
  const { effects } = located;
  if (located.is === "lost")
    return { is: "any", make: (type, p) => after(effects, fresh(scope, syntax, "name", type, p)), drop: effects };
  const { type } = located;
  if (type.is === "struct" || type.is === "array") {
    if (located.is === "memory") return { is: "place", at: located.at, type, effects };
    return { is: "any", make: (t, p) => after(effects, fresh(scope, syntax, "member", t, p)), drop: effects };
  }
  const make = (as: IntType, isPointer: boolean): Expr =>
    after(
      effects,
      located.is === "memory"
        ? readCell(scope, located.at, as, isPointer, syntax)
        : fresh(scope, syntax, "member", as, isPointer),
    );
  if (type.is === "int") return { is: "int", expr: make(type.type, false) };
  if (type.is === "pointer") {
    const at = located.is === "memory" ? linkedTo(scope, located.at) : undefined;
    if (at?.obj.isStable) return { is: "pointer", expr: after(effects, addressOf(at)), to: type.to, at };
    return { is: "pointer", expr: make("u64", true), to: type.to, ...(at && { at }) };
  }
  return { is: "any", make, drop: effects };
}

/** The object that a member of pointer type leads to. */
export function linkedTo(scope: Scope, at: Target): Target {
  const { memory } = scope.rule;
  const role = at.obj.role && LINKS[`${at.obj.role}.${at.path}`];
  const key = `behind ${at.obj.id} ${at.path}`;
  const name = at.path === "" ? `*${at.obj.name}` : `${at.obj.name}->${at.path}`;
  if (role && at.obj.isStable) {
    if (role === "slot") {
      const slot = theSlot(scope);
      if (!slot.within.includes(at.obj)) slot.within.push(at.obj);
      return { obj: slot, path: "" };
    }
    const isOurs = role === "inode" || role === "mapping" ? { role } : role === "vma" ? { role } : {};
    return {
      obj: objectOf(memory, key, {
        name,
        is: "role",
        ...isOurs,
        isStable: true,
        isEscaped: false,
        isPlain: false,
        within: [at.obj],
      }),
      path: "",
    };
  }
  return {
    obj: objectOf(memory, key, {
      name,
      is: "heap",
      isStable: false,
      isEscaped: false,
      isPlain: false,
      within: [at.obj],
    }),
    path: "",
  };
}

export const theSlot = (scope: Scope): Obj =>
  objectOf(scope.rule.memory, "the slot", {
    name: "slot",
    is: "role",
    role: "slot",
    isStable: true,
    isEscaped: false,
    isPlain: true,
  });

export function cellAt(scope: Scope, at: Target, type: IntType, isPointer: boolean, syntax: Syntax): number {
  const { rule } = scope;
  const input = inputOf(scope, at);
  if (input === undefined)
    return cellOf(rule.memory, at, type, isPointer, {
      ...initialOf(scope, at, type, syntax, isPointer),
      isInput: false,
    });
  if (at.obj.role === "slot" && scope.rule.beforeStore && (input === "pgoff" || input === "offset")) {
    rule.needsTree.is = true;
    return cellOf(rule.memory, at, type, isPointer, { value: constant(type, 0n), isInput: true });
  }
  const value = convert(type, readVariable(rule, input, syntax.place));
  return cellOf(rule.memory, at, type, isPointer, { value, isInput: true });
}

/** What a member that is no input holds at first, where that is known. */
function initialOf(
  scope: Scope,
  { obj, path }: Target,
  type: IntType,
  syntax: Syntax,
  isPointer: boolean,
): { value?: Expr } {
  if (scope.rule.isContract && obj.is === "role") {
    // What a parameter leads to when the function is called is an input like the parameter itself.
    const { line, column } = scope.body.place;
    const text = path === "" ? obj.name : `${obj.name}->${path}`;
    const what = { text, line, column, type, is: "input", lifetime: "evaluation" } as const;
    return { value: unknown(scope.rule, { ...what, ...(isPointer && { pointer: true as const }) }) };
  }
  if (obj.role === "old") return { value: constant(type, 0n) };
  if (obj.role === "slot" && scope.rule.beforeStore && !SET_BY_CALLER.has(path)) {
    scope.rule.needsTree.is = true;
    return { value: constant(type, 0n) };
  }
  if (obj.role === "fault" && path === "addr") {
    const { line, column } = syntax.place;
    const what = { text: "fault->addr", line, column, type: "u64", is: "member", lifetime: "evaluation" } as const;
    const inPage = binary("and", unknown(scope.rule, what), constant("u64", 0xfffn));
    return {
      value: convert(
        type,
        binary("or", binary("mul", parameter(scope.rule, "gfn", syntax.place), constant("u64", 4096n)), inPage),
      ),
    };
  }
  return {};
}

export function readCell(scope: Scope, at: Target, type: IntType, isPointer: boolean, syntax: Syntax): Expr {
  const cell = cellAt(scope, at, type, isPointer, syntax);
  const { line, column } = syntax.place;
  const input = inputOf(scope, at);
  if (input !== undefined) scope.rule.readAs.set(textOf(syntax), input);
  const isOnce = scope.answer !== undefined && !mayRepeat(scope);
  return readMark(scope.rule.memory, { cell, text: textOf(syntax), line, column, isOnce });
}
