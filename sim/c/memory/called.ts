/** What a call that nobody shows may change. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { Place } from "../syntax/fail.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { forgetMark, type Obj } from "../tree/memory.ts";
import type { Scope } from "../tree/scope.ts";
import { watchSlot } from "./obligation.ts";

/**
 * Where calls are taken not to change the slot and what else the rule reads, whatever was handed to it and what nobody
 * knows; else all that somebody else can reach.
 *
 * @param handed what it got a pointer to; undefined of one that is taken to change nothing at all
 */
export function forgetCalled(scope: Scope, name: string, place: Place, handed?: readonly Obj[]): readonly Expr[] {
  const { rule } = scope;
  if (rule.strictCalls) return forgetAll(scope, name, place);
  rule.taken.add(name);
  return handed === undefined
    ? []
    : [forgetMark(rule.memory, { what: "call", handed, by: { name, line: place.line, column: place.column } })];
}

const forgetAll = ({ rule }: Scope, name: string, { line, column }: Place): readonly Expr[] => [
  forgetMark(rule.memory, { what: "all", but: -1, by: { name, line, column } }),
];

/**
 * A function of the text's own that is not followed, because it calls itself: it may store to whatever it can reach. What
 * it stores in the slot cannot be compared with what is bound, so there is no verdict where it is handed that.
 */
export function forgetRecursive(scope: Scope, name: string, call: Syntax, handed: readonly Obj[]): readonly Expr[] {
  watchSlot(scope, call, handed);
  scope.rule.taken.add(name);
  return forgetAll(scope, name, call.place);
}
