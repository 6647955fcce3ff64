/** What a caller has left where an order is handed out: any that a folio can have. */

import type { Expr, RuleFunction, Stmt } from "../../../model/rule/tree.ts";
import { compare, conditional, constant, convert } from "../tree/build.ts";
import { cellOf, storeMark } from "../tree/memory.ts";
import { addLocal, localRead, type Scope, unknown } from "../tree/scope.ts";
import { placeOf } from "./answer.ts";

/** Orders that a folio can have, with room to spare: shifts of 64 bits by them and by a page are defined. */
const MOST_ORDER = 31;

/** Makes the entry's only argument the order that it finds. To be called before it has any locals. */
export function takeFirstOrder(scope: Scope): Stmt[] {
  const { answer, rule } = scope;
  const measure = answer?.is === "measure" ? answer.of : answer?.is === "errno" ? answer.handsOut : undefined;
  if (measure?.unit !== "order" || !measure.at || !("through" in measure.at)) return [];
  const at = placeOf(scope, measure.at);
  const type = measure.type ?? "s32";
  const first = localRead(scope, addLocal(scope, `${measure.at.through} at first`.replaceAll(" ", "_"), type));
  const cell = cellOf(rule.memory, at, type, false, { value: constant(type, 0n), isInput: false });
  return [{ stmt: "effect", value: storeMark(rule.memory, cell, first) }];
}

const hasLoop = (body: readonly Stmt[]): boolean =>
  body.some(
    (each) => each.stmt === "loop" || (each.stmt === "if" && (hasLoop(each.whenTrue) || hasLoop(each.whenFalse))),
  );

/**
 * The entry of a rule that asks another function once, with an order that nobody knows. Where there is a loop it tells the
 * orders apart, so that each is a constant where it is used: a formula about all of them at once shifts by an amount that
 * is free, again in each iteration.
 */
export function askOfEachOrder(scope: Scope, callee: number): RuleFunction {
  const { rule, locals, body, functionName: name } = scope;
  const type = locals[0]?.type ?? "s32";
  const { line, column } = body.place;
  const through = locals[0]?.name.replace(/_at_first$/, "") ?? "";
  const text = `*${through} at first (0 to ${MOST_ORDER})`;
  const given = unknown(rule, { text, line, column, type: "u8", is: "name", lifetime: "evaluation" });
  const order: Expr = { node: "local", type: "u8", local: 0 };
  const ask = (value: Expr): Stmt => ({ stmt: "return", value: { node: "call", type: "bool", callee, args: [value] } });
  const isApart = rule.functions.some((each) => hasLoop(each.body));
  const orders = isApart ? Array.from({ length: MOST_ORDER }, (_, i) => MOST_ORDER - i) : [];
  const isOrder = compare("le", order, constant("u8", BigInt(MOST_ORDER)));
  const any = conditional(isOrder, convert(type, order), constant(type, 0n));
  return {
    name,
    returns: "bool",
    arity: 0,
    locals: [{ name: `${through}_is`, type: "u8", temporary: true }],
    body: [
      { stmt: "declare", local: 0, value: given },
      ...orders.map((each): Stmt => ({
        stmt: "if",
        condition: compare("eq", order, constant("u8", BigInt(each))),
        whenTrue: [ask(constant(type, BigInt(each)))],
        whenFalse: [],
      })),
      ask(isApart ? constant(type, 0n) : any),
    ],
  };
}
