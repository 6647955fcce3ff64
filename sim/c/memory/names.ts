/** Names: the function's own, inputs, constants, and those that nobody declares. */

import { CLAIM_WORDS } from "../../../model/claim-words.ts";
import { PARAMETERS } from "../../../model/rule/parameters.ts";
import { constant, convert } from "../tree/build.ts";
import { type CType, UNKNOWN } from "../tree/ctype.ts";
import { objectOf, type Obj, type Target } from "../tree/memory.ts";
import { readVariable, variables } from "../tree/names.ts";
import { type Role, roleOfName } from "../tree/objects.ts";
import { type Binding, localRead, lookUp, parameter, type Scope } from "../tree/scope.ts";
import { fail } from "../syntax/fail.ts";
import { known, near } from "../syntax/nearest.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { type Located, readCell, theSlot } from "./cell.ts";
import { addressOf, fresh } from "./value.ts";
import type { Value } from "../tree/value.ts";
import { pointerTarget } from "./target.ts";
import { readSaid, refuseToSet } from "./said.ts";
import { stripped } from "./variables.ts";

/** Names of the kernel's own that one letter keeps apart from an input's. */
const WORDS = new Set(
  "addr vaddr haddr npage uhva gfp list pfn hfn hpa gva pages pte pmd pud sz off max min end len idx id as_id nid old new base orders levels offsets sizes file mode prot page folio vma vmf mm kvm i j k n r rc ret err res tmp val start last first hva hgfn pgoffs".split(
    " ",
  ),
);

/** Is it one edit away from a name that is known? Then it is a slip, and no name of its own. */
export function refuseSlip(syntax: Syntax, names: Iterable<string>, what: string): void {
  const name = syntax.unit.out;
  if (WORDS.has(name) || name.length < 3) return;
  const like = [...new Set(names)].filter((each) => each.length > 2 && isOneEdit(name, each)).slice(0, 3);
  if (like.length > 0) fail(syntax.place, `unknown ${what} '${name}'; did you mean ${like.join(", ")}?`);
}

/** One letter more, less or other. */
function isOneEdit(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  return restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1);
}

export function readName(scope: Scope, syntax: Syntax): Value {
  const name = syntax.unit.out;
  const { rule } = scope;
  const binding = lookUp(scope, name);
  if (binding) return readBinding(scope, syntax, binding);
  const value = rule.constants.get(name);
  if (value) return { is: "int", expr: value };
  if (name === "NULL") return { is: "pointer", expr: constant("u64", 0n), to: UNKNOWN };
  if (rule.isClaim) return readClaimWord(scope, syntax);
  const said = readSaid(scope, syntax);
  if (said) {
    const type = rule.variables.get(name);
    return { is: "int", expr: type?.is === "int" ? convert(type.type, said) : said };
  }
  const readable = variables(rule).get(name);
  if (readable !== undefined) {
    rule.readAs.set(name, readable);
    return { is: "int", expr: readVariable(rule, readable, syntax.place) };
  }
  if (roleOfName(rule, name) && !rule.isStrict) {
    declarePointer(scope, syntax);
    const made = lookUp(scope, name);
    if (made) return readBinding(scope, syntax, made);
  }
  if (rule.isStrict) {
    if (roleOfName(rule, name)) {
      declarePointer(scope, syntax);
      const made = lookUp(scope, name);
      if (made) return readBinding(scope, syntax, made);
    }
    const own = scope.blocks.flatMap((block) => [...block.keys()]);
    const like = near(name, [...variables(rule).keys(), ...own, ...rule.constants.keys()]);
    const guess = like.length > 0 ? `; did you mean ${like.join(", ")}?` : ";";
    return fail(syntax.place, `unknown name '${name}'${guess} a rule reads ${PARAMETERS.join(", ")}`);
  }
  const own = scope.blocks.flatMap((block) => [...block.keys()]);
  refuseSlip(syntax, [...variables(rule).keys(), ...rule.constants.keys(), ...own], "name");
  // A constant, or a variable of the kernel's: of a constant there is one value.
  if (/^[A-Z_][A-Z0-9_]*$/.test(name)) {
    // Whatever its type is, it is a number of 64 bits cut to what it is used as.
    return {
      is: "any",
      make: (type, p) => convert(type, fresh(scope, syntax, "macro", "u64", p, "run")),
      drop: [],
    };
  }
  const at = { obj: globalOf(scope, name), path: "" };
  return { is: "any", make: (type, p) => readCell(scope, at, type, p, syntax), drop: [] };
}

