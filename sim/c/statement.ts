/** Statements: syntax -> typed tree. */

import type { Expr, Stmt } from "../../model/rule/tree.ts";
import { compare, condition, convert, logic, not, promote, TRUE } from "./build.ts";
import { assign, lower, lowerEffect, only, typeOf } from "./expression.ts";
import { fail } from "./fail.ts";
import { innermost } from "./function.ts";
import { addLocal, localRead, type Scope } from "./scope.ts";
import { child, mustHave, named, type Syntax } from "./syntax.ts";

const lowerAll = (scope: Scope, list: readonly Syntax[]): Stmt[] => list.flatMap((each) => lowerStatement(scope, each));

/** What is declared inside is forgotten behind. */
function inBlock<T>(scope: Scope, run: () => T): T {
  scope.blocks.push(new Map());
  const result = run();
  scope.blocks.pop();
  return result;
}

export const lowerBlock = (scope: Scope, syntax: Syntax): Stmt[] =>
  inBlock(scope, () =>
    syntax.type === "compound_statement" ? lowerAll(scope, named(syntax)) : lowerStatement(scope, syntax),
  );

function lowerStatement(scope: Scope, syntax: Syntax): Stmt[] {
  switch (syntax.type) {
    case "compound_statement":
      return lowerBlock(scope, syntax);
    case "declaration":
      return declaration(scope, syntax);
    case "expression_statement": {
      const [value] = named(syntax);
      return value ? [{ stmt: "effect", value: lowerEffect(scope, value) }] : [];
    }
    case "return_statement": {
      const [value] = named(syntax);
      if (!value) return fail(syntax.place, `return without a value in ${scope.functionName}()`);
      const given = lower(scope, value);
      const answer = scope.errno === undefined ? given : not(convert(scope.errno, given));
      return [{ stmt: "return", value: convert(scope.returns, answer) }];
    }
    case "if_statement":
      return [lowerIf(scope, syntax)];
    case "while_statement":
      return [loop(scope, syntax, false, test(scope, syntax))];
    case "do_statement":
      return [loop(scope, syntax, true, test(scope, syntax))];
    case "for_statement":
      return lowerFor(scope, syntax);
    case "switch_statement":
      return lowerSwitch(scope, syntax);
    case "break_statement":
    case "continue_statement":
      return jump(scope, syntax);
    case "goto_statement":
    case "labeled_statement":
      return fail(syntax.place, "goto is not supported");
    default:
      return fail(syntax.place, `${syntax.type.replaceAll("_", " ")} is not supported`);
  }
}

const test = (scope: Scope, syntax: Syntax): Expr => condition(lower(scope, only(mustHave(syntax, "condition"))));

function declaration(scope: Scope, syntax: Syntax): Stmt[] {
  const type = mustHave(syntax, "type");
  return syntax.children
    .filter(({ field }) => field === "declarator")
    .flatMap((each): Stmt[] => {
      const target = innermost(each);
      const name = target.unit.out;
      const isPointer =
        (each.type === "init_declarator" ? mustHave(each, "declarator") : each).type === "pointer_declarator";
      if (scope.blocks.at(-1)?.has(name)) fail(target.place, `'${name}' is declared twice`);
      // A pointer's value does not matter: only members are read through it.
      if (isPointer) {
        scope.blocks.at(-1)?.set(name, { is: "pointer" });
        return [];
      }
      if (target.type !== "identifier" || each.type.startsWith("array")) {
        return fail(each.place, `${each.type.replaceAll("_", " ")} is not supported`);
      }
      const local = addLocal(scope, name, typeOf(type));
      scope.blocks.at(-1)?.set(name, { is: "local", local });
      const value = child(each, "value");
      if (!value) return [{ stmt: "declare", local }];
      return [{ stmt: "declare", local, value: convert(typeOf(type), lower(scope, value)) }];
    });
}

function lowerIf(scope: Scope, syntax: Syntax): Stmt {
  const otherwise = child(syntax, "alternative");
  return {
    stmt: "if",
    condition: test(scope, syntax),
    whenTrue: lowerBlock(scope, mustHave(syntax, "consequence")),
    whenFalse: otherwise ? lowerBlock(scope, only(otherwise)) : [],
  };
}

