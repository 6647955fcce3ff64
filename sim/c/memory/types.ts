/** Syntax of types and declarators -> types. */

import type { IntType } from "../../../model/rule/int-type.ts";
import { type CType, intType, pointerTo, UNKNOWN, VOID } from "../tree/ctype.ts";
import type { RuleScope } from "../tree/scope.ts";
import { fail } from "../syntax/fail.ts";
import { child, named, type Syntax } from "../syntax/syntax.ts";
import { textOf } from "./words.ts";

/** What the types of the text's own file are found by. */
export type TypeNames = Pick<RuleScope, "enums" | "structs" | "typedefs" | "isStrict">;

/** Enums of the kernel's none of whose enumerators is negative: gcc makes an unsigned int of each. */
const UNSIGNED_ENUMS = new Set(["pg_level", "kvm_mr_change", "kvm_pgtable_prot", "kvm_apicv_inhibit"]);

/** The type that a declaration's specifiers or a type_descriptor name, without its declarator. */
function specified(names: TypeNames, syntax: Syntax): CType {
  const own = syntax.type === "type_descriptor" ? (child(syntax, "type") ?? syntax) : syntax;
  const { type, tag, out } = own.unit;
  if (tag !== undefined) {
    const known = names.enums.get(tag) ?? (UNSIGNED_ENUMS.has(tag) ? "u32" : undefined);
    return known === undefined ? UNKNOWN : intType(known);
  }
  if (type !== undefined) return intType(type);
  if (out === "void") return VOID;
  if (own.type === "struct_specifier" || own.type === "union_specifier") {
    return { is: "struct", tag: child(own, "name")?.unit.out ?? "" };
  }
  if (own.type === "type_identifier") {
    const known = names.typedefs.get(out);
    if (known) return known;
    if (names.isStrict) fail(own.place, `unknown type '${out}'`);
  }
  return UNKNOWN;
}

const isConst = (syntax: Syntax): boolean => hasWord(syntax, "const");
const hasWord = (syntax: Syntax, word: string): boolean =>
  (syntax.unit.words ?? []).includes(word) ||
  syntax.children.some((each) => each.children.length === 0 && hasWord(each, word));

/** @param declarator of a variable, a parameter or a cast, if there is one */
export function typeWith(names: TypeNames, syntax: Syntax, declarator: Syntax | undefined): CType {
  const abstract = syntax.type === "type_descriptor" ? child(syntax, "declarator") : undefined;
  const isPointer = [declarator, abstract].some((each) => each !== undefined && /pointer/.test(innerTypes(each)));
  if (isPointer && hasWord(syntax, "volatile"))
    fail(syntax.place, "what is behind a volatile pointer changes by itself: read it once, with READ_ONCE");
  return declared(names, specified(names, syntax), isConst(syntax), declarator ?? abstract);
}

const innerTypes = (declarator: Syntax): string => {
  const inner = child(declarator, "declarator");
  return `${declarator.type} ${inner ? innerTypes(inner) : ""}`;
};

function declared(names: TypeNames, base: CType, constant: boolean, declarator: Syntax | undefined): CType {
  if (!declarator) return base;
  const inner = child(declarator, "declarator");
  switch (declarator.type) {
    case "init_declarator":
      return declared(names, base, constant, inner);
    case "pointer_declarator":
    case "abstract_pointer_declarator":
      return declared(names, pointerTo(base, constant), false, inner);
    case "array_declarator":
    case "abstract_array_declarator": {
      const size = child(declarator, "size")?.unit.out ?? "";
      const length = /^\d+$/.test(size) ? Number(size) : undefined;
      return declared(names, { is: "array", of: base, ...(length !== undefined && { length }) }, false, inner);
    }
    case "function_declarator":
    case "abstract_function_declarator":
      return pointerTo(UNKNOWN);
    case "parenthesized_declarator":
      return declared(names, base, constant, inner ?? named(declarator)[0]);
    default:
      return base;
  }
}

/** The integer type that a type names. */
export function intTypeOf(names: TypeNames, syntax: Syntax): IntType {
  const type = typeWith(names, syntax, undefined);
  if (type.is === "int") return type.type;
  const text = textOf(syntax);
  return fail(
    syntax.place,
    type.is === "unknown" ? `unknown type '${text}'` : `type '${text}' is not supported here: only integers are`,
  );
}

export function innermost(syntax: Syntax): Syntax {
  const inner =
    child(syntax, "declarator") ?? (syntax.type === "parenthesized_declarator" ? named(syntax)[0] : undefined);
  return inner ? innermost(inner) : syntax;
}
