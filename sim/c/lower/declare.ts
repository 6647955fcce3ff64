/** Declarations of a function's variables. */

import type { Expr, Stmt } from "../../../model/rule/tree.ts";
import { type CType, UNKNOWN } from "../tree/ctype.ts";
import { forgetMark, objectOf, type Obj, type Target } from "../tree/memory.ts";
import { addLocal, type Binding, lower, type Scope } from "../tree/scope.ts";
import { fail } from "../syntax/fail.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";
import { joined } from "../memory/cell.ts";
import { storeTo } from "../memory/store.ts";
import { allocated, keepsType, pointerTarget } from "../memory/target.ts";
import { innermost, typeWith } from "../memory/types.ts";
import { addressOf, asPointer, asType, effectsOf, keepTrack, loseIn, recastIn } from "../memory/value.ts";
import type { Value } from "../tree/value.ts";

const effect = (value: Expr): Stmt => ({ stmt: "effect", value });

export function declaration(scope: Scope, syntax: Syntax): Stmt[] {
  const type = mustHave(syntax, "type");
  const words = syntax.unit.words ?? [];
  return syntax.children
    .filter(({ field }) => field === "declarator")
    .flatMap((each): Stmt[] => {
      const target = innermost(each);
      const name = target.unit.out;
      if (words.includes("static") && !words.includes("const")) {
        fail(target.place, `'${name}' is static: it keeps its value between calls, which is not supported`);
      }
      if (scope.blocks.at(-1)?.has(name)) fail(target.place, `'${name}' is declared twice`);
      if (target.type !== "identifier") return fail(each.place, `${each.type.replaceAll("_", " ")} is not supported`);
      const declared = typeWith(scope.rule, type, each);
      const value = child(each, "value");
      return declare(scope, name, declared, value, target);
    });
}

function declare(scope: Scope, name: string, type: CType, value: Syntax | undefined, place: Syntax): Stmt[] {
  const bind = (binding: Binding): void => void scope.blocks.at(-1)?.set(name, binding);
  const isTaken = scope.variables.addressTaken.has(name);
  if (type.is === "unknown" || type.is === "void") {
    if (scope.rule.isStrict) fail(place.place, `the type of '${name}' is not supported: only integers are`);
    const given = value && value.type !== "initializer_list" ? lower(scope, value) : undefined;
    loseIn(scope, given);
    bind({ is: "any" });
    return given ? effectsOf(given).map(effect) : [];
  }
  if (type.is === "int" && !isTaken) {
    const local = addLocal(scope, name, type.type);
    bind({ is: "local", local, type });
    if (!value) return [{ stmt: "declare", local }];
    return [{ stmt: "declare", local, value: asType(scope, lower(scope, value), type.type, value) }];
  }
  if (type.is === "pointer" && !isTaken) return declarePointerLocal(scope, name, type, value, bind, place);
  const obj = stackObject(scope, name, type, isTaken);
  const at: Target = { obj, path: "" };
  bind({ is: "place", at, type });
  return [
    effect(forgetMark(scope.rule.memory, { what: "object", obj })),
    ...initialise(scope, at, type, value).map(effect),
  ];
}

function declarePointerLocal(
  scope: Scope,
  name: string,
  type: CType & { readonly is: "pointer" },
  value: Syntax | undefined,
  bind: (binding: Binding) => void,
  place: Syntax,
): Stmt[] {
  const before = value && lower(scope, value);
  const tag = type.to.is === "struct" ? type.to.tag : "";
  // There is no old slot where one is created.
  if (tag === "kvm_memory_slot" && name.startsWith("old") && !scope.rule.isContract) {
    const at = { obj: oldSlot(scope), path: "" };
    scope.rule.readAs.set(name, "NULL: a slot is created");
    bind({ is: "pointer", expr: addressOf(at), to: type.to, at });
    return before ? effectsOf(before).map(effect) : [];
  }
  const local = addLocal(scope, name, "u64");
  bind({ is: "local", local, type });
  if (!value || !before) return [{ stmt: "declare", local }];
  const at = pointerTarget(scope, name, type);
  keepTrack(scope, before, at);
  if (before.is === "pointer" && before.at && !keepsType(scope, before.at, before.to, type.to)) recastIn(scope, before);
  const forget = at.obj.isStable ? [] : [effect(forgetMark(scope.rule.memory, { what: "object", obj: at.obj }))];
  const fresh = allocated(scope, at, value).map(effect);
  return [...forget, ...fresh, { stmt: "declare", local, value: asPointer(before, place) }];
}

