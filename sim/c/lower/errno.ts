/**
 * Does a function answer as the kernel's checks do that are no bool: 0 where it accepts, an errno where it refuses?
 * Nothing in its type says so, but what it returns or keeps for that does: -EINVAL.
 */

import { ERRNOS } from "../tree/names.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";

/** What hands a value on as it is. */
const HANDS_ON = new Set([
  "return_statement",
  "assignment_expression",
  "init_declarator",
  "conditional_expression",
  "parenthesized_expression",
  "comma_expression",
]);

/** @param calls whether a function of this name gives one, too */
export const givesErrno = (syntax: Syntax, calls: (name: string) => boolean): boolean =>
  (HANDS_ON.has(syntax.type) &&
    named(syntax).some((each) => isErrno(each, syntax.type === "return_statement") || isCall(each, calls))) ||
  syntax.children.some((each) => givesErrno(each, calls));

const isCall = (syntax: Syntax, calls: (name: string) => boolean): boolean =>
  syntax.type === "call_expression" && calls(mustHave(syntax, "function").unit.out);

/** -EINVAL, or a plain -1 that is returned. */
function isErrno(syntax: Syntax, isReturned: boolean): boolean {
  if (syntax.type !== "unary_expression" || syntax.field === "condition" || syntax.unit.out !== "-") return false;
  const of = child(syntax, "argument");
  return of?.type === "identifier" ? ERRNOS.has(of.unit.out) : isReturned && of?.type === "number_literal";
}
