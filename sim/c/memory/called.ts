/** What a call that nobody shows may change. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { Place } from "../syntax/fail.ts";
import { forgetMark, type Obj } from "../tree/memory.ts";
import type { Scope } from "../tree/scope.ts";

/**
 * Where calls are taken not to change the slot and what else the rule reads, whatever was handed to it and what nobody
 * knows; else all that somebody else can reach.
 *
 * @param handed what it got a pointer to; undefined of one that is taken to change nothing at all
 */
export function forgetCalled(
  { rule }: Scope,
  name: string,
  { line, column }: Place,
  handed?: readonly Obj[],
): readonly Expr[] {
  const by = { name, line, column };
  if (rule.strictCalls) return [forgetMark(rule.memory, { what: "all", but: -1, by })];
  rule.taken.add(name);
  return handed === undefined ? [] : [forgetMark(rule.memory, { what: "call", handed, by })];
}
