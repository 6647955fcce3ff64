/** Expressions: syntax -> typed tree. */

import { PARAMETERS } from "../../../model/rule/parameters.ts";
import type { Expr, IntType } from "../../../model/rule/tree.ts";
import {
  binary,
  compare,
  conditional,
  constant,
  convert,
  divide,
  int,
  logic,
  not,
  promote,
  shift,
  unary,
} from "../tree/build.ts";
import { shiftWhat } from "../tree/call.ts";
import { fail } from "../syntax/fail.ts";
import { lowerCall } from "./invoke.ts";
import { character, number } from "../tree/literal.ts";
import { MEMBERS, readVariable, VARIABLES } from "../tree/names.ts";
import { known, near } from "../syntax/nearest.ts";
import { isNullTest, isPointer, lowerTruth } from "./pointer.ts";
import { addLocal, addSite, after, localRead, lookUp, once, type Scope } from "../tree/scope.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";

export function lower(scope: Scope, syntax: Syntax): Expr {
  switch (syntax.type) {
    case "identifier":
      return variable(scope, syntax);
    case "number_literal":
      return number(syntax.unit.out, syntax.place);
    case "char_literal":
      return character(syntax.place.text, syntax.place);
    case "true":
      return int(1);
    case "false":
      return int(0);
    case "parenthesized_expression":
      return lower(scope, only(syntax));
    case "binary_expression":
      return operation(scope, syntax, operator(syntax), mustHave(syntax, "left"), mustHave(syntax, "right"));
    case "unary_expression":
      return prefix(scope, syntax);
    case "conditional_expression":
      return choice(scope, syntax);
    case "cast_expression":
      return convert(typeOf(mustHave(syntax, "type")), lower(scope, mustHave(syntax, "value")));
    case "assignment_expression":
      return assignment(scope, syntax);
    case "update_expression":
      return update(scope, syntax);
    case "comma_expression": {
      const first = lower(scope, mustHave(syntax, "left"));
      return after([first], lower(scope, mustHave(syntax, "right")));
    }
    case "call_expression":
      return lowerCall(scope, syntax, lower);
    case "field_expression":
      return member(scope, syntax);
    case "sizeof_expression":
      return sizeOf(scope, syntax);
    default:
      return fail(syntax.place, `${UNSUPPORTED[syntax.type] ?? syntax.type.replaceAll("_", " ")} is not supported`);
  }
}

const UNSUPPORTED: Readonly<Record<string, string>> = {
  compound_statement: "a statement expression ({ … })",
  pointer_expression: "a pointer's * or &",
  subscript_expression: "an array",
  string_literal: "a string",
  concatenated_string: "a string",
  null: "NULL",
  compound_literal_expression: "a compound literal",
  offsetof_expression: "offsetof",
  generic_expression: "_Generic",
  gnu_asm_expression: "asm",
};

export function only(syntax: Syntax): Syntax {
  const [inner] = named(syntax);
  return inner ?? fail(syntax.place, "an expression is missing");
}

/** The operator's own token. */
const operator = (syntax: Syntax): Syntax => mustHave(syntax, "operator");

/** @returns the integer type that a type_descriptor or a declaration's type names */
export function typeOf(syntax: Syntax): IntType {
  const { type } = syntax.unit;
  if (type !== undefined && !hasPointer(syntax)) return type;
  const text = words(syntax).join(" ");
  if (
    syntax.type === "type_identifier" ||
    (syntax.children.length === 1 && syntax.children[0]?.type === "type_identifier")
  ) {
    return fail(syntax.place, `unknown type '${text}'`);
  }
  return fail(syntax.place, `type '${text}' is not supported: only integers are`);
}

/** Its tokens, as they were written. */
const words = (syntax: Syntax): string[] =>
  syntax.children.length === 0 ? [syntax.place.text] : syntax.children.flatMap(words);

const hasPointer = (syntax: Syntax): boolean => syntax.children.some(({ type }) => type.includes("pointer"));

