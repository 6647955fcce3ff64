/** Parameters: what a rule can read, by name and by what they point to. */

import type { Expr, Stmt } from "../../../model/rule/tree.ts";
import { PARAMETER_TYPE } from "../../../model/rule/parameters.ts";
import { binary, constant, convert, int, shift } from "../tree/build.ts";
import type { CType } from "../tree/ctype.ts";
import { cellOf, lose, objectOf, storeMark, type Target } from "../tree/memory.ts";
import { readVariable, VARIABLES } from "../tree/names.ts";
import type { ReadableName } from "../tree/readable.ts";
import { ROLE_OF_STRUCT } from "../tree/objects.ts";
import { addLocal, type Binding, parameter, type Scope, unknown } from "../tree/scope.ts";
import { mustHave, type Syntax } from "../syntax/syntax.ts";
import { intObject, refuseSlip, roleObject } from "../memory/names.ts";
import { type Declared, isNamedIn } from "./signature.ts";
import { whatIsSaid } from "../memory/said.ts";
import { addressOf } from "../memory/value.ts";

export const isSlot = (type: CType): boolean =>
  type.is === "pointer" && type.to.is === "struct" && type.to.tag === "kvm_memory_slot";

export function pointerParameter(
  scope: Scope,
  { name, type }: Pick<Declared, "name" | "type">,
  slots: readonly Declared[],
): Stmt[] {
  if (type.is !== "pointer") return [];
  const at: Target = { ...targetOfParameter(scope, name, type, slots), ...(type.isConst && { isConst: true }) };
  const isThere = at.obj.is === "role" && at.obj.role !== undefined && !["vma", "vmf", "folio"].includes(at.obj.role);
  const isKnown =
    isThere || (type.to.is === "struct" && ["kvm", "kvm_vcpu"].includes(type.to.tag)) || type.to.is === "int";
  const value = isKnown ? addressOf(at) : pointerUnknown(scope, name);
  const isMoved = scope.variables.set.has(name);
  if (scope.variables.addressTaken.has(name)) {
    const held = addLocal(scope, name, "u64", true);
    return [{ stmt: "declare", local: held, value }, ...bindPointer(scope, { name, type }, held, at)];
  }
  if (!isMoved && value.node === "const") {
    bind(scope, name, { is: "pointer", expr: value, to: type.to, at });
    return [];
  }
  const local = addLocal(scope, name, "u64");
  if (!isMoved) scope.pointers.set(name, at);
  bind(scope, name, { is: "local", local, type });
  return [{ stmt: "declare", local, value }];
}

function pointerUnknown(scope: Scope, name: string): Expr {
  const { line, column } = scope.body.place;
  return unknown(scope.rule, {
    text: name,
    line,
    column,
    type: "u64",
    is: "name",
    lifetime: "evaluation",
    pointer: true,
  });
}

function targetOfParameter(
  scope: Scope,
  name: string,
  type: CType & { readonly is: "pointer" },
  slots: readonly Declared[],
): Target {
  const tag = type.to.is === "struct" ? type.to.tag : "";
  if (tag === "kvm_memory_slot") {
    if (name.startsWith("old")) return { obj: roleObject(scope, "old", name), path: "" };
    const preferred =
      slots.find((each) => /^(?:slot|new|memslot)$/.test(each.name)) ?? (slots.length === 1 ? slots[0] : undefined);
    if (preferred?.name === name) return { obj: roleObject(scope, "slot", name), path: "" };
    return {
      obj: objectOf(scope.rule.memory, `parameter ${name}`, {
        name,
        is: "role",
        isStable: true,
        isEscaped: false,
        isPlain: false,
      }),
      path: "",
    };
  }
  const role = ROLE_OF_STRUCT.get(tag);
  if (role) return { obj: roleObject(scope, role, name), path: "" };
  if (type.to.is === "int") return { obj: intObject(scope, name), path: "" };
  return {
    obj: objectOf(scope.rule.memory, `parameter ${name}`, {
      name,
      is: "role",
      isStable: true,
      isEscaped: false,
      isPlain: false,
    }),
    path: "",
  };
}

