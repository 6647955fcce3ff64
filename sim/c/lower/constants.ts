/** What a file declares beside its functions: constants, enums, structs, typedefs, prototypes. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { binary, constant, convert, int } from "../tree/build.ts";
import { type CType, intType } from "../tree/ctype.ts";
import { lower, type RuleScope, type Scope } from "../tree/scope.ts";
import { fail } from "../syntax/fail.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";
import { innermost, typeWith } from "../memory/types.ts";

/** What is known so far, to which declarations add. */
export type Declarations = {
  readonly constants: Map<string, Expr>;
  readonly enums: Map<string, IntType>;
  readonly structs: Map<string, Map<string, CType>>;
  readonly typedefs: Map<string, CType>;
  readonly variables: Map<string, CType>;
  readonly prototypes: Map<string, CType>;
};

export function declareConstants(rule: RuleScope & Declarations, syntax: Syntax): void {
  switch (syntax.type) {
    case "enum_specifier":
      return declareEnum(rule, syntax);
    case "struct_specifier":
    case "union_specifier":
      return declareStruct(rule, syntax);
    case "type_definition":
      return declareTypedef(rule, syntax);
    default:
  }
  if (isPrototype(syntax)) return declarePrototype(rule, syntax);
  const type = mustHave(syntax, "type");
  if (type.type === "enum_specifier" && child(type, "body")) declareEnum(rule, type);
  if (type.type === "struct_specifier" && child(type, "body")) declareStruct(rule, type);
  const words = syntax.unit.words ?? [];
  for (const each of syntax.children.filter(({ field }) => field === "declarator")) {
    const name = innermost(each);
    const declared = typeWith(rule, type, each);
    const value = child(each, "value");
    const isConst = words.includes("const") && declared.is === "int" && value;
    if (isConst) {
      rule.constants.set(name.unit.out, convert(declared.type, evaluate(rule, name, value)));
    } else if (words.includes("const") && declared.is === "int") {
      fail(name.place, `'${name.unit.out}' is not set to a constant`);
    } else rule.variables.set(name.unit.out, declared);
  }
}

const isPrototype = (syntax: Syntax): boolean =>
  syntax.type === "declaration" && functionOf(child(syntax, "declarator")) !== undefined;

function functionOf(declarator: Syntax | undefined): Syntax | undefined {
  if (declarator?.type === "pointer_declarator") return functionOf(child(declarator, "declarator"));
  return declarator?.type === "function_declarator" ? declarator : undefined;
}

function declarePrototype(rule: Declarations & RuleScope, syntax: Syntax): void {
  const declarator = mustHave(syntax, "declarator");
  const found = functionOf(declarator);
  if (!found) return;
  const type = typeWith(rule, mustHave(syntax, "type"), undefined);
  const isPointer = declarator.type === "pointer_declarator";
  rule.prototypes.set(innermost(found).unit.out, isPointer ? { is: "pointer", to: type, isConst: false } : type);
}

function evaluate(rule: RuleScope, name: Syntax, value: Syntax): Expr {
  const scope: Scope = {
    rule,
    functionName: "",
    instance: "",
    isPiece: false,
    returns: intType("s32"),
    locals: [],
    implicit: [],
    blocks: [],
    variables: { addressTaken: new Set(), set: new Map(), looped: new Set() },
    pointers: new Map(),
    inside: [],
    body: value,
  };
  const found = lower(scope, value);
  const expr = found.is === "int" ? found.expr : undefined;
  return expr?.node === "const" ? expr : fail(name.place, `'${name.unit.out}' is not set to a constant`);
}

/** As gcc has it: an enumerator that fits an int is one; the enum is an int only where one is negative. */
function declareEnum(rule: RuleScope & Declarations, syntax: Syntax): void {
  let next = int(0);
  let least = 0n;
  let most = 0n;
  for (const each of named(mustHave(syntax, "body"))) {
    const name = mustHave(each, "name");
    const value = child(each, "value");
    const found = value ? evaluate(rule, name, value) : next;
    if (found.node !== "const") throw new Error("an enumerator is a constant");
    const fits = found.value >= -0x8000_0000n && found.value <= 0x7fff_ffffn;
    const kept = fits ? constant("s32", found.value, found.name) : found;
    rule.constants.set(name.unit.out, kept);
    if (found.value < least) least = found.value;
    if (found.value > most) most = found.value;
    next = binary("add", kept, int(1));
  }
  const isWide = least < -0x8000_0000n || most > (least < 0n ? 0x7fff_ffffn : 0xffff_ffffn);
  const { tag } = syntax.unit;
  if (tag !== undefined) rule.enums.set(tag, `${least < 0n ? "s" : "u"}${isWide ? "64" : "32"}` as IntType);
}

function declareStruct(rule: RuleScope & Declarations, syntax: Syntax): void {
  const tag = child(syntax, "name")?.unit.out;
  const body = child(syntax, "body");
  if (tag === undefined || !body || syntax.type === "union_specifier") return;
  const members = new Map<string, CType>();
  for (const each of named(body)) {
    if (each.type !== "field_declaration") continue;
    const type = mustHave(each, "type");
    for (const declarator of each.children.filter(({ field }) => field === "declarator")) {
      const isBits = each.children.some(({ type: inner }) => inner === "bitfield_clause");
      const name = innermost(declarator).unit.out;
      members.set(name, isBits ? { is: "unknown" } : typeWith(rule, type, declarator));
    }
  }
  rule.structs.set(tag, members);
}

function declareTypedef(rule: RuleScope & Declarations, syntax: Syntax): void {
  const type = mustHave(syntax, "type");
  for (const declarator of syntax.children.filter(({ field }) => field === "declarator")) {
    rule.typedefs.set(innermost(declarator).unit.out, typeWith(rule, type, declarator));
  }
}
