/** What the text stores in the slot must be what the machine binds. */

import type { Expr } from "../../../model/rule/tree.ts";
import { compare, conditional, constant, convert, divide, int, logic } from "../tree/build.ts";
import { objectOf, readMark, storeMark, cellOf } from "../tree/memory.ts";
import { readVariable } from "../tree/names.ts";
import { addSite, after, type Scope } from "../tree/scope.ts";
import type { Place } from "../syntax/fail.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { inputOf, type Located, readAt } from "./cell.ts";
import { textOf } from "./words.ts";

/** A cell that says whether the last store to the member was of another value. */
function wrongCell(scope: Scope, name: string): number {
  const obj = objectOf(scope.rule.memory, `wrong ${name}`, {
    name: `${name} is set to what is not bound`,
    is: "stack",
    isStable: true,
    isEscaped: false,
    isPlain: true,
  });
  return cellOf(scope.rule.memory, { obj, path: "" }, "bool", false, { value: constant("bool", 0n), isInput: false });
}

/** @returns what is done behind the store: it notes whether the member has the machine's value */
export function obligation(scope: Scope, located: Exclude<Located, { is: "local" }>, left: Syntax): readonly Expr[] {
  if (located.is !== "memory" || located.at.obj.role !== "slot") return [];
  const input = inputOf(scope, located.at);
  if (input === undefined || input === "userspace_addr") return [];
  const value = readAt(scope, { ...located, effects: [] }, left);
  if (value.is !== "int") return [];
  const bound = readVariable(scope.rule, input, left.place);
  const name = textOf(left);
  scope.rule.obligations.set(name, left.place);
  return [
    storeMark(scope.rule.memory, wrongCell(scope, name), compare("ne", value.expr, convert(value.expr.type, bound))),
  ];
}

/** Where it accepts, and something wrong was stored, what it does is undefined, for there is a finding. */
export function kept(scope: Scope, accepts: Expr): Expr {
  if (scope.rule.obligations.size === 0 || (accepts.node === "const" && accepts.value === 0n)) return accepts;
  const { line, column } = scope.body.place;
  const wrong = [...scope.rule.obligations].map(([name, place]): readonly [Expr, Place, string] => {
    const mark = { cell: wrongCell(scope, name), text: name, line, column, isOnce: false };
    return [readMark(scope.rule.memory, mark), place, name];
  });
  const checks = wrong.map(([isWrong, place, name]) => {
    const what = `${name} is set to another value than the one that is bound`;
    return divide("div", int(1), conditional(isWrong, int(0), int(1)), () => addSite(scope.rule, place, what));
  });
  return logic("and", accepts, after(checks, constant("bool", 1n)));
}
