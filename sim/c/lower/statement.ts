/** Statements: syntax -> typed tree. */

import type { Expr, Stmt } from "../../../model/rule/tree.ts";
import { condition, convert, not, TRUE } from "../tree/build.ts";
import { isWithoutEffect } from "./effects.ts";
import { lower, lowerEffect, only, typeOf } from "./expression.ts";
import { fail } from "../syntax/fail.ts";
import { innermost } from "./function.ts";
import { labelled, lowerGoto, lowerLeave } from "./jump.ts";
import { lowerTruth } from "./pointer.ts";
import { addLocal, type Scope } from "../tree/scope.ts";
import { lowerSwitch } from "./switch.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";

export const lowerAll = (scope: Scope, list: readonly Syntax[]): Stmt[] =>
  list.flatMap((each) => lowerStatement(scope, each));

/** What is declared inside is forgotten behind. */
export function inBlock<T>(scope: Scope, run: () => T): T {
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
      if (value && isIdle(scope, value)) return [];
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
      return lowerLeave(scope, syntax);
    case "goto_statement":
      return lowerGoto(scope, syntax);
    case "labeled_statement":
      return lowerStatement(scope, labelled(syntax));
    default:
      return fail(syntax.place, `${syntax.type.replaceAll("_", " ")} is not supported`);
  }
}

/** lockdep_assert_held(&kvm->slots_lock); unless the text has a function of that name. */
function isIdle(scope: Scope, syntax: Syntax): boolean {
  const name = syntax.type === "call_expression" ? mustHave(syntax, "function").unit.out : "";
  return isWithoutEffect(name) && !scope.rule.sources.has(name);
}

const test = (scope: Scope, syntax: Syntax): Expr => condition(lowerTruth(scope, only(mustHave(syntax, "condition"))));

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
    const holds = check ? condition(lowerTruth(scope, check)) : TRUE;
    return [...before, loop(scope, syntax, false, holds, step && lowerEffect(scope, step))];
  });
}
