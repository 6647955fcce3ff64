/** Expressions: syntax -> typed tree. */

import { constant, int } from "../tree/build.ts";
import { pointerTo, sizeOfType, UNKNOWN } from "../tree/ctype.ts";
import { character, number } from "../syntax/literal.ts";
import { after, lookUp, lower, type Scope } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import { fail } from "../syntax/fail.ts";
import { child, mustHave, type Syntax } from "../syntax/syntax.ts";
import { lowerAssignment, lowerUpdate } from "./assign.ts";
import { statementExpression } from "./block.ts";
import { readAt } from "../memory/cell.ts";
import { lowerCall } from "./invoke.ts";
import { globalOf, readName } from "../memory/names.ts";
import { choice, operation, prefix } from "./operation.ts";
import { locate } from "../memory/place.ts";
import { watchAddress } from "../memory/obligation.ts";
import { refuseToSet } from "../memory/said.ts";
import { typeWith } from "../memory/types.ts";
import {
  addressOf,
  anyOf,
  asPointer,
  asType,
  effectsOf,
  fresh,
  integer,
  recastIn,
  withEffects,
} from "../memory/value.ts";
import { stripped } from "../memory/variables.ts";
import { only, textOf } from "../memory/words.ts";

export function lowerExpression(scope: Scope, syntax: Syntax): Value {
  scope.rule.budget -= 1;
  if (scope.rule.budget < 0) fail(syntax.place, "too large: its branches and labels repeat too much text");
  switch (syntax.type) {
    case "identifier": {
      const binding = lookUp(scope, syntax.unit.out);
      return binding?.is === "place" ? readAt(scope, locate(scope, syntax), syntax) : readName(scope, syntax);
    }
    case "number_literal":
      return integer(number(syntax.unit.out, syntax.place));
    case "char_literal":
      return integer(character(syntax.place.text, syntax.place));
    case "true":
      return integer(int(1));
    case "false":
      return integer(int(0));
    case "null":
      return { is: "pointer", expr: constant("u64", 0n), to: UNKNOWN };
    case "parenthesized_expression": {
      const inner = only(syntax);
      return inner.type === "compound_statement" ? statementExpression(scope, inner) : lower(scope, inner);
    }
    case "compound_statement":
      return statementExpression(scope, syntax);
    case "binary_expression":
      return operation(scope, syntax);
    case "unary_expression":
      return prefix(scope, syntax);
    case "conditional_expression":
      return choice(scope, syntax);
    case "cast_expression":
      return cast(scope, syntax);
    case "assignment_expression":
      return lowerAssignment(scope, syntax);
    case "update_expression":
      return lowerUpdate(scope, syntax);
    case "comma_expression": {
      const first = lower(scope, mustHave(syntax, "left"));
      return withEffects(effectsOf(first), lower(scope, mustHave(syntax, "right")));
    }
    case "call_expression":
      return lowerCall(scope, syntax);
    case "field_expression":
    case "subscript_expression":
      return readAt(scope, locate(scope, syntax), syntax);
    case "pointer_expression":
      return syntax.children[0]?.type === "&" ? address(scope, syntax) : readAt(scope, locate(scope, syntax), syntax);
    case "sizeof_expression":
      return sizeOf(scope, syntax);
    case "string_literal":
    case "concatenated_string":
    case "offsetof_expression":
      return scope.rule.isStrict ? unsupported(syntax) : anyOf(scope, syntax, "name", []);
    default:
      return unsupported(syntax);
  }
}

function unsupported(syntax: Syntax): never {
  return fail(syntax.place, `${UNSUPPORTED[syntax.type] ?? syntax.type.replaceAll("_", " ")} is not supported`);
}

const UNSUPPORTED: Readonly<Record<string, string>> = {
  string_literal: "a string",
  concatenated_string: "a string",
  compound_literal_expression: "a compound literal",
  offsetof_expression: "offsetof",
  generic_expression: "_Generic",
  gnu_asm_expression: "asm",
};

