/** Constants that a file declares beside its functions: static const u64 x = …; and enum { A, B = … }; */

import type { Expr } from "../../../model/rule/tree.ts";
import { binary, convert, int } from "../tree/build.ts";
import { lower, typeOf } from "./expression.ts";
import { fail } from "../syntax/fail.ts";
import { innermost } from "./function.ts";
import type { RuleScope, Scope } from "../tree/scope.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";

/** @param rule with the constants known so far, to which these are added */
export function declareConstants(rule: RuleScope & { readonly constants: Map<string, Expr> }, syntax: Syntax): void {
  const scope: Scope = {
    rule,
    functionName: "",
    returns: "s32",
    locals: [],
    blocks: [],
    inside: [],
    body: syntax,
  };
  const evaluate = (name: Syntax, value: Syntax): Expr => {
    const found = lower(scope, value);
    return found.node === "const" ? found : fail(name.place, `'${name.unit.out}' is not set to a constant`);
  };
  if (syntax.type === "enum_specifier") {
    let next = int(0);
    for (const each of named(mustHave(syntax, "body"))) {
      const name = mustHave(each, "name");
      const value = child(each, "value");
      const found = value ? evaluate(name, value) : next;
      rule.constants.set(name.unit.out, found);
      next = binary("add", found, int(1));
    }
    return;
  }
  const type = typeOf(mustHave(syntax, "type"));
  for (const each of syntax.children.filter(({ field }) => field === "declarator")) {
    const name = innermost(each);
    const value = child(each, "value") ?? fail(name.place, `'${name.unit.out}' is not set to a constant`);
    if (mustHave(each, "declarator").type !== "identifier") fail(name.place, "only integers can be constants");
    rule.constants.set(name.unit.out, convert(type, evaluate(name, value)));
  }
}
