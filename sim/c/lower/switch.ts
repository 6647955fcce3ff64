/**
 * A switch as a chain of ifs. A case that falls through stands for its own statements and those of the next case; where
 * a break stands in the middle of a case, the chain is the body of a loop that is run once.
 */

import { append } from "../../append.ts";
import { compare, condition, constant, convert, logic, not, promote, TRUE } from "../tree/build.ts";
import { assign } from "./assign.ts";
import { fail } from "../syntax/fail.ts";
import { leaves } from "./jump.ts";
import { frame, inFrame } from "../tree/frames.ts";
import { addLocal, inBlock, localRead, lower, type Scope } from "../tree/scope.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";
import { asInt } from "../memory/value.ts";
import { only } from "../memory/words.ts";
import type { Expr, Stmt } from "../../../model/rule/tree.ts";

/** Labels that stand together, and the statements behind them. */
type Arm = { readonly labels: readonly Syntax[]; readonly body: readonly Syntax[] };

export function lowerSwitch(scope: Scope, syntax: Syntax): Stmt[] {
  const asked = only(mustHave(syntax, "condition"));
  const lowered = lower(scope, asked);
  // Of unknown type: any case, and the same for all of them.
  const value = lowered.is === "any" ? lowered.make("s64", false) : asInt(scope, lowered, asked);
  const { type } = promote(value);
  const local = addLocal(scope, "tmp", type, true);
  const set: Stmt = { stmt: "effect", value: assign(scope, local, value) };
  const arms = armsOf(syntax);
  const tests = testsOf(scope, local, arms);
  const repeated = arms.reduce((sum, _, i) => sum + through(arms.slice(i, i + MOST_REPEATED)).length, 0);
  return [set, ...(repeated > MOST_REPEATED ? inTurn(scope, arms, tests) : asChain(scope, arms, tests))];
}

/** Statements that cases which fall into others may stand for. */
const MOST_REPEATED = 200;

type Tests = readonly (Expr | undefined)[];

function asChain(scope: Scope, arms: readonly Arm[], tests: Tests): Stmt[] {
  const isLoop = arms.some(({ body }) => withoutBreak(body).some(hasBreak));
  const of = frame(isLoop ? "switch loop" : "switch");
  return inFrame(scope, of, () => {
    const chain = chainOf(scope, arms, tests);
    return isLoop ? [once(chain)] : chain;
  });
}

function chainOf(scope: Scope, arms: readonly Arm[], tests: Tests): Stmt[] {
  const arm = arms.map((_, i) => ({
    test: tests[i],
    body: inBlock(scope, () => scope.rule.lowering.statements(scope, through(arms.slice(i)))),
  }));
  const last = arm.find((each) => each.test === undefined);
  return arm
    .filter((each) => each.test !== undefined)
    .reduceRight<Stmt[]>(
      (whenFalse, { test, body }) => [{ stmt: "if", condition: test ?? TRUE, whenTrue: body, whenFalse }],
      last?.body ?? [],
    );
}

const once = (body: readonly Stmt[]): Stmt => ({
  stmt: "loop",
  bodyFirst: true,
  condition: constant("bool", 0n),
  body,
});

/** Each case in turn, where its label matches or the one before fell into it. */
function inTurn(scope: Scope, arms: readonly Arm[], tests: Tests): Stmt[] {
  const fell = addLocal(scope, "tmp", "bool", true);
  const setFell = (value: Expr): Stmt => ({ stmt: "effect", value: assign(scope, fell, value) });
  const any = tests
    .filter((each) => each !== undefined)
    .reduce<Expr>((a, b) => logic("or", a, b), constant("bool", 0n));
  const run = inFrame(scope, frame("switch loop"), () => [once(bodies())]);
  return [setFell(constant("bool", 0n)), ...run];

  function bodies(): Stmt[] {
    return arms.map(({ body: list }, i): Stmt => {
      const test = tests[i] ?? not(any);
      const inner = inBlock(scope, () => scope.rule.lowering.statements(scope, list));
      const matches: Expr = logic("or", localRead(scope, fell), test);
      return { stmt: "if", condition: matches, whenTrue: [setFell(TRUE), ...inner], whenFalse: [] };
    });
  }
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
    append(all, body);
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

/** case 1 ... 3 */
function rangeTest(scope: Scope, read: Expr, syntax: Syntax): Expr {
  const end = (field: string): Expr => {
    const each = mustHave(syntax, field);
    return convert(read.type, asInt(scope, lower(scope, each), each));
  };
  return logic("and", compare("ge", read, end("left")), compare("le", read, end("right")));
}

/** For each arm, what is asked of the value: any of its labels. Undefined for the default's. */
function testsOf(scope: Scope, local: number, arms: readonly Arm[]): readonly (Expr | undefined)[] {
  const read = localRead(scope, local);
  const seen = new Set<bigint | "default">();
  const testOf = (label: Syntax): Expr | undefined => {
    const syntax = child(label, "value");
    if (syntax?.type === "comma_expression") return rangeTest(scope, read, syntax);
    const given = syntax && lower(scope, syntax);
    // A constant whose value is not known is any.
    if (given?.is === "any") return condition(compare("eq", read, given.make(read.type, false)));
    const value = given && convert(read.type, asInt(scope, given, syntax));
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