const oldSlot = (scope: Scope): Obj =>
  objectOf(scope.rule.memory, "the old", {
    name: "old",
    is: "role",
    role: "old",
    isStable: true,
    isEscaped: false,
    isPlain: true,
  });

const stackObject = (scope: Scope, name: string, type: CType, isEscaped: boolean): Obj =>
  objectOf(scope.rule.memory, `${scope.instance} ${name} ${scope.blocks.length} ${scope.locals.length}`, {
    name,
    is: "stack",
    isStable: true,
    isEscaped,
    isPlain: type.is !== "struct" || scope.rule.structs.has(type.tag) || PLAIN.has(type.tag),
  });

/** Structs of the kernel's in which the members that checks use share no bytes with others. */
const PLAIN = new Set(
  "kvm_gfn_range kvm_memory_slot kvm_userspace_memory_region kvm_userspace_memory_region2 kvm_memslot_iter kvm_create_guest_memfd".split(
    " ",
  ),
);

function initialise(scope: Scope, at: Target, type: CType, value: Syntax | undefined): readonly Expr[] {
  if (!value) return [];
  if (value.type !== "initializer_list") return store(scope, at, type, lower(scope, value), value);
  const zero = at.path === "" ? [forgetMark(scope.rule.memory, { what: "zero", obj: at.obj })] : [];
  return [...zero, ...named(value).flatMap((each, i) => initialiseMember(scope, at, type, each, i))];
}

function initialiseMember(scope: Scope, at: Target, type: CType, each: Syntax, i: number): readonly Expr[] {
  if (each.type !== "initializer_pair") {
    const inner = type.is === "array" ? type.of : undefined;
    // Which member of a struct it is, its declaration says.
    const known = type.is === "struct" ? [...(scope.rule.structs.get(type.tag) ?? [])][i] : undefined;
    if (inner) return initialise(scope, { ...at, path: joined(at.path, `[${i}]`) }, inner, each);
    if (known) return initialise(scope, { ...at, path: joined(at.path, known[0]) }, known[1], each);
    if (each.unit.out === "0" && i === 0) return [];
    const effects = lost(scope, each);
    return [...effects, forgetMark(scope.rule.memory, { what: "object", obj: at.obj })];
  }
  const designator = mustHave(each, "designator");
  const value = mustHave(each, "value");
  if (
    designator.type !== "field_designator" ||
    each.children.filter(({ field }) => field === "designator").length > 1
  ) {
    return [...lost(scope, value), forgetMark(scope.rule.memory, { what: "object", obj: at.obj })];
  }
  const member = named(designator)[0]?.unit.out ?? "";
  const own = type.is === "struct" ? scope.rule.structs.get(type.tag)?.get(member) : undefined;
  const to: Target = { ...at, path: joined(at.path, member) };
  if (value.type === "initializer_list")
    return own
      ? initialise(scope, to, own, value)
      : [...lost(scope, value), forgetMark(scope.rule.memory, { what: "object", obj: at.obj })];
  const given = lower(scope, value);
  const guessed: CType =
    given.is === "int"
      ? { is: "int", type: given.expr.type }
      : given.is === "pointer"
        ? { is: "pointer", to: given.to, isConst: false }
        : UNKNOWN;
  return store(scope, to, own ?? (guessed.is === "pointer" ? guessed : UNKNOWN), given, value);
}

/** A value that goes into a member of which nobody knows which it is. */
function lost(scope: Scope, value: Syntax): readonly Expr[] {
  if (value.type === "initializer_list") return named(value).flatMap((each) => lost(scope, each));
  if (value.type === "initializer_pair") return lost(scope, mustHave(value, "value"));
  const given = lower(scope, value);
  loseIn(scope, given);
  return effectsOf(given);
}

const store = (scope: Scope, at: Target, type: CType, value: Value, syntax: Syntax): readonly Expr[] =>
  storeTo(scope, { is: "memory", at, type, effects: [] }, value, syntax, (as) => asType(scope, value, as, syntax));
