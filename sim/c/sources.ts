/** The functions of a file: which of them are rules, and which need which. */

import { findMeasure } from "./kind.ts";
import { BARE } from "./lower/bare.ts";
import { givesErrno } from "./lower/errno.ts";
import { functionName, functionPlace, returnTypeOf } from "./lower/signature.ts";
import type { TypeNames } from "./memory/types.ts";
import { areErrors, returnedBy } from "./returned.ts";
import { fail } from "./syntax/fail.ts";
import type { Syntax } from "./syntax/syntax.ts";

export type Sources = ReadonlyMap<string, Syntax>;

export type File = {
  readonly sources: Sources;
  /** Those that call themselves, directly or through others. */
  readonly recursive: Sources;
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
  return { sources, recursive: recursiveAmong(sources), constants, hasMore };
}

const DECLARES = new Set(["declaration", "enum_specifier", "struct_specifier", "union_specifier", "type_definition"]);

/** EXPORT_SYMBOL_GPL(f); and what else a module says of itself. */
const isExport = (syntax: Syntax): boolean =>
  syntax.type === "expression_statement" &&
  /^(?:EXPORT_SYMBOL|MODULE_|module_param|static_assert)/.test(syntax.unit.out);

export const NO_RULE = "no rule: no function here returns bool, nor 0 or an errno such as -EINVAL";

/**
 * Those that no other calls and that return bool; where none does, those that return 0 or an errno. One that calls itself
 * and that nothing here needs was meant to be one of them.
 *
 * @param ofContracts functions with contracts, and what the contracts call: these are judged by what they claim
 */
export function rulesAmong({ sources, recursive }: File, ofContracts: ReadonlySet<string>): [string, Syntax][] {
  const rules = answersAmong(sources).filter(([name]) => !ofContracts.has(name));
  if (rules.length === 0 && ofContracts.size > 0) return [];
  const needed = new Set(rules.map(([name]) => name));
  for (const name of needed) {
    const source = sources.get(name);
    if (source) for (const callee of callees(source, sources)) needed.add(callee);
  }
  for (const [name, source] of recursive) {
    if (!needed.has(name)) fail(functionPlace(source), `${name}() is recursive`);
  }
  if (rules.length > 0) return rules;
  const [source] = sources.values();
  return fail(source ? functionPlace(source) : { line: 1, column: 1 }, NO_RULE);
}

function answersAmong(sources: Sources): [string, Syntax][] {
  const called = new Set([...sources.values()].flatMap((source) => [...callees(source, sources)]));
  const answers = [...sources].filter(([name]) => !called.has(name));
  const bools = answers.filter(([, source]) => isBool(source));
  if (bools.length > 0) return bools;
  const sure = answers.filter(([, source]) => givesErrnos(source, sources) || findMeasure(NO_TYPES, source));
  return sure.length > 0 ? sure : answers.filter(([, source]) => isErrno(source, sources));
}

/** Of the text's own types only the names are known here. */
export const NO_TYPES: TypeNames = { enums: new Map(), structs: new Map(), typedefs: new Map(), isStrict: false };

export function isBool(source: Syntax): boolean {
  const type = returnTypeOf(NO_TYPES, source);
  return type.is === "int" && type.type === "bool";
}

const isVoid = (source: Syntax): boolean => returnTypeOf(NO_TYPES, source).is === "void";

/** Does it return 0 or an errno? What was pasted without a function around it says by itself what it returns. */
export const isErrno = (source: Syntax, sources: Sources): boolean =>
  givesErrnos(source, sources) || (functionName(source) !== BARE && isInt(source) && handsOnErrno(source));

/** By custom an int that is called r, ret or err is 0 or an errno, wherever it comes from. */
const handsOnErrno = (source: Syntax): boolean => areErrors(returnedBy(source));

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

/**
 * Functions that call themselves, directly or through others: each group of functions that all reach one another is found
 * once, so the time is that of reading the calls (Tarjan's algorithm, with a stack of its own: a chain of calls may be long).
 */
function recursiveAmong(sources: Sources): Sources {
  const calls = new Map([...sources].map(([name, source]) => [name, [...new Set(callees(source, sources))]] as const));
  const found = new Set<string>();
  const number = new Map<string, number>();
  /** The first of the functions still open that it reaches. */
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  for (const root of sources.keys()) {
    if (number.has(root)) continue;
    const path: { readonly name: string; next: number }[] = [];
    const enter = (name: string): void => {
      number.set(name, number.size);
      lowest.set(name, number.get(name) ?? 0);
      open.push(name);
      isOpen.add(name);
      path.push({ name, next: 0 });
    };
    const reaches = (name: string, least: number): void => {
      lowest.set(name, Math.min(lowest.get(name) ?? least, least));
    };
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { name } = top;
      const callee = calls.get(name)?.[top.next];
      top.next += 1;
      if (callee !== undefined) {
        // What is pasted without a function has no name to call it by.
        if (callee === name && name !== BARE) found.add(name);
        if (!number.has(callee)) enter(callee);
        else if (isOpen.has(callee)) reaches(name, number.get(callee) ?? 0);
        continue;
      }
      path.pop();
      const caller = path.at(-1);
      if (caller) reaches(caller.name, lowest.get(name) ?? 0);
      if (lowest.get(name) !== number.get(name)) continue;
      const group = open.splice(open.indexOf(name));
      for (const each of group) isOpen.delete(each);
      if (group.length > 1) for (const each of group) found.add(each);
    }
  }
  return new Map([...sources].filter(([name]) => found.has(name)));
}
