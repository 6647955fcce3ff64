/** What a function's own return statements say of what it gives, where its type does not. */

import { child, named, type Syntax } from "./syntax/syntax.ts";
import { ERRNOS } from "./tree/names.ts";
import { stripped } from "./memory/variables.ts";
import type { Measure } from "./tree/scope.ts";

/** Each value that it returns, through the branches of `?:`. */
export function returnedBy(syntax: Syntax): Syntax[] {
  if (syntax.type === "return_statement") return named(syntax).flatMap(branches);
  return syntax.children.flatMap(returnedBy);
}

function branches(given: Syntax): Syntax[] {
  const syntax = stripped(given) ?? given;
  if (syntax.type !== "conditional_expression") return [syntax];
  return ["consequence", "alternative"].flatMap((field) => {
    const each = child(syntax, field);
    return each ? branches(each) : [];
  });
}

export const isZero = ({ type, unit }: Syntax): boolean =>
  type === "number_literal" && /^0(?:[uU]?[lL]*)$/.test(unit.out);

const calleeOf = (syntax: Syntax): string =>
  syntax.type === "call_expression" ? (child(syntax, "function")?.unit.out ?? "") : "";

/** -EINVAL */
export const isNegatedErrno = (syntax: Syntax): boolean =>
  syntax.type === "unary_expression" &&
  syntax.unit.out === "-" &&
  ERRNOS.has(child(syntax, "argument")?.unit.out ?? "");

/** By custom what is called so is 0 or an errno, wherever it comes from. */
const ERROR = /^(?:r|rc|ret|err|error|retval)$/;
const GIVES_ERROR = /(?:^PTR_ERR(?:_OR_ZERO)?$|_err(?:or|no)?$|^security_)/;

/** Is each an error by its name, or 0? */
export const areErrors = (returned: readonly Syntax[]): boolean =>
  returned.length > 0 &&
  returned.every((each) => isZero(each) || ERROR.test(each.unit.out) || GIVES_ERROR.test(calleeOf(each)));

const COMPARES = new Set(["==", "!=", "<", ">", "<=", ">=", "&&", "||"]);

/** An int that is 0 or 1 wherever it comes from, and not always 0. */
export function areTruths(returned: readonly Syntax[]): boolean {
  const isTruth = (each: Syntax): boolean =>
    isZero(each) ||
    each.type === "true" ||
    each.type === "false" ||
    (each.type === "number_literal" && each.unit.out === "1") ||
    (each.type === "unary_expression" && each.unit.out === "!") ||
    (each.type === "binary_expression" && COMPARES.has(child(each, "operator")?.unit.out ?? ""));
  return returned.some((each) => !isZero(each)) && returned.every(isTruth);
}

/** A mask of orders: BIT(PMD_ORDER), a name that says so. */
const isMask = (each: Syntax): boolean =>
  (/^BIT(?:_ULL)?$/.test(calleeOf(each)) && mentions(each, /order$/i)) ||
  (each.type === "identifier" && /orders$|^THP_ORDERS_/.test(each.unit.out)) ||
  /(?:^|_)orders$/.test(calleeOf(each));

const mentions = (syntax: Syntax, name: RegExp): boolean =>
  (syntax.type === "identifier" && name.test(syntax.unit.out)) || syntax.children.some((each) => mentions(each, name));

/** Where what is returned says what it counts in, and the function's name does not. */
export function unitReturned(returned: readonly Syntax[]): Measure["unit"] | undefined {
  const all = returned.filter((each) => !isZero(each));
  return all.length > 0 && all.every(isMask) ? "mask" : undefined;
}

/** FOO_NOT_OK is no success. */
const NEGATED = /(?:^|_)(?:NOT|NO|NON|NEVER|UN|IN|HALF|PARTIAL|PARTLY|WITHOUT)_(?:SUCCEED|SUCCESS|OK)$/;

/** Of enumerators such as SCAN_SUCCEED and SCAN_FAIL the one that accepts; undefined where they are no such result. */
export function successAmong(source: Syntax, enums: readonly Syntax[]): string | undefined {
  const returned = returnedBy(source);
  if (returned.length === 0 || !returned.every((each) => each.type === "identifier")) return undefined;
  for (const each of enums) {
    const names = enumerators(each);
    const succeed = names.filter((name) => /_(?:SUCCEED|SUCCESS|OK)$/.test(name) && !NEGATED.test(name));
    // Of several nobody knows which one.
    const good = succeed.length === 1 ? succeed[0] : undefined;
    if (
      good !== undefined &&
      returned.every(({ unit }) => names.includes(unit.out) || isSetTo(source, unit.out, names))
    )
      return good;
  }
  return undefined;
}

const enumerators = (syntax: Syntax): string[] =>
  syntax.type === "enumerator"
    ? [child(syntax, "name")?.unit.out ?? ""]
    : syntax.children.flatMap((each) => enumerators(each));

/** Is a variable of this name set to one of them anywhere? */
function isSetTo(syntax: Syntax, name: string, values: readonly string[]): boolean {
  const target = child(syntax, syntax.type === "init_declarator" ? "declarator" : "left");
  const isSet = syntax.type === "init_declarator" || syntax.type === "assignment_expression";
  const value = child(syntax, syntax.type === "init_declarator" ? "value" : "right");
  if (isSet && target?.unit.out === name && value && values.includes(value.unit.out)) return true;
  return syntax.children.some((each) => isSetTo(each, name, values));
}