function loop(scope: Scope, syntax: Syntax, bodyFirst: boolean, check: Expr, step?: Expr): Stmt {
  scope.inside.push("loop");
  const body = lowerBlock(scope, mustHave(syntax, "body"));
  scope.inside.pop();
  const made: Stmt = { stmt: "loop", bodyFirst, condition: check, body, ...(step && { step }) };
  scope.rule.loops.set(made, syntax.place);
  return made;
}

function lowerFor(scope: Scope, syntax: Syntax): Stmt[] {
  return inBlock(scope, () => {
    const first = child(syntax, "initializer");
    const before: Stmt[] = !first
      ? []
      : first.type === "declaration"
        ? declaration(scope, first)
        : [{ stmt: "effect", value: lowerEffect(scope, first) }];
    const check = child(syntax, "condition");
    const step = child(syntax, "update");
    const holds = check ? condition(lower(scope, check)) : TRUE;
    return [...before, loop(scope, syntax, false, holds, step && lowerEffect(scope, step))];
  });
}

function jump(scope: Scope, syntax: Syntax): Stmt[] {
  const isBreak = syntax.type === "break_statement";
  const innermostKind = scope.inside.at(-1);
  if (isBreak && innermostKind === "switch")
    return fail(syntax.place, "break out of the middle of a case is not supported");
  if (!scope.inside.includes("loop")) return fail(syntax.place, `${isBreak ? "break" : "continue"} outside of a loop`);
  return [{ stmt: isBreak ? "break" : "continue" }];
}

/** As a chain of ifs: cases must not fall through, except where several labels stand together. */
function lowerSwitch(scope: Scope, syntax: Syntax): Stmt[] {
  const value = lower(scope, only(mustHave(syntax, "condition")));
  const { type } = promote(value);
  const local = addLocal(scope, "tmp", type, true);
  const set: Stmt = { stmt: "effect", value: assign(scope, local, value) };
  const cases = named(mustHave(syntax, "body"));
  scope.inside.push("switch");
  let labels: Syntax[] = [];
  const arms: { readonly test: Expr | undefined; readonly body: Stmt[] }[] = [];
  for (const [i, each] of cases.entries()) {
    if (each.type !== "case_statement") return fail(each.place, "a statement outside of a case is not supported");
    labels.push(each);
    const body = named(each).filter((part) => part.field !== "value");
    if (body.length === 0 && i + 1 < cases.length) continue;
    arms.push({ test: anyLabel(scope, local, labels), body: arm(scope, each, body, i + 1 === cases.length) });
    labels = [];
  }
  scope.inside.pop();
  const last = arms.find((each) => each.test === undefined);
  const chain = arms
    .filter((each) => each.test !== undefined)
    .reduceRight<Stmt[]>(
      (whenFalse, { test: check, body }) => [{ stmt: "if", condition: check ?? TRUE, whenTrue: body, whenFalse }],
      last?.body ?? [],
    );
  return [set, ...chain];
}

/** @returns undefined for a default */
function anyLabel(scope: Scope, local: number, labels: readonly Syntax[]): Expr | undefined {
  const tests = labels.map((label) => {
    const value = child(label, "value");
    return value && compare("eq", localRead(scope, local), lower(scope, value));
  });
  const known = tests.filter((each) => each !== undefined);
  return known.length < tests.length ? undefined : known.reduce((a, b) => logic("or", a, b));
}

function arm(scope: Scope, label: Syntax, body: readonly Syntax[], isLast: boolean): Stmt[] {
  const flat = body.flatMap((each) => (each.type === "compound_statement" ? named(each) : [each]));
  const end = flat.at(-1);
  const leaves = end?.type === "break_statement";
  const ends = leaves || end?.type === "return_statement" || end?.type === "continue_statement";
  if (!ends && !isLast) return fail(label.place, "a case that falls through is not supported");
  return inBlock(scope, () => lowerAll(scope, leaves ? flat.slice(0, -1) : flat));
}
