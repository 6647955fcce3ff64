/**
 * A contract as a tree: any values of the parameters, what is required of them, the call, what is then to hold. The
 * function and all that the contract calls are lowered as they are for rules.
 */

import { afterCall, type ContractParameter, RESULT } from "../../../model/rule/contract.ts";
import type { Expr, Stmt } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { addressOf, asCondition, asInt } from "../memory/value.ts";
import { bind, bindInt } from "../lower/parameters.ts";
import { type Declared, declared, returnTypeOf } from "../lower/signature.ts";
import { readCell } from "../memory/cell.ts";
import { variablesOf } from "../memory/variables.ts";
import { constant, int, not, TRUE } from "../tree/build.ts";
import { intType } from "../tree/ctype.ts";
import { cellOf, objectOf, storeMark, type Target } from "../tree/memory.ts";
import { addLocal, localRead, lookUp, lower, type RuleScope, type Scope, unknown } from "../tree/scope.ts";
import { HELPERS } from "../helpers/table.ts";
import { isIdle } from "../lower/effects.ts";
import { SPECIAL } from "../lower/special.ts";
import { fail } from "../syntax/fail.ts";
import { near } from "../syntax/nearest.ts";
import { mustHave, named, type Syntax } from "../syntax/syntax.ts";
import { textOf } from "../memory/words.ts";

/** A clause of a contract, parsed. */
export type ParsedClause = { readonly syntax: Syntax };

/** A function with a contract, and what of it is asked. */
export type Asked = {
  readonly name: string;
  readonly source: Syntax;
  readonly requires: readonly ParsedClause[];
  /** Without one: does it come to an end where what is required holds? */
  readonly ensures?: ParsedClause;
};

/** Of each parameter, where it is kept. */
type Given = Declared & { readonly local?: number; readonly at?: Target };

/** The entry: its last function. */
export function lowerContract(rule: RuleScope, { name, source, requires, ensures }: Asked): void {
  const clauses = [...requires, ...(ensures ? [ensures] : [])].map(({ syntax }) => syntax);
  for (const clause of clauses) refuseWrites(clause);
  const isVoid = returnTypeOf(rule, source).is === "void";
  for (const { syntax } of requires) refuseWords(rule, syntax, "what is required is required before the call");
  if (ensures && isVoid) refuseResult(rule, ensures.syntax, `${name}() gives no result`);
  const scope = scopeAround(rule, name, source, clauses);
  const opening: Stmt[] = [];
  const given = declared(rule, source).map((each) => parameterOf(scope, each, opening));
  for (const clause of clauses) refuseUnknown(scope, clause);
  const required = requires.map(({ syntax }): Stmt => {
    const missed = { stmt: "return", value: constant("bool", ensures ? 1n : 0n) } as const;
    return { stmt: "if", condition: not(asCondition(lower(scope, syntax), syntax)), whenTrue: [missed], whenFalse: [] };
  });
  const before: Stmt[] = [];
  const wanted = ensures && withOld(scope, ensures.syntax, before);
  const called = callOf(scope, name, source, given);
  const holds = wanted ? asCondition(lower(scope, wanted), wanted) : TRUE;
  const body = [...opening, ...required, ...before, ...called, { stmt: "return", value: holds } as const];
  rule.functions.push({ name: entryName(rule, name), returns: "bool", arity: 0, locals: scope.locals, body });
}

function entryName({ sources }: RuleScope, name: string): string {
  let made = `contract_of_${name}`;
  while (sources.has(made)) made += "_";
  return made;
}

const scopeAround = (rule: RuleScope, name: string, source: Syntax, clauses: readonly Syntax[]): Scope => ({
  rule,
  functionName: entryName(rule, name),
  instance: entryName(rule, name),
  isPiece: false,
  returns: intType("bool"),
  locals: [],
  implicit: [],
  blocks: [new Map()],
  variables: variablesOf({ ...source, type: "contract", field: "", children: [...clauses] }),
  pointers: new Map(),
  inside: [],
  body: mustHave(source, "body"),
});