function cast(scope: Scope, syntax: Syntax): Value {
  const typeSyntax = mustHave(syntax, "type");
  const argument = mustHave(syntax, "value");
  const type = typeWith(scope.rule, typeSyntax, undefined);
  const value = lower(scope, argument);
  switch (type.is) {
    case "int":
      return integer(asType(scope, value, type.type, argument));
    case "pointer": {
      const to = type.to.is === "void" && value.is === "pointer" ? value.to : type.to;
      // Through another type it leads somewhere else for all that is known here.
      const isSame =
        value.is === "pointer" && (type.to.is === "void" || value.to.is === "unknown" || sameStruct(value.to, type.to));
      if (!isSame) recastIn(scope, value);
      const { is } = type.to;
      const at = isSame &&
        value.at && { ...value.at, isConst: type.isConst || (is === "void" && value.at.isConst === true) };
      return { is: "pointer", expr: asPointer(value, argument), to, ...(at && { at }) };
    }
    case "void":
      if (scope.rule.isStrict) fail(typeSyntax.place, "type 'void' is not supported: only integers are");
      return { is: "nothing", effects: effectsOf(value) };
    case "unknown":
    case "struct":
    case "array":
      // GNU's cast to a union.
      if (type.is === "array" || scope.rule.isStrict)
        return fail(typeSyntax.place, `a cast to '${textOf(typeSyntax)}' is not supported`);
      return anyOf(scope, syntax, "name", effectsOf(value));
    default:
      return type satisfies never;
  }
}

const sameStruct = (a: { readonly is: string }, b: { readonly is: string }): boolean =>
  a.is === "struct" && b.is === "struct" && "tag" in a && "tag" in b && a.tag === b.tag;

/** &x: of something in memory. */
function address(scope: Scope, syntax: Syntax): Value {
  const argument = mustHave(syntax, "argument");
  const inner = stripped(argument) ?? argument;
  if (scope.rule.isStrict) fail(syntax.place, "a pointer's * or & is not supported");
  if (inner.type === "identifier" && !lookUp(scope, inner.unit.out)) {
    refuseToSet(scope, inner);
    const at = { obj: globalOf(scope, inner.unit.out), path: "" };
    return { is: "pointer", expr: addressOf(at), to: UNKNOWN, at };
  }
  if (inner.type === "pointer_expression" && inner.children[0]?.type === "*")
    return lower(scope, mustHave(inner, "argument"));
  const located = locate(scope, inner);
  if (located.is === "local") {
    return fail(syntax.place, `the address of '${inner.unit.out}' is not supported here`);
  }
  if (located.is !== "memory") {
    return { is: "pointer", expr: after(located.effects, fresh(scope, syntax, "name", "u64", true)), to: UNKNOWN };
  }
  const { at, type, effects } = located;
  watchAddress(scope, at, syntax);
  const isWhole = at.path === "" && at.obj.isStable;
  const expr = isWhole ? addressOf(at) : fresh(scope, syntax, "name", "u64", true);
  return { is: "pointer", expr: after(effects, expr), to: type, at };
}

function sizeOf(scope: Scope, syntax: Syntax): Value {
  const type = child(syntax, "type");
  const value = child(syntax, "value");
  const measured = type ? typeWith(scope.rule, type, undefined) : undefined;
  if (type && !measured) return fail(type.place, "this type has no size");
  const found = measured ?? (value ? typeOfValue(scope, value) : UNKNOWN);
  const bytes = sizeOfType(found);
  if (bytes !== undefined && !(scope.rule.isStrict && found.is === "pointer"))
    return integer(constant("u64", BigInt(bytes)));
  if (scope.rule.isStrict) return fail(syntax.place, `the size of this is not known: only integers have one`);
  return integer(fresh(scope, syntax, "macro", "u64", false, "run"));
}

/** What sizeof measures is not evaluated. */
function typeOfValue(scope: Scope, syntax: Syntax) {
  const { rule } = scope;
  const sizes = [rule.sites.length, rule.unknowns.length];
  const value = lower(scope, syntax);
  rule.sites.splice(sizes[0] ?? 0);
  rule.unknowns.splice(sizes[1] ?? 0);
  if (value.is === "int") return { is: "int", type: value.expr.type } as const;
  if (value.is === "pointer") return pointerTo(value.to);
  return value.is === "place" ? value.type : UNKNOWN;
}