export function intParameter(scope: Scope, source: Syntax, each: Declared): Stmt[] {
  const { rule } = scope;
  const { name, place } = each;
  const readable = inItsUnit(VARIABLES.get(name), each.spelled);
  const type = each.type.is === "int" ? each.type.type : "u64";
  const isUsed = isNamedIn(mustHave(source, "body"), name);
  const special = whatIsSaid(scope, place) ?? inputOfMap(scope, name, place);
  // What is passed along and never looked at does not matter: kvm_gmem_bind's fd.
  if (readable === undefined && !special && !isUsed) return [];
  if (readable === undefined && !special) refuseSlip(place, VARIABLES.keys(), "parameter");
  const { line, column } = place.place;
  const what = { text: name, line, column, type, is: "name", lifetime: "evaluation" } as const;
  const value = special ?? (readable === undefined ? unknown(rule, what) : readVariable(rule, readable, place.place));
  // Beside a name that stands for something, those that are what they are called are told, too.
  const isTold = readable !== name || rule.said.size > 0;
  if (readable !== undefined && !special && isTold) rule.readAs.set(name, readable);
  const isMoved = scope.variables.set.has(name) || scope.variables.addressTaken.has(name);
  const isPlain = value.node === "parameter" && PARAMETER_TYPE[value.name] === type && !isMoved;
  if (isPlain) {
    bind(scope, name, { is: "value", value });
    return [];
  }
  const local = addLocal(scope, name, type);
  const opening: Stmt[] = [{ stmt: "declare", local, value: convert(type, value) }];
  bindInt(scope, each, local, opening);
  return opening;
}

/** A parameter called offset that is a pgoff_t counts pages. */
const inItsUnit = (name: ReadableName | undefined, spelled: string): ReadableName | undefined =>
  name === "offset" && spelled === "pgoff_t" ? "pgoff" : name;

/** Of a rule about a mapping: the address that faulted, and the size that is asked for. */
function inputOfMap(scope: Scope, name: string, { place }: Syntax): Expr | undefined {
  const { rule } = scope;
  if (rule.kind !== "map") return undefined;
  const shiftBy = int(rule.arch.page_shift);
  if (name === "map_size") {
    rule.readAs.set(name, "PAGE_SIZE << order");
    return shift("shl", constant("u64", 1n << BigInt(rule.arch.page_shift)), parameter(rule, "order", place));
  }
  if (name !== "hva") return undefined;
  rule.readAs.set(name, "userspace_addr + ((gfn - base_gfn) << PAGE_SHIFT)");
  const inSlot = binary("sub", parameter(rule, "gfn", place), parameter(rule, "base_gfn", place));
  return binary("add", parameter(rule, "userspace_addr", place), shift("shl", inSlot, shiftBy));
}

/** A parameter whose address is taken stands in memory. */
export function bindInt(scope: Scope, { name, type }: Declared, local: number, opening: Stmt[]): void {
  if (type.is !== "int" || !scope.variables.addressTaken.has(name)) {
    bind(scope, name, { is: "local", local, type });
    return;
  }
  const at = stackOf(scope, name);
  bind(scope, name, { is: "place", at, type });
  const cell = cellOf(scope.rule.memory, at, type.type, false, { isInput: false });
  opening.push({
    stmt: "effect",
    value: storeMark(scope.rule.memory, cell, { node: "local", type: type.type, local }),
  });
}

/** The same of a pointer: whoever has its address may lead it elsewhere. */
export function bindPointer(
  scope: Scope,
  { name, type }: Pick<Declared, "name" | "type">,
  local: number,
  leadsTo: Target | undefined,
): Stmt[] {
  const { memory } = scope.rule;
  const at = stackOf(scope, name);
  bind(scope, name, { is: "place", at, type });
  lose(memory, leadsTo);
  const cell = cellOf(memory, at, "u64", true, { isInput: false });
  return [{ stmt: "effect", value: storeMark(memory, cell, { node: "local", type: "u64", local }) }];
}

const stackOf = (scope: Scope, name: string): Target => ({
  obj: objectOf(scope.rule.memory, `${scope.instance} ${name} parameter`, {
    name,
    is: "stack",
    isStable: true,
    isEscaped: true,
    isPlain: true,
  }),
  path: "",
});

export const bind = (scope: Scope, name: string, binding: Binding): void => {
  scope.blocks.at(-1)?.set(name, binding);
};