const WRITES = new Set(["assignment_expression", "update_expression", "compound_statement"]);

function refuseWrites(syntax: Syntax): void {
  if (WRITES.has(syntax.type)) fail(syntax.place, "a contract cannot change anything");
  for (const each of syntax.children) refuseWrites(each);
}

const isOld = (rule: RuleScope, syntax: Syntax): boolean =>
  syntax.type === "call_expression" && mustHave(syntax, "function").unit.out === "old" && !rule.sources.has("old");

function refuseResult(rule: RuleScope, syntax: Syntax, why: string): void {
  if (syntax.type === "identifier" && syntax.unit.out === RESULT) fail(syntax.place, `no '${RESULT}' here: ${why}`);
  for (const each of syntax.children) refuseResult(rule, each, why);
}

/** Words about what is after the call. */
function refuseWords(rule: RuleScope, syntax: Syntax, why: string): void {
  refuseResult(rule, syntax, why);
  if (isOld(rule, syntax)) fail(syntax.place, `no old(…) here: ${why}`);
  for (const each of syntax.children) refuseWords(rule, each, why);
}

/** What nobody shows can be anything: a contract over it says nothing, so that it is a slip. */
function refuseUnknown(scope: Scope, syntax: Syntax): void {
  const { rule } = scope;
  const name = syntax.unit.out;
  if (syntax.type === "call_expression") {
    const callee = mustHave(syntax, "function");
    const isNamed = callee.type === "identifier";
    if (isNamed && !isFunction(scope, callee.unit.out)) {
      fail(callee.place, `a contract cannot be about ${callee.unit.out}(), which is not shown`);
    }
    for (const each of isNamed ? named(mustHave(syntax, "arguments")) : syntax.children) refuseUnknown(scope, each);
    return;
  }
  const isOurs =
    syntax.type !== "identifier" ||
    name === RESULT ||
    name === "NULL" ||
    // A constant of the kernel's has one value, here and in the function.
    /^[A-Z_][A-Z0-9_]*$/.test(name) ||
    lookUp(scope, name) !== undefined ||
    rule.constants.has(name) ||
    rule.variables.has(name) ||
    rule.typedefs.has(name);
  if (!isOurs) {
    const own = scope.blocks.flatMap((block) => [...block.keys()]);
    const like = near(name, [RESULT, ...own, ...rule.constants.keys()]);
    const guess = like.length > 0 ? `; did you mean ${like.join(", ")}?` : "; it reads the function's parameters";
    fail(syntax.place, `unknown name '${name}' in a contract${guess}`);
  }
  for (const each of syntax.children) refuseUnknown(scope, each);
}

const isFunction = (scope: Scope, name: string): boolean =>
  name === "old" ||
  lookUp(scope, name) !== undefined ||
  scope.rule.sources.has(name) ||
  Object.hasOwn(HELPERS, name) ||
  SPECIAL.has(name) ||
  isIdle(name);

/** Any value of its type; a pointer leads to an object of its own. */
function parameterOf(scope: Scope, each: Declared, opening: Stmt[]): Given {
  const { name, type, place } = each;
  const { rule } = scope;
  if (name === RESULT || name === "old")
    fail(place.place, `in a contract '${name}' is a word: call this parameter something else`);
  const { line, column } = place.place;
  if (type.is === "int") {
    const value = unknown(rule, { text: name, line, column, type: type.type, is: "input", lifetime: "evaluation" });
    const local = addLocal(scope, name, type.type);
    opening.push({ stmt: "declare", local, value });
    bindInt(scope, each, local, opening);
    return { ...each, local };
  }
  if (type.is !== "pointer") {
    const what =
      type.is === "struct"
        ? "a struct that is handed over by value"
        : "a parameter of a type that is not declared here";
    return fail(place.place, `a contract cannot be judged with ${what}: '${name}'`);
  }
  const isInt = type.to.is === "int";
  const obj = objectOf(rule.memory, `parameter ${name}`, {
    name: isInt ? `*${name}` : name,
    is: "role",
    isStable: true,
    isEscaped: false,
    isPlain: isInt || (type.to.is === "struct" && rule.structs.has(type.to.tag)),
  });
  const at: Target = { obj, path: "", ...(type.isConst && { isConst: true }) };
  bind(scope, name, { is: "pointer", expr: addressOf(at), to: type.to, at });
  return { ...each, at };
}

