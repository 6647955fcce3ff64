/** How large a function is with its callees written out: what an evaluation can cost without a loop. */

import type { Expr, RuleFunction, Stmt } from "../../../model/rule/tree.ts";
import type { Lowered } from "../tree/scope.ts";
import { partsOf } from "../tree/reads.ts";

export function sizeOf({ body }: RuleFunction, callees: readonly Lowered[]): number {
  const sizes = new Map(callees.map(({ callee, size }) => [callee, size]));
  const ofExpr = (expr: Expr): number => {
    let size = 1;
    for (const each of partsOf(expr)) size += ofExpr(each);
    return expr.node === "call" ? size + (sizes.get(expr.callee) ?? 0) : size;
  };
  const ofAll = (list: readonly Stmt[]): number => list.reduce((sum, each) => sum + ofStmt(each), 0);
  const ofStmt = (each: Stmt): number => {
    switch (each.stmt) {
      case "effect":
      case "return":
        return 1 + ofExpr(each.value);
      case "declare":
        return each.value ? 1 + ofExpr(each.value) : 1;
      case "if":
        return 1 + ofExpr(each.condition) + ofAll(each.whenTrue) + ofAll(each.whenFalse);
      case "loop":
        return 1 + ofExpr(each.condition) + (each.step ? ofExpr(each.step) : 0) + ofAll(each.body);
      case "break":
      case "continue":
        return 1;
      default:
        return each satisfies never;
    }
  };
  return ofAll(body);
}