function variable(scope: Scope, syntax: Syntax): Expr {
  const name = syntax.unit.out;
  const { place } = syntax;
  const binding = lookUp(scope, name);
  if (binding?.is === "local") {
    const read = localRead(scope, binding.local);
    scope.rule.places.set(read, place);
    return read;
  }
  if (binding?.is === "value") return binding.value;
  const all = scope.rule.constants;
  const value = binding ? undefined : all.get(name);
  if (value) return value;
  const readable = binding ? undefined : VARIABLES.get(name);
  if (readable !== undefined) return readVariable(scope.rule, readable, place);
  if (isPointer(scope, syntax)) fail(place, `'${name}' is a pointer: only its members can be read`);
  const own = scope.blocks.flatMap((block) => [...block.keys()]);
  const like = near(name, [...VARIABLES.keys(), ...own, ...all.keys()]);
  const guess = like.length > 0 ? `; did you mean ${like.join(", ")}?` : ";";
  return fail(place, `unknown name '${name}'${guess} a rule reads ${PARAMETERS.join(", ")}`);
}

function member(scope: Scope, syntax: Syntax): Expr {
  const field = mustHave(syntax, "field");
  const name = field.unit.out;
  const path = mustHave(syntax, "argument");
  // restrictedmem.index is where the slot starts in its file; index by itself is a page of that file.
  const owner = path.type === "field_expression" ? mustHave(path, "field").unit.out : "";
  const readable = name === "index" && owner === "restrictedmem" ? "pgoff" : MEMBERS.get(name);
  if (readable === undefined) {
    return fail(field.place, `unknown member '${name}'; known: ${known(name, MEMBERS.keys())}`);
  }
  return readVariable(scope.rule, readable, syntax.place);
}

const ARITHMETIC = { "+": "add", "-": "sub", "*": "mul", "&": "and", "|": "or", "^": "xor" } as const;
const COMPARISON = { "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge" } as const;
const DIVISION = { "/": "div", "%": "rem" } as const;
const SHIFT = { "<<": "shl", ">>": "shr" } as const;
const LOGIC = { "&&": "and", "||": "or" } as const;
const has = <Key extends string>(table: Readonly<Record<Key, string>>, key: string): key is Key =>
  Object.hasOwn(table, key);

function operation(scope: Scope, syntax: Syntax, token: Syntax, left: Syntax, right: Syntax): Expr {
  const op = token.unit.out;
  if (has(LOGIC, op)) return combine(scope, token, lowerTruth(scope, left), lowerTruth(scope, right), syntax);
  if ((op === "==" || op === "!=") && isNullTest(scope, left, right)) return int(op === "==" ? 0 : 1);
  return combine(scope, token, lower(scope, left), lower(scope, right), syntax);
}

function combine(scope: Scope, token: Syntax, left: Expr, right: Expr, whole: Syntax): Expr {
  const op = token.unit.out.replace(/(?<=.)=$/, (sign) => (has(COMPARISON, token.unit.out) ? sign : ""));
  const site = (what: string): number => addSite(scope.rule, token.place, what);
  if (has(ARITHMETIC, op)) return binary(ARITHMETIC[op], left, right);
  // To C a truth is an int; a condition around it undoes this.
  if (has(COMPARISON, op)) return convert("s32", compare(COMPARISON[op], left, right));
  if (has(LOGIC, op)) return convert("s32", logic(LOGIC[op], left, right));
  if (has(SHIFT, op)) return shift(SHIFT[op], left, right, (width) => site(shiftWhat(width)));
  if (has(DIVISION, op)) {
    const what = op === "/" ? "division by 0" : "remainder of a division by 0";
    return divide(DIVISION[op], left, right, (signed) => site(signed ? `${what}, or of the least value by -1` : what));
  }
  return fail(token.place, `operator '${token.unit.out}' is not supported in ${whole.type.replaceAll("_", " ")}`);
}

