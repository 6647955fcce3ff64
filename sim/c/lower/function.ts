/** Functions: parameters by name, bodies, and the order callee before caller. */

import type { IntType, RuleFunction, Stmt } from "../../../model/rule/tree.ts";
import { PARAMETER_TYPE } from "../../../model/rule/parameters.ts";
import { convert, TRUE } from "../tree/build.ts";
import { typeOf } from "./expression.ts";
import { fail, type Place } from "../syntax/fail.ts";
import { canEnd } from "./flow.ts";
import { readVariable, VARIABLES } from "../tree/names.ts";
import { known } from "../syntax/nearest.ts";
import { addLocal, type Binding, type RuleScope, type Scope } from "../tree/scope.ts";
import { lowerBlock } from "./statement.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";

/** Name of the function around what is pasted without one. */
export const BARE = "expression";

type Lowered = { readonly callee: number; readonly takes: readonly (IntType | "pointer")[] };

/** A helper, lowered when first called. */
export function lowerFunction(rule: RuleScope, name: string, source: Syntax): Lowered {
  const done = rule.lowered.get(name);
  if (done) return done;
  const scope = enter(rule, name, source);
  const takes = declared(source).map((parameter): IntType | "pointer" => {
    if (parameter.isPointer) {
      bind(scope, parameter.name, { is: "pointer" });
      return "pointer";
    }
    const type = typeOf(parameter.type);
    bind(scope, parameter.name, { is: "local", local: addLocal(scope, parameter.name, type) });
    return type;
  });
  const arity = scope.locals.length;
  return leave(scope, source, arity, [], takes);
}

/**
 * The rule itself: its parameters are what a rule can read, by name.
 * @param isErrno it returns 0 where it accepts
 */
export function lowerEntry(rule: RuleScope, name: string, isErrno: boolean): RuleFunction {
  const source = rule.sources.get(name);
  if (!source) throw new Error(`no function ${name}`);
  const returns = returnType(source);
  const errno = returns === "s64" ? "s64" : "s32";
  const scope: Scope = { ...enter(rule, name, source), returns: "bool", ...(isErrno && { errno }) };
  const set = assignedNames(source);
  const opening = declared(source).flatMap((parameter): Stmt[] => {
    if (parameter.isPointer) {
      bind(scope, parameter.name, { is: "pointer" });
      return [];
    }
    const readable = VARIABLES.get(parameter.name);
    if (readable === undefined) {
      // What is passed along and never looked at does not matter: kvm_gmem_bind's fd.
      if (!isNamedIn(mustHave(source, "body"), parameter.name)) return [];
      return fail(
        parameter.place,
        `'${parameter.name}' is nothing that a rule can read; known: ${known(parameter.name, VARIABLES.keys())}`,
      );
    }
    const type = typeOf(parameter.type);
    const value = readVariable(rule, readable, parameter.place);
    const isPlain = value.node === "parameter" && PARAMETER_TYPE[value.name] === type && !set.has(parameter.name);
    if (isPlain) {
      bind(scope, parameter.name, { is: "value", value });
      return [];
    }
    const local = addLocal(scope, parameter.name, type);
    bind(scope, parameter.name, { is: "local", local });
    return [{ stmt: "declare", local, value: convert(type, value) }];
  });
  const { callee } = leave(scope, source, 0, opening, []);
  const entry = rule.functions[callee];
  if (!entry) throw new Error(`${name} was not lowered`);
  return entry;
}

const enter = (rule: RuleScope, functionName: string, source: Syntax): Scope => ({
  rule,
  functionName,
  returns: returnType(source),
  locals: [],
  blocks: [new Map()],
  inside: [],
  body: mustHave(source, "body"),
});

function leave(
  scope: Scope,
  source: Syntax,
  arity: number,
  opening: readonly Stmt[],
  takes: Lowered["takes"],
): Lowered {
  const { rule, functionName: name, returns, locals } = scope;
  const body = [...opening, ...lowerBlock(scope, mustHave(source, "body"))];
  if (canEnd(rule, functionPlace(source), arity, body)) {
    // A piece of a function: what it did not refuse goes on behind it.
    if (scope.errno === undefined || name !== BARE) fail(functionPlace(source), endless(name));
    body.push({ stmt: "return", value: TRUE });
  }
  const callee = rule.functions.push({ name, returns, arity, locals, body }) - 1;
  const lowered = { callee, takes };
  rule.lowered.set(name, lowered);
  return lowered;
}

const endless = (name: string): string =>
  name === BARE ? "this can end without a return: add what it returns then" : `${name}() can end without a return`;

const bind = (scope: Scope, name: string, binding: Binding): void => {
  scope.blocks.at(-1)?.set(name, binding);
};

function declarator(source: Syntax): Syntax {
  const found = mustHave(source, "declarator");
  if (found.type !== "function_declarator") fail(found.place, "a function that returns a pointer is not supported");
  return found;
}

export const functionName = (source: Syntax): string => mustHave(declarator(source), "declarator").unit.out;
export const functionPlace = (source: Syntax): Place => mustHave(declarator(source), "declarator").place;

export const isVoid = (source: Syntax): boolean => mustHave(source, "type").place.text === "void";

export function returnType(source: Syntax): IntType {
  const type = mustHave(source, "type");
  if (isVoid(source)) fail(functionPlace(source), `${functionName(source)}() returns nothing`);
  return typeOf(type);
}

type Declared = { readonly name: string; readonly type: Syntax; readonly isPointer: boolean; readonly place: Place };

function declared(source: Syntax): Declared[] {
  const list = named(mustHave(declarator(source), "parameters"));
  return list.flatMap((each): Declared[] => {
    if (each.type !== "parameter_declaration") return fail(each.place, "this parameter list is not supported");
    const type = mustHave(each, "type");
    const inner = child(each, "declarator");
    if (!inner) return type.place.text === "void" ? [] : fail(each.place, "this parameter has no name");
    const isPointer = inner.type === "pointer_declarator";
    const name = isPointer ? innermost(inner) : inner;
    if (name.type !== "identifier") return fail(each.place, "this parameter is not supported");
    return [{ name: name.unit.out, type, isPointer, place: name.place }];
  });
}

export function innermost(syntax: Syntax): Syntax {
  const inner = child(syntax, "declarator");
  return inner ? innermost(inner) : syntax;
}

const isNamedIn = (syntax: Syntax, name: string): boolean =>
  (syntax.type === "identifier" && syntax.unit.out === name) || syntax.children.some((each) => isNamedIn(each, name));

/** Names that the function's text assigns to, anywhere. */
function assignedNames(source: Syntax): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (syntax: Syntax): void => {
    const target =
      child(syntax, "left") ??
      (syntax.type.startsWith("update") || syntax.type.startsWith("pointer") ? child(syntax, "argument") : undefined);
    if (target && syntax.type !== "binary_expression") names.add(innermostName(target));
    for (const each of syntax.children) visit(each);
  };
  visit(source);
  return names;
}

const innermostName = (syntax: Syntax): string =>
  syntax.type === "parenthesized_expression"
    ? innermostName(named(syntax)[0] ?? syntax.children[1] ?? syntax)
    : syntax.unit.out;