/** Each old(…) is what it is before the call. */
function withOld(scope: Scope, syntax: Syntax, before: Stmt[]): Syntax {
  if (!isOld(scope.rule, syntax)) {
    return { ...syntax, children: syntax.children.map((each) => withOld(scope, each, before)) };
  }
  const [argument, ...more] = named(mustHave(syntax, "arguments"));
  if (!argument || more.length > 0) return fail(syntax.place, "old(…) takes one expression");
  refuseWords(scope.rule, argument, "old(…) is before the call already");
  const value = asInt(scope, lower(scope, argument), argument);
  const local = addLocal(scope, `old_${scope.locals.length}`, value.type);
  before.push({ stmt: "declare", local, value });
  // No word of C's, so that nothing can be called so.
  const name = `old(${textOf(argument)}) ${local}`;
  bind(scope, name, { is: "local", local, type: intType(value.type) });
  return { ...syntax, type: "identifier", children: [], unit: { ...syntax.unit, out: name } };
}

function callOf(scope: Scope, name: string, source: Syntax, given: readonly Given[]): Stmt[] {
  const { rule } = scope;
  const returns = returnTypeOf(rule, source);
  const type: IntType = returns.is === "int" ? returns.type : returns.is === "pointer" ? "u64" : "s32";
  const isValue = returns.is === "int" || returns.is === "pointer";
  // Made before the text is lowered, which may have a name of its own like it.
  const result = isValue ? observedCell(scope, RESULT, type) : -1;
  const targets = given.map(({ at }) => at);
  const { callee } = rule.lowering.callee(rule, name, source, targets);
  const args = given.map(({ local, at }): Expr =>
    local === undefined ? (at ? addressOf(at) : int(0)) : localRead(scope, local),
  );
  const call: Expr = { node: "call", type, callee, args };
  const seen = given.flatMap((each): Stmt[] => {
    if (each.at === undefined || each.type.is !== "pointer" || each.type.to.is !== "int") return [];
    const is = readCell(scope, each.at, each.type.to.type, false, each.place);
    return [observed(scope, observedCell(scope, afterCall(each.name), is.type), is)];
  });
  if (!isValue) return [{ stmt: "effect", value: call }, ...seen];
  const local = addLocal(scope, RESULT, type);
  bind(scope, RESULT, { is: "local", local, type: returns });
  return [{ stmt: "declare", local, value: call }, observed(scope, result, localRead(scope, local)), ...seen];
}

/** Where whoever asks can look something up. */
function observedCell({ rule: { memory } }: Scope, name: string, type: IntType): number {
  const obj = objectOf(memory, `observed ${name}`, {
    name,
    is: "stack",
    isStable: true,
    isEscaped: false,
    isPlain: true,
  });
  const cell = cellOf(memory, { obj, path: "" }, type, false, { value: constant(type, 0n), isInput: false });
  const mark = memory.cells[cell];
  if (mark) mark.reads += 1;
  return cell;
}

const observed = ({ rule: { memory } }: Scope, cell: number, value: Expr): Stmt => ({
  stmt: "effect",
  value: storeMark(memory, cell, value),
});

/** What a report says of the parameters. */
export const parametersOf = (
  rule: RuleScope,
  source: Syntax,
  spelled: ReadonlyMap<string, string>,
): ContractParameter[] =>
  declared(rule, source).map(({ name, type }) => {
    const own = type.is === "pointer" ? type.to : type;
    const isDeclared = own.is === "int" || (own.is === "struct" && rule.structs.has(own.tag));
    const written = isDeclared ? spelled.get(name) : undefined;
    return {
      name,
      isPointer: type.is === "pointer",
      ...(own.is === "int" && { type: own.type }),
      ...(written !== undefined && { spelled: written }),
    };
  });