function prefix(scope: Scope, syntax: Syntax): Expr {
  const argument = mustHave(syntax, "argument");
  const op = operator(syntax).unit.out;
  if (op === "!") return convert("s32", not(lowerTruth(scope, argument)));
  const operand = lower(scope, argument);
  if (op === "+") return promote(operand);
  return unary(op === "-" ? "negate" : "complement", operand);
}

/** a ? b : c, and GNU's a ?: c */
function choice(scope: Scope, syntax: Syntax): Expr {
  const then = child(syntax, "consequence");
  const otherwise = mustHave(syntax, "alternative");
  const test = (then ? lowerTruth : lower)(scope, mustHave(syntax, "condition"));
  if (then) return conditional(test, lower(scope, then), lower(scope, otherwise));
  const { effects, value } = once(scope, test);
  return after(effects, conditional(value, value, lower(scope, otherwise)));
}

/** @returns the local that an assignment's left side names */
function assignable(scope: Scope, syntax: Syntax): number {
  const target = syntax.type === "parenthesized_expression" ? only(syntax) : syntax;
  const binding = target.type === "identifier" ? lookUp(scope, target.unit.out) : undefined;
  if (binding?.is === "local") return binding.local;
  const name = target.unit.out;
  if (target.type === "identifier" && !binding && !VARIABLES.has(name)) {
    const locals = scope.blocks.flatMap((block) =>
      [...block].flatMap(([each, { is }]) => (is === "local" ? [each] : [])),
    );
    const hint = locals.length > 0 ? `; known: ${known(name, locals)}` : "";
    return fail(target.place, `unknown variable '${name}'${hint}`);
  }
  if (VARIABLES.has(name))
    return fail(target.place, `'${name}' is the rule's input: copy it to a variable to change it`);
  return fail(target.place, "only a variable of the function itself can be set");
}

function assignment(scope: Scope, syntax: Syntax): Expr {
  const left = mustHave(syntax, "left");
  const local = assignable(scope, left);
  const token = operator(syntax);
  const right = lower(scope, mustHave(syntax, "right"));
  if (token.unit.out === "=") return assign(scope, local, right);
  return assign(scope, local, combine(scope, token, readBack(scope, left, local), right, syntax));
}

export function assign(scope: Scope, local: number, value: Expr): Expr {
  const { type } = localRead(scope, local);
  return { node: "assign", type, local, value: convert(type, value) };
}

function readBack(scope: Scope, syntax: Syntax, local: number): Expr {
  const read = localRead(scope, local);
  scope.rule.places.set(read, syntax.place);
  return read;
}

/** ++x and x++; the latter's value is what x was before. */
function update(scope: Scope, syntax: Syntax, isUnused = false): Expr {
  const argument = mustHave(syntax, "argument");
  const local = assignable(scope, argument);
  const before = readBack(scope, argument, local);
  const token = operator(syntax);
  const moved = (from: Expr): Expr =>
    assign(scope, local, binary(token.unit.out === "++" ? "add" : "sub", from, int(1)));
  if (isUnused || token.place.start < argument.place.start) return moved(before);
  // A copy, even of a local: it is about to change.
  const copy = addLocal(scope, "tmp", before.type, true);
  const kept: Expr = { node: "assign", type: before.type, local: copy, value: before };
  const value = localRead(scope, copy);
  return after([kept, moved(value)], value);
}

/** An expression that stands for itself: its value is of no interest, so x++ needs no copy. */
export const lowerEffect = (scope: Scope, syntax: Syntax): Expr =>
  syntax.type === "update_expression" ? update(scope, syntax, true) : lower(scope, syntax);

function sizeOf(scope: Scope, syntax: Syntax): Expr {
  const type = child(syntax, "type");
  const measured = type ? typeOf(type) : lower(scope, mustHave(syntax, "value")).type;
  return constant("u64", BYTES[measured]);
}

const BYTES: Readonly<Record<IntType, bigint>> = {
  bool: 1n,
  u8: 1n,
  s8: 1n,
  u16: 2n,
  s16: 2n,
  u32: 4n,
  s32: 4n,
  u64: 8n,
  s64: 8n,
};
