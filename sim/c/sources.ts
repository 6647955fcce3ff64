/** The functions of a file: which of them are rules, and which need which. */

import { findMeasure } from "./kind.ts";
import { BARE } from "./lower/bare.ts";
import { givesErrno } from "./lower/errno.ts";
import { functionName, functionPlace, returnTypeOf } from "./lower/signature.ts";
import type { TypeNames } from "./memory/types.ts";
import { fail } from "./syntax/fail.ts";
import type { Syntax } from "./syntax/syntax.ts";

export type Sources = ReadonlyMap<string, Syntax>;

export type File = {
  readonly sources: Sources;
  /** Declarations of constants, in their order. */
  readonly constants: readonly Syntax[];
  /** Is there anything else, which a rule needs not: EXPORT_SYMBOL_GPL(f); or a struct's members? */
  readonly hasMore: boolean;
};

export function fileOf(root: Syntax): File {
  const sources = new Map<string, Syntax>();
  const constants: Syntax[] = [];
  let hasMore = false;
  for (const each of root.children) {
    if (each.type === "function_definition") {
      const name = functionName(each);
      if (sources.has(name)) fail(functionPlace(each), `${name}() is defined twice`);
      sources.set(name, each);
    } else if (DECLARES.has(each.type)) constants.push(each);
    else if (isExport(each)) hasMore = true;
    else if (each.type !== ";") fail(each.place, "only functions, declarations and #defines can stand here");
  }
  return { sources, constants, hasMore };
}

const DECLARES = new Set(["declaration", "enum_specifier", "struct_specifier", "union_specifier", "type_definition"]);

/** EXPORT_SYMBOL_GPL(f); and what else a module says of itself. */
const isExport = (syntax: Syntax): boolean =>
  syntax.type === "expression_statement" &&
  /^(?:EXPORT_SYMBOL|MODULE_|module_param|static_assert)/.test(syntax.unit.out);

export const NO_RULE = "no rule: no function here returns bool, nor 0 or an errno such as -EINVAL";

/** Those that no other calls and that return bool; where none does, those that return 0 or an errno. */
export function rulesAmong(sources: Sources): [string, Syntax][] {
  const called = new Set([...sources.values()].flatMap((source) => [...callees(source, sources)]));
  refuseRecursions(sources);
  const answers = [...sources].filter(([name]) => !called.has(name));
  const bools = answers.filter(([, source]) => isBool(source));
  if (bools.length > 0) return bools;
  const sure = answers.filter(([, source]) => givesErrnos(source, sources) || findMeasure(NO_TYPES, source));
  const rules = sure.length > 0 ? sure : answers.filter(([, source]) => isErrno(source, sources));
  if (rules.length > 0) return rules;
  const [source] = sources.values();
  return fail(source ? functionPlace(source) : { line: 1, column: 1 }, NO_RULE);
}

/** Of the text's own types only the names are known here. */
const NO_TYPES: TypeNames = { enums: new Map(), structs: new Map(), typedefs: new Map(), isStrict: false };

function isBool(source: Syntax): boolean {
  const type = returnTypeOf(NO_TYPES, source);
  return type.is === "int" && type.type === "bool";
}

const isVoid = (source: Syntax): boolean => returnTypeOf(NO_TYPES, source).is === "void";

/** Does it return 0 or an errno? What was pasted without a function around it says by itself what it returns. */
export const isErrno = (source: Syntax, sources: Sources): boolean =>
  givesErrnos(source, sources) || (functionName(source) !== BARE && isInt(source) && handsOnErrno(source));

/** By custom an int that is called r, ret or err is 0 or an errno, wherever it comes from. */
function handsOnErrno(source: Syntax): boolean {
  const returned = returnsOf(source).map((each) => each.unit.out);
  return returned.length > 0 && returned.every((each) => /^(?:0|r|rc|ret|err|error|retval)$/.test(each));
}

const returnsOf = (syntax: Syntax): Syntax[] =>
  syntax.type === "return_statement"
    ? syntax.children.filter((each) => each.isNamed)
    : syntax.children.flatMap(returnsOf);

export function isInt(source: Syntax): boolean {
  const type = returnTypeOf(NO_TYPES, source);
  return type.is === "int" && (type.type === "s32" || type.type === "s64");
}

function givesErrnos(source: Syntax, sources: Sources, known = new Map<string, boolean>()): boolean {
  if (functionName(source) !== BARE && !isInt(source)) return false;
  return givesErrno(source, (name) => {
    const before = known.get(name);
    const callee = sources.get(name);
    if (before !== undefined || callee === undefined) return before === true;
    // What is pasted without a function may seem to call itself.
    known.set(name, false);
    const gives = !isVoid(callee) && givesErrnos(callee, sources, known);
    known.set(name, gives);
    return gives;
  });
}

function* callees(source: Syntax, sources: Sources): Generator<string> {
  for (const each of source.children) yield* callees(each, sources);
  const callee = source.type === "call_expression" ? source.children[0]?.unit.out : undefined;
  if (callee !== undefined && sources.has(callee)) yield callee;
}

export function refuseRecursions(sources: Sources): void {
  const done = new Set<string>();
  for (const [name, source] of sources) refuseRecursion(name, source, sources, [], done);
}

/** @param done functions whose calls are known to end */
function refuseRecursion(
  name: string,
  source: Syntax,
  sources: Sources,
  path: readonly string[],
  done: Set<string>,
): void {
  if (path.includes(name)) fail(functionPlace(source), `${name}() is recursive`);
  if (done.has(name)) return;
  for (const callee of new Set(callees(source, sources))) {
    const next = sources.get(callee);
    if (next) refuseRecursion(callee, next, sources, [...path, name], done);
  }
  done.add(name);
}
