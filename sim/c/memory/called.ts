/** What a call that nobody shows may change. */

import type { Expr } from "../../../model/rule/tree.ts";
import { fail, type Place } from "../syntax/fail.ts";
import { child, type Syntax } from "../syntax/syntax.ts";
import { forgetMark, type Obj } from "../tree/memory.ts";
import { MEMBERS } from "../tree/names.ts";
import type { Scope } from "../tree/scope.ts";
import { textOf } from "./words.ts";

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
 * its text says it stores in a slot cannot be compared with what is bound, so there is no verdict; that it stores nothing
 * there by another way is told with what is taken.
 */
export function forgetRecursive(scope: Scope, name: string, place: Place): readonly Expr[] {
  const { rule } = scope;
  const reached = new Set([name]);
  for (const each of reached) {
    const source = rule.sources.get(each);
    if (source)
      visit(source, rule, reached, (text) =>
        fail(place, `${name}() calls itself, and ${each}() sets ${text}: what it leaves there is not known`),
      );
  }
  rule.taken.add(name);
  return forgetAll(scope, name, place);
}

const OF_SLOT: ReadonlySet<string> = new Set(["offset", "gpa", "size", "base_gfn", "pgoff", "npages"] as const);
const STORES = new Set(["assignment_expression", "update_expression"]);

function visit(syntax: Syntax, { sources }: Scope["rule"], calls: Set<string>, refuse: (text: string) => never): void {
  const stack = [syntax];
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    stack.push(...each.children);
    const callee = each.type === "call_expression" ? (each.children[0]?.unit.out ?? "") : "";
    if (sources.has(callee)) calls.add(callee);
    const left = STORES.has(each.type) ? each.children.find(({ type }) => type === "field_expression") : undefined;
    const member = left && child(left, "field")?.unit.out;
    if (left && member !== undefined && OF_SLOT.has(MEMBERS.get(member) ?? "")) refuse(textOf(left));
  }
}
