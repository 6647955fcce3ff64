/** What a pointer variable always leads to, as its function's text says. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { CType } from "../tree/ctype.ts";
import { forgetMark, objectOf, type Obj, type Target } from "../tree/memory.ts";
import { UNKNOWN } from "../tree/ctype.ts";
import { LINKS, type Role, roleOfStruct } from "../tree/objects.ts";
import { lookUp, type Scope } from "../tree/scope.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";
import { linkedTo, theSlot } from "./cell.ts";
import { stripped } from "./variables.ts";

const ALLOCATES = /^(?:k|v|kv)[mzc]?alloc(?:_\w+)?$/;
const ZEROES = /^(?:k|v|kv)[zc]alloc(?:_\w+)?$/;

/** What a pointer variable leads to: found when it is first used, when all that its text names is declared. */
export function pointerTarget(scope: Scope, name: string, type: CType, path: readonly string[] = []): Target {
  const known = scope.pointers.get(name);
  if (known) return known;
  const tag = type.is === "pointer" && type.to.is === "struct" ? type.to.tag : "";
  const made = stableTarget(scope, name, type, path) ?? {
    obj: ownObject(scope, name, roleOfStruct(scope.rule, tag)),
    path: "",
  };
  if (path.length === 0) scope.pointers.set(name, made);
  return made;
}

/** What a pointer variable leads to, whatever that is at the time. */
const ownObject = (scope: Scope, name: string, role: Role | undefined): Obj => {
  const isOnce = isSetOnce(scope, name);
  return objectOf(scope.rule.memory, `${scope.instance} *${name}`, {
    name,
    is: "heap",
    ...(isOnce && role && role !== "slot" && role !== "mem" && role !== "fault" && { role }),
    isStable: isOnce,
    isEscaped: false,
    isPlain: false,
  });
};

/** Is the variable set in one place, which no loop repeats? */
function isSetOnce(scope: Scope, name: string): boolean {
  const all = scope.variables.set.get(name) ?? [];
  const [only] = all;
  return all.length === 1 && only !== undefined && only !== "unknown" && !scope.variables.looped.has(only);
}

/** The one object that all that is assigned to it leads to; undefined where there is none, or several. */
function stableTarget(scope: Scope, name: string, type: CType, path: readonly string[] = []): Target | undefined {
  const to: CType = type.is === "pointer" ? type.to : UNKNOWN;
  const tag = to.is === "struct" ? to.tag : "";
  if (path.includes(name)) return undefined;
  const all = scope.variables.set.get(name) ?? [];
  let found: Target | undefined;
  for (const each of all) {
    if (each === "unknown") return undefined;
    if (isNull(each)) continue;
    const isNew =
      !scope.rule.isContract && tag === "kvm_memory_slot" && /^(?:new|slot|memslot)$/.test(name) && isAllocation(each);
    const target = isNew ? { obj: theSlot(scope), path: "" } : targetOf(scope, each, [...path, name]);
    if (!target?.obj.isStable || !keepsType(scope, target, typeBehind(scope, each), to)) return undefined;
    if (found && (found.obj !== target.obj || found.path !== target.path)) return undefined;
    found = target;
  }
  return found;
}

/** What a pointer variable is declared to lead to; unknown of anything else. */
function typeBehind(scope: Scope, given: Syntax): CType {
  const syntax = stripped(given) ?? given;
  const binding = syntax.type === "identifier" ? lookUp(scope, syntax.unit.out) : undefined;
  if (binding?.is === "pointer") return binding.to;
  return binding?.is === "local" && binding.type.is === "pointer" ? binding.type.to : UNKNOWN;
}

/**
 * Does a pointer to `to`, set from one to `from`, lead to the object as what it is? As another struct its members lie elsewhere. From
 * void only an object of the kernel's is known by its type.
 */
export function keepsType({ rule }: Scope, { obj, path }: Target, from: CType, to: CType): boolean {
  if (to.is !== "struct") return true;
  if (from.is === "struct") return from.tag === to.tag;
  if (from.is !== "void") return from.is === "unknown";
  return path === "" && obj.role !== undefined && roleOfStruct(rule, to.tag) === obj.role;
}

const isNull = (syntax: Syntax): boolean => {
  const inner = stripped(syntax);
  return (
    inner?.type === "null" || inner?.unit.out === "NULL" || (inner?.type === "number_literal" && inner.unit.out === "0")
  );
};

function isAllocation(syntax: Syntax): boolean {
  const inner = stripped(syntax);
  return inner?.type === "call_expression" && ALLOCATES.test(mustHave(inner, "function").unit.out);
}

/** What stands in a slot that has just been allocated. */
export function allocated(scope: Scope, at: Target, given: Syntax): readonly Expr[] {
  const call = stripped(given);
  if (at.obj.role !== "slot" || call?.type !== "call_expression" || !isAllocation(call)) return [];
  const isZero = ZEROES.test(mustHave(call, "function").unit.out);
  return [forgetMark(scope.rule.memory, { what: isZero ? "zero" : "object", obj: at.obj })];
}

function targetOf(scope: Scope, given: Syntax, path: readonly string[]): Target | undefined {
  const syntax = stripped(given) ?? given;
  switch (syntax.type) {
    case "identifier": {
      const binding = lookUp(scope, syntax.unit.out);
      if (binding?.is === "pointer") return binding.at;
      if (binding?.is === "local" && binding.type.is === "pointer") {
        if (path.includes(syntax.unit.out)) return undefined;
        const at = pointerTarget(scope, syntax.unit.out, binding.type, path);
        return at.obj.isStable ? at : undefined;
      }
      return undefined;
    }
    case "field_expression": {
      const base = targetOf(scope, mustHave(syntax, "argument"), path);
      if (!base || !syntax.children.some(({ type }) => type === "->")) return undefined;
      return link(scope, base, mustHave(syntax, "field").unit.out);
    }
    case "pointer_expression": {
      if (syntax.children[0]?.type !== "&") return undefined;
      const inner = stripped(child(syntax, "argument"));
      const binding = inner?.type === "identifier" ? lookUp(scope, inner.unit.out) : undefined;
      return binding?.is === "place" ? binding.at : undefined;
    }
    case "call_expression": {
      const name = mustHave(syntax, "function").unit.out;
      const [argument] = named(mustHave(syntax, "arguments"));
      if (!argument) return undefined;
      if (name === "READ_ONCE" || name.startsWith("rcu_dereference")) return targetOf(scope, argument, path);
      const base = name === "file_inode" ? targetOf(scope, argument, path) : undefined;
      return base && link(scope, base, "f_inode");
    }
    default:
      return undefined;
  }
}

function link(scope: Scope, base: Target, member: string): Target | undefined {
  const at = { obj: base.obj, path: base.path === "" ? member : `${base.path}.${member}` };
  const role: Role | undefined = at.obj.role && LINKS[`${at.obj.role}.${at.path}`];
  return role && at.obj.isStable ? linkedTo(scope, at) : undefined;
}
