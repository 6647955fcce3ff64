/** Which parameters a lowered rule really reads. */

import { CLAIM_WORDS } from "../../../model/claim-words.ts";
import { PARAMETERS, type ParameterName } from "../../../model/rule/parameters.ts";
import type { Expr, RuleFunction, Stmt } from "../../../model/rule/tree.ts";

const ALL: readonly ParameterName[] = [...new Set([...PARAMETERS, ...CLAIM_WORDS])];

export function parametersRead(functions: readonly RuleFunction[]): ParameterName[] {
  return ALL.filter((name) => functions.some(({ body }) => body.some((each) => readsOf(each, name) > 0)));
}

const sum = <T>(list: readonly T[], count: (each: T) => number): number =>
  list.reduce((total, each) => total + count(each), 0);

/** How often the expression's text reads the parameter. */
export const reads = (expr: Expr, name: string): number =>
  (expr.node === "parameter" && expr.name === name ? 1 : 0) + sum(partsOf(expr), (each) => reads(each, name));

/** Does its value depend on something that nobody knows? */
export const hasUnknown = (expr: Expr): boolean => expr.node === "unknown" || partsOf(expr).some(hasUnknown);

/** How often the statement's text reads the parameter. */
export function readsOf(each: Stmt, name: string): number {
  const block = (body: readonly Stmt[]): number => sum(body, (inner) => readsOf(inner, name));
  switch (each.stmt) {
    case "effect":
    case "return":
      return reads(each.value, name);
    case "declare":
      return each.value ? reads(each.value, name) : 0;
    case "if":
      return reads(each.condition, name) + block(each.whenTrue) + block(each.whenFalse);
    case "loop":
      return reads(each.condition, name) + (each.step ? reads(each.step, name) : 0) + block(each.body);
    case "break":
    case "continue":
      return 0;
    default:
      return each satisfies never;
  }
}

/** The expressions that stand directly in this one, in the order of evaluation. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.node) {
    case "const":
    case "parameter":
    case "local":
    case "unknown":
    case "cell":
      return [];
    case "convert":
    case "unary":
    case "not":
      return [expr.operand];
    case "binary":
    case "divide":
    case "shift":
    case "compare":
    case "logic":
      return [expr.left, expr.right];
    case "conditional":
      return [expr.condition, expr.whenTrue, expr.whenFalse];
    case "assign":
    case "set_cell":
      return [expr.value];
    case "sequence":
      return [...expr.effects, expr.value];
    case "call":
    case "intrinsic":
      return expr.args;
    default:
      return expr satisfies never;
  }
}
