/** Pointers have no value here. There are a slot, a file and a VM wherever a check is asked: none of them is NULL. */

import type { Expr } from "../../../model/rule/tree.ts";
import { TRUE } from "../tree/build.ts";
import { lower, only } from "./expression.ts";
import { BARE } from "./function.ts";
import { POINTERS } from "../tree/names.ts";
import { lookUp, type Scope } from "../tree/scope.ts";
import type { Syntax } from "../syntax/syntax.ts";

/** Where C only asks whether it is 0. */
export const lowerTruth = (scope: Scope, syntax: Syntax): Expr =>
  isPointer(scope, syntax) ? TRUE : lower(scope, syntax);

export function isPointer(scope: Scope, syntax: Syntax): boolean {
  if (syntax.type === "parenthesized_expression") return isPointer(scope, only(syntax));
  if (syntax.type !== "identifier") return false;
  const name = syntax.unit.out;
  const binding = lookUp(scope, name);
  if (binding) return binding.is === "pointer";
  // A piece of a function is pasted without what declares them.
  return scope.functionName === BARE && POINTERS.has(name) && !scope.rule.constants.has(name);
}

const isNull = (syntax: Syntax): boolean => syntax.unit.out === "NULL" && syntax.children.length <= 1;

/** slot == NULL */
export const isNullTest = (scope: Scope, left: Syntax, right: Syntax): boolean =>
  (isPointer(scope, left) && isNull(right)) || (isNull(left) && isPointer(scope, right));
