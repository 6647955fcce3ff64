/**
 * A switch as a chain of ifs. A case that falls through stands for its own statements and those of the next case; where
 * a break stands in the middle of a case, the chain is the body of a loop that is run once.
 */

import { compare, constant, convert, logic, promote, TRUE } from "../tree/build.ts";
import { assign, lower, only } from "./expression.ts";
import { fail } from "../syntax/fail.ts";
import { leaves } from "./jump.ts";
import { addLocal, localRead, type Scope } from "../tree/scope.ts";
import { inBlock, lowerAll } from "./statement.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";
import type { Expr, Stmt } from "../../../model/rule/tree.ts";

/** Labels that stand together, and the statements behind them. */
type Arm = { readonly labels: readonly Syntax[]; readonly body: readonly Syntax[] };

export function lowerSwitch(scope: Scope, syntax: Syntax): Stmt[] {
  const value = lower(scope, only(mustHave(syntax, "condition")));
  const { type } = promote(value);
  const local = addLocal(scope, "tmp", type, true);
  const set: Stmt = { stmt: "effect", value: assign(scope, local, value) };
  const arms = armsOf(syntax);
  const tests = testsOf(scope, local, arms);
  const isLoop = arms.some(({ body }) => withoutBreak(body).some(hasBreak));
  scope.inside.push(isLoop ? "switch loop" : "switch");
  const lowered = arms.map((_, i) => ({
    test: tests[i],
    body: inBlock(scope, () => lowerAll(scope, through(arms.slice(i)))),
  }));
  scope.inside.pop();
  const last = lowered.find((each) => each.test === undefined);
  const chain = lowered
    .filter((each) => each.test !== undefined)
    .reduceRight<Stmt[]>(
      (whenFalse, { test, body }) => [{ stmt: "if", condition: test ?? TRUE, whenTrue: body, whenFalse }],
      last?.body ?? [],
    );
  if (!isLoop) return [set, ...chain];
  return [set, { stmt: "loop", bodyFirst: true, condition: constant("bool", 0n), body: chain }];
}

function armsOf(syntax: Syntax): readonly Arm[] {
  const arms: Arm[] = [];
  let labels: Syntax[] = [];
  const cases = named(mustHave(syntax, "body"));
  for (const [i, each] of cases.entries()) {
    if (each.type !== "case_statement") return fail(each.place, "a statement outside of a case is not supported");
    labels.push(each);
    const body = named(each).filter((part) => part.field !== "value");
    if (body.length === 0 && i + 1 < cases.length) continue;
    arms.push({ labels, body });
    labels = [];
  }
  return arms;
}

/** What is run from the first of these arms on, without the break that ends it. */
function through(arms: readonly Arm[]): readonly Syntax[] {
  const all: Syntax[] = [];
  for (const { body } of arms) {
    all.push(...body);
    if (leaves(body.at(-1))) break;
  }
  return withoutBreak(all);
}

/** The break may be the last statement of a block that is the last. */
function withoutBreak(list: readonly Syntax[]): readonly Syntax[] {
  const last = list.at(-1);
  if (last?.type === "break_statement") return list.slice(0, -1);
  if (last?.type !== "compound_statement") return list;
  return [...list.slice(0, -1), { ...last, children: [...withoutBreak(named(last))] }];
}

const TAKES_BREAK = new Set(["for_statement", "while_statement", "do_statement", "switch_statement"]);
/** Is there a break of this switch? */
const hasBreak = (syntax: Syntax): boolean =>
  syntax.type === "break_statement" || (!TAKES_BREAK.has(syntax.type) && syntax.children.some(hasBreak));

/** For each arm, what is asked of the value: any of its labels. Undefined for the default's. */
function testsOf(scope: Scope, local: number, arms: readonly Arm[]): readonly (Expr | undefined)[] {
  const read = localRead(scope, local);
  const seen = new Set<bigint | "default">();
  const testOf = (label: Syntax): Expr | undefined => {
    const syntax = child(label, "value");
    const value = syntax && convert(read.type, lower(scope, syntax));
    if (value && value.node !== "const") return fail(syntax.place, "what stands behind case must be a constant");
    const key = value?.value ?? "default";
    if (seen.has(key)) return fail(label.place, key === "default" ? "a second default" : `a second case of ${key}`);
    seen.add(key);
    return value && compare("eq", read, value);
  };
  return arms.map(({ labels }) => {
    const tests = labels.map(testOf);
    const known = tests.filter((each) => each !== undefined);
    return known.length < tests.length ? undefined : known.reduce((a, b) => logic("or", a, b));
  });
}