/** All that a claim about a fault reads beside constants. */
function readClaimWord({ rule }: Scope, { unit, place }: Syntax): Value {
  const word = CLAIM_WORDS.find((each) => each === unit.out);
  if (word !== undefined) return { is: "int", expr: parameter(rule, word, place) };
  const like = near(unit.out, [...CLAIM_WORDS, ...rule.constants.keys()]);
  const guess = like.length > 0 ? `; did you mean ${like.join(", ")}?` : ";";
  return fail(place, `unknown name '${unit.out}'${guess} a claim reads ${CLAIM_WORDS.join(", ")}`);
}

/** A variable of the kernel's that the text does not declare. */
export const globalOf = (scope: Scope, name: string): Obj =>
  objectOf(scope.rule.memory, `global ${name}`, { name, is: "heap", isStable: true, isEscaped: false, isPlain: false });

function readBinding(scope: Scope, syntax: Syntax, binding: Binding): Value {
  const name = syntax.unit.out;
  switch (binding.is) {
    case "value":
      return { is: "int", expr: binding.value };
    case "pointer":
      return binding;
    case "any":
      return { is: "any", make: (type, p) => fresh(scope, syntax, "name", type, p), drop: [] };
    case "local": {
      const expr = localRead(scope, binding.local);
      scope.rule.places.set(expr, syntax.place);
      if (binding.type.is !== "pointer") return { is: "int", expr };
      const at = pointerTarget(scope, name, binding.type);
      return { is: "pointer", expr, to: binding.type.to, at: withConst(at, binding.type) };
    }
    case "place":
      throw new Error("a place is read where it stands");
    default:
      return binding satisfies never;
  }
}

/** What the variable that the pointer is in says of it, wherever it comes from. */
const withConst = (at: Target, type: CType): Target => ({ ...at, isConst: type.is === "pointer" && type.isConst });

/** A pointer that nothing declares, known by what the kernel calls it. */
export function declarePointer(scope: Scope, argument: Syntax): void {
  const syntax = stripped(argument) ?? argument;
  if (syntax.type !== "identifier") return;
  const name = syntax.unit.out;
  if (lookUp(scope, name) || scope.rule.constants.has(name) || name === "NULL") return;
  refuseToSet(scope, syntax);
  const role = roleOfName(scope.rule, name);
  const obj = roleObject(scope, role, name);
  const at = { obj, path: "" };
  const expr = role ? addressOf(at) : fresh(scope, syntax, "name", "u64", true);
  scope.blocks[0]?.set(name, { is: "pointer", expr, to: UNKNOWN, at });
}

/** The same, of a struct that is no pointer: mem.memory_size. */
export function declareObject(scope: Scope, argument: Syntax): void {
  const syntax = stripped(argument) ?? argument;
  const name = syntax.unit.out;
  const role = syntax.type === "identifier" ? roleOfName(scope.rule, name) : undefined;
  if (!role || lookUp(scope, name)) return;
  const at = { obj: roleObject(scope, role, name), path: "" };
  scope.blocks[0]?.set(name, { is: "place", at, type: { is: "struct", tag: "" } });
}

/** @param role of what it is; without one it is an object that nobody knows */
export function roleObject(scope: Scope, role: Role | undefined, name: string): Obj {
  if (role === "slot") return theSlot(scope);
  const isPlain = role === "mem" || role === "old" || role === "fault";
  const made = { name, is: role ? "role" : "heap", isStable: true, isEscaped: false, isPlain } as const;
  const own = role !== undefined && role !== "other" ? { role } : {};
  return objectOf(
    scope.rule.memory,
    role === "mem" || role === "fault" || role === "old" ? `the ${role}` : `named ${name}`,
    { ...made, ...own },
  );
}

/** What a pointer to an int among the entry's parameters leads to. */
export const intObject = (scope: Scope, name: string): Obj =>
  objectOf(scope.rule.memory, `parameter ${name}`, {
    name: `*${name}`,
    is: "role",
    isStable: true,
    isEscaped: false,
    isPlain: true,
  });

/** An undeclared name that is set: in a piece of a function its declaration stands above. */
export function nameOfUnknown(scope: Scope, syntax: Syntax): Located {
  const name = syntax.unit.out;
  refuseToSet(scope, syntax);
  if (variables(scope.rule).has(name) && scope.rule.isStrict) {
    return fail(syntax.place, `'${name}' is the rule's input: copy it to a variable to change it`);
  }
  if (scope.rule.isStrict) {
    const locals = scope.blocks.flatMap((block) =>
      [...block].flatMap(([each, { is }]) => (is === "local" ? [each] : [])),
    );
    const hint = locals.length > 0 ? `; known: ${known(name, locals)}` : "";
    return fail(syntax.place, `unknown variable '${name}'${hint}`);
  }
  return { is: "memory", at: { obj: globalOf(scope, name), path: "" }, type: UNKNOWN, effects: [] };
}
