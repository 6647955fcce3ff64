/** Functions: bodies, and the order callee before caller. */

import { append } from "../../append.ts";
import type { RuleFunction, Stmt } from "../../../model/rule/tree.ts";
import type { CType } from "../tree/ctype.ts";
import { lose, type Target } from "../tree/memory.ts";
import { addLocal, type Answer, type Lowered, type RuleScope, type Scope, unknown } from "../tree/scope.ts";
import { fail } from "../syntax/fail.ts";
import { mustHave, type Syntax } from "../syntax/syntax.ts";
import { fallOff } from "./answer.ts";
import { assuming } from "../memory/assumed.ts";
import { BARE } from "./bare.ts";
import { askOfEachOrder, takeFirstOrder } from "./first-order.ts";
import { canEnd } from "./flow.ts";
import { bind, bindInt, bindPointer, intParameter, isSlot, pointerParameter } from "./parameters.ts";
import { declared, functionPlace, returnTypeOf } from "./signature.ts";
import { sizeOf } from "./size.ts";
import { variablesOf } from "../memory/variables.ts";

/** A helper, lowered when first called with pointers that lead where these do. */
export function lowerFunction(
  rule: RuleScope,
  name: string,
  source: Syntax,
  given: readonly (Target | undefined)[],
): Lowered {
  const parameters = declared(rule, source);
  const key = [name, ...parameters.map(({ type }, i) => (type.is === "pointer" ? targetKey(given[i]) : ""))]
    .join(" ")
    .trimEnd();
  const done = rule.lowered.get(key);
  if (done) return done;
  const scope = enter(rule, name, source, key);
  const opening: Stmt[] = [];
  const takes = parameters.map((each, i): CType => {
    const { type } = each;
    if (type.is === "int") {
      const local = addLocal(scope, each.name, type.type);
      bindInt(scope, each, local, opening);
    } else if (type.is === "pointer") {
      const at = given[i];
      if (scope.variables.addressTaken.has(each.name)) {
        append(opening, bindPointer(scope, each, addLocal(scope, each.name, "u64"), at));
        return type;
      }
      if (scope.variables.set.has(each.name)) lose(rule.memory, at);
      else if (at) scope.pointers.set(each.name, type.isConst ? { ...at, isConst: true } : at);
      const local = addLocal(scope, each.name, "u64");
      bind(scope, each.name, { is: "local", local, type });
    } else bind(scope, each.name, { is: "any" });
    return type;
  });
  const arity = scope.locals.length;
  return leave(scope, source, arity, opening, takes, key);
}

const targetKey = (at: Target | undefined): string => (at ? `${at.obj.id}:${at.path}${at.isConst ? "c" : ""}` : "-");

/** The rule itself: its parameters are what a rule can read, by name and by what they point to. */
export function lowerEntry(rule: RuleScope, name: string, answer: Answer, isPiece: boolean): RuleFunction {
  const source = rule.sources.get(name);
  if (!source) throw new Error(`no function ${name}`);
  const scope: Scope = { ...enter(rule, name, source, name), answer, isPiece };
  const parameters = declared(rule, source);
  const slots = parameters.filter((each) => isSlot(each.type) && !each.name.startsWith("old"));
  const first = takeFirstOrder(scope);
  const arity = scope.locals.length;
  const opening = parameters.flatMap((each): Stmt[] => {
    const { type } = each;
    if (type.is === "pointer") return pointerParameter(scope, each, slots);
    if (type.is === "int") return intParameter(scope, source, each);
    bind(scope, each.name, { is: "any" });
    return [];
  });
  const { callee } = leave(scope, source, arity, [...first, ...opening, ...assuming(scope)], [], name);
  const entry = rule.functions[callee];
  if (!entry) throw new Error(`${name} was not lowered`);
  if (arity === 0) return entry;
  let inner = `${name}_from`;
  while (rule.sources.has(inner)) inner += "_";
  rule.functions[callee] = { ...entry, name: inner };
  const asking = askOfEachOrder(scope, callee);
  rule.functions.push(asking);
  return asking;
}

const enter = (rule: RuleScope, functionName: string, source: Syntax, instance: string): Scope => ({
  rule,
  functionName,
  instance,
  isPiece: false,
  returns: returnTypeOf(rule, source),
  locals: [],
  implicit: [],
  blocks: [new Map()],
  variables: variablesOf(source),
  pointers: new Map(),
  inside: [],
  body: mustHave(source, "body"),
});

function leave(
  scope: Scope,
  source: Syntax,
  arity: number,
  opening: readonly Stmt[],
  takes: readonly CType[],
  key: string,
): Lowered {
  const { rule, functionName: name, locals } = scope;
  const inner = inBody(scope, source);
  const implicit = scope.implicit.map((local): Stmt => ({ stmt: "declare", local }));
  const body = [...opening, ...implicit, ...inner];
  const unset = new Set<number>();
  if (canEnd(rule, functionPlace(source), arity, body, unset)) {
    const fallen = fallOff(scope);
    if (!fallen) fail(functionPlace(source), endless(name));
    append(body, fallen);
  }
  const first = [...unset].map((local): Stmt => {
    const { name: text, type } = locals[local] ?? { name: "", type: "u64" as const };
    const { line, column } = scope.body.place;
    const value = unknown(rule, {
      text: `${text}, before it is set`,
      line,
      column,
      type,
      is: "name",
      lifetime: "evaluation",
    });
    return { stmt: "declare", local, value };
  });
  const returns = scope.answer
    ? "bool"
    : scope.returns.is === "int"
      ? scope.returns.type
      : scope.returns.is === "pointer"
        ? "u64"
        : "s32";
  const made: RuleFunction = { name, returns, arity, locals, body: [...first, ...body] };
  const callee = rule.functions.push(made) - 1;
  const size = sizeOf(made, [...rule.lowered.values()]);
  if (size > MOST)
    fail(
      functionPlace(source),
      `${name}() is too large: with all that it calls it comes to more than ${MOST} operations`,
    );
  const lowered = { callee, takes, returns: scope.returns, size };
  rule.lowered.set(key, lowered);
  return lowered;
}

/** Operations of a rule with its callees written out, each as often as it is called. */
const MOST = 2_000_000;

const inBody = (scope: Scope, source: Syntax): Stmt[] => {
  scope.blocks.push(new Map());
  const body = scope.rule.lowering.statements(
    scope,
    mustHave(source, "body").children.filter((each) => each.isNamed),
  );
  scope.blocks.pop();
  return body;
};

const endless = (name: string): string =>
  name === BARE ? "this can end without a return: add what it returns then" : `${name}() can end without a return`;
