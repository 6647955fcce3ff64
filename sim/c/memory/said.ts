/** Names that the user has said what they stand for. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { Place } from "../syntax/fail.ts";
import { fail, isRefusal } from "../syntax/fail.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { constants } from "../tree/names.ts";
import { lower, type Scope } from "../tree/scope.ts";
import { asInt } from "./value.ts";

/** What the name stands for, here; undefined where nobody said. */
export function readSaid(scope: Scope, syntax: Syntax): Expr | undefined {
  if (scope.variables.set.has(syntax.unit.out)) refuseToSet(scope, syntax);
  return whatIsSaid(scope, syntax);
}

/** The same of a parameter, which starts as that and may be set to something else. */
export function whatIsSaid(scope: Scope, syntax: Syntax): Expr | undefined {
  const { rule } = scope;
  const said = rule.said.get(syntax.unit.out);
  if (!said) return undefined;
  rule.needsTree.is = true;
  rule.readAs.set(syntax.unit.out, said.text);
  // Nothing of the text's own is in it: neither a variable of the same name nor a name that is said in turn.
  const apart = {
    ...rule,
    isStrict: true,
    constants: constants(rule.arch),
    sources: NOTHING,
    said: NOTHING,
    readAs: new Map<string, string>(),
  };
  try {
    const value = lower({ ...scope, rule: apart, blocks: [new Map()] }, standingAt(said.syntax, syntax.place));
    return asInt(scope, value, syntax);
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return fail(syntax.place, `--let ${syntax.unit.out}=${said.text}: ${thrown.message}`);
  }
}

const NOTHING = new Map<string, never>();

/** What may be undefined in it is so where the name stands. */
export const standingAt = (syntax: Syntax, place: Place): Syntax => ({
  ...syntax,
  place: { ...syntax.place, line: place.line, column: place.column },
  children: syntax.children.map((each) => standingAt(each, place)),
});

/** What stands for one expression everywhere cannot be set, nor can its address be taken. */
export function refuseToSet(scope: Scope, syntax: Syntax): void {
  const name = syntax.unit.out;
  const said = scope.rule.said.get(name);
  if (said) fail(syntax.place, `--let ${name}=${said.text}: the text sets '${name}' itself`);
}
