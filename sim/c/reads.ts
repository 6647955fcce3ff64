/** Which parameters a lowered rule really reads. */

import { PARAMETERS, type ParameterName } from "../../model/rule/parameters.ts";
import type { Expr, RuleFunction, Stmt } from "../../model/rule/tree.ts";

export function parametersRead(functions: readonly RuleFunction[]): ParameterName[] {
  const found = new Set<ParameterName>();
  for (const { body } of functions) for (const each of body) inStatement(each, found);
  return PARAMETERS.filter((name) => found.has(name));
}

function inStatement(each: Stmt, found: Set<ParameterName>): void {
  const block = (body: readonly Stmt[]): void => body.forEach((inner) => inStatement(inner, found));
  switch (each.stmt) {
    case "effect":
    case "return":
      return inExpression(each.value, found);
    case "declare":
      return each.value && inExpression(each.value, found);
    case "if":
      inExpression(each.condition, found);
      block(each.whenTrue);
      return block(each.whenFalse);
    case "loop":
      inExpression(each.condition, found);
      if (each.step) inExpression(each.step, found);
      return block(each.body);
    case "break":
    case "continue":
      return undefined;
    default:
      return each satisfies never;
  }
}

function inExpression(expr: Expr, found: Set<ParameterName>): void {
  if (expr.node === "parameter") found.add(expr.name);
  for (const each of parts(expr)) inExpression(each, found);
}

/** The expressions that stand directly in this one, in the order of evaluation. */
export function parts(expr: Expr): readonly Expr[] {
  switch (expr.node) {
    case "const":
    case "parameter":
    case "local":
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
