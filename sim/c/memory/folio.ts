/** A folio that a pointer leads to: its own order, which is not the file's now. */

import type { Expr } from "../../../model/rule/tree.ts";
import { binary, constant, convert, int } from "../tree/build.ts";
import { cellOf, readMark, type Target } from "../tree/memory.ts";
import { after, lookUp, lower, type Scope, unknown } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { effectsOf, integer } from "./value.ts";
import { stripped } from "./variables.ts";
import { textOf } from "./words.ts";

type Special = (scope: Scope, syntax: Syntax, args: readonly Syntax[]) => Value | undefined;

/** Of a folio that a pointer leads to: its own order, which is not the file's now. */
const ofFolio =
  (make: (scope: Scope, order: Expr) => Expr): Special =>
  (scope, _syntax, [argument]) => {
    if (!argument || scope.rule.isStrict) return undefined;
    const inner = stripped(argument) ?? argument;
    if (inner.type === "identifier" && !lookUp(scope, inner.unit.out)) return undefined;
    const value = lower(scope, argument);
    if (value.is !== "pointer" || !value.at) return undefined;
    const order = folioOrder(scope, value.at, argument);
    return integer(after(effectsOf(value), make(scope, order)));
  };

/** It stays what it is while the rule is asked; a page is only mapped out of a folio that is as large. */
function folioOrder(scope: Scope, at: Target, syntax: Syntax): Expr {
  const { line, column } = syntax.place;
  const text = `folio_order(${textOf(syntax)})`;
  const free = unknown(scope.rule, { text, line, column, type: "s32", is: "call", lifetime: "evaluation" });
  const least = binary("max", free, int(0));
  const initial = binary("min", least, int(18));
  const cell = cellOf(scope.rule.memory, { obj: at.obj, path: "its order" }, "s32", false, {
    value: initial,
    isInput: true,
  });
  return readMark(scope.rule.memory, { cell, text, line, column, isOnce: false });
}

export const OF_FOLIO = {
  folio_order: ofFolio((_scope, order) => convert("u32", order)),
  folio_nr_pages: ofFolio((_scope, order) => binary("mul", constant("s64", 1n), shl(order, "s64"))),
  folio_size: ofFolio((scope, order) =>
    binary("mul", constant("u64", 1n << BigInt(scope.rule.arch.page_shift)), shl(order, "u64")),
  ),
} satisfies Readonly<Record<string, Special>>;

const shl = (order: Expr, type: "s64" | "u64"): Expr => ({
  node: "shift",
  op: "shl",
  type,
  left: constant(type, 1n),
  right: order,
});
