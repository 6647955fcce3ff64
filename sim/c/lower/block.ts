/** GNU's ({ … }): statements that come to the value of their last one. */

import type { Expr, Stmt } from "../../../model/rule/tree.ts";
import { int } from "../tree/build.ts";
import { after, inBlock, lower, type Scope } from "../tree/scope.ts";
import { fail } from "../syntax/fail.ts";
import { named, type Syntax } from "../syntax/syntax.ts";
import { withEffects } from "../memory/value.ts";
import type { Value } from "../tree/value.ts";

export function statementExpression(scope: Scope, block: Syntax): Value {
  const list = named(block);
  const last = list.at(-1);
  const [value] = last?.type === "expression_statement" ? named(last) : [];
  return inBlock(scope, () => {
    const before = scope.rule.lowering
      .statements(scope, value ? list.slice(0, -1) : list)
      .map((each) => asExpression(each, block));
    return value ? withEffects(before, lower(scope, value)) : { is: "nothing", effects: before };
  });
}

function asExpression(each: Stmt, block: Syntax): Expr {
  switch (each.stmt) {
    case "effect":
      return each.value;
    case "declare":
      return each.value ? { node: "assign", type: each.value.type, local: each.local, value: each.value } : int(0);
    case "if": {
      const inner = (list: readonly Stmt[]): Expr =>
        after(
          list.map((one) => asExpression(one, block)),
          int(0),
        );
      return {
        node: "conditional",
        type: "s32",
        condition: each.condition,
        whenTrue: inner(each.whenTrue),
        whenFalse: inner(each.whenFalse),
      };
    }
    case "loop":
    case "return":
    case "break":
    case "continue":
      return fail(block.place, `a statement expression with a ${each.stmt} in it is not supported`);
    default:
      return each satisfies never;
  }
}
