/** What values a node can take, where that is plain to see: it saves a reader of the JavaScript a cut to its width. */

import { type Expr, isSigned, WIDTH } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";

/** Inclusive on both ends. */
type Range = readonly [bigint, bigint];

/** @returns undefined for a node whose value may wrap, or is not worth following */
export function range(expr: Expr): Range | undefined {
  const found = unwrapped(expr);
  return fits(found, expr.type) ? found : undefined;
}

function unwrapped(expr: Expr): Range | undefined {
  switch (expr.node) {
    case "const":
      return [expr.value, expr.value];
    case "intrinsic":
      return [0n, 64n];
    case "convert":
      return range(expr.operand);
    case "conditional":
      return hull(range(expr.whenTrue), range(expr.whenFalse));
    case "binary": {
      const [left, right] = [range(expr.left), range(expr.right)];
      if (!left || !right) return undefined;
      if (expr.op === "add") return [left[0] + right[0], left[1] + right[1]];
      return expr.op === "sub" ? [left[0] - right[1], left[1] - right[0]] : undefined;
    }
    case "parameter":
    case "local":
    case "unary":
    case "divide":
    case "shift":
    case "compare":
    case "not":
    case "logic":
    case "assign":
    case "sequence":
    case "call":
    case "unknown":
    case "cell":
    case "set_cell":
      return undefined;
    default:
      return expr satisfies never;
  }
}

const hull = (a: Range | undefined, b: Range | undefined): Range | undefined =>
  a && b && [a[0] < b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1]];

function fits(found: Range | undefined, type: IntType): boolean {
  if (!found) return false;
  const width = BigInt(WIDTH[type]);
  const [least, most] = isSigned(type) ? [-(1n << (width - 1n)), (1n << (width - 1n)) - 1n] : [0n, (1n << width) - 1n];
  return found[0] >= least && found[1] <= most;
}
