/** Statements: syntax -> typed tree. */

import type { Expr, Stmt } from "../../../model/rule/tree.ts";
import { forgetCalled } from "../memory/called.ts";
import { constant, TRUE } from "../tree/build.ts";
import type { Frame } from "../tree/frame.ts";
import { frame, inFrame } from "../tree/frames.ts";
import { forgetMark } from "../tree/memory.ts";
import { inBlock, lower, type Scope } from "../tree/scope.ts";
import { fail } from "../syntax/fail.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";
import { lowerReturn } from "./answer.ts";
import { assignTo, lowerEffects } from "./assign.ts";
import { declaration } from "./declare.ts";
import { labelled, leaves, lowerGoto, lowerLeave, splitAtLabel } from "./jump.ts";
import { locate } from "../memory/place.ts";
import { lowerSwitch } from "./switch.ts";
import { asCondition, effectsOf, fresh } from "../memory/value.ts";
import { isForEach, stripped } from "../memory/variables.ts";
import { only } from "../memory/words.ts";

export function lowerAll(scope: Scope, list: readonly Syntax[]): Stmt[] {
  const { before, behind, label, isBack } = splitAtLabel(scope, list) ?? {};
  if (!before || !behind || label === undefined) return list.flatMap((each) => lowerStatement(scope, each));
  const of: Frame = { ...frame("label"), label, isBack: isBack === true };
  if (isBack === true) {
    const end: Stmt[] = leaves(behind.at(-1)) ? [] : [{ stmt: "break" }];
    const again = (): Stmt[] => {
      const made: Stmt = {
        stmt: "loop",
        bodyFirst: false,
        condition: TRUE,
        body: [...lowerAll(scope, behind), ...end],
      };
      scope.rule.loops.set(made, behind[0]?.place ?? scope.body.place);
      return [made];
    };
    return [...lowerAll(scope, before), ...inFrame(scope, of, again)];
  }
  const skipped = inFrame(scope, of, () => [
    { stmt: "loop", bodyFirst: true, condition: constant("bool", 0n), body: hoisted(scope, lowerAll(scope, before)) },
  ]);
  return [...skipped, ...lowerAll(scope, behind)];
}

/** What is declared there is in sight behind it. */
const hoisted = (scope: Scope, list: readonly Stmt[]): Stmt[] =>
  list.flatMap((each): Stmt[] => {
    if (each.stmt !== "declare") return [each];
    scope.implicit.push(each.local);
    const { local, value } = each;
    return value ? [{ stmt: "effect", value: { node: "assign", type: value.type, local, value } }] : [];
  });

export const lowerBlock = (scope: Scope, syntax: Syntax): Stmt[] =>
  inBlock(scope, () =>
    syntax.type === "compound_statement" ? lowerAll(scope, named(syntax)) : lowerStatement(scope, syntax),
  );

const effects = (list: readonly Expr[]): Stmt[] => list.map((value) => ({ stmt: "effect", value }));

function lowerStatement(scope: Scope, syntax: Syntax): Stmt[] {
  scope.rule.budget -= 1;
  if (scope.rule.budget < 0) fail(syntax.place, "too large: its branches and labels repeat too much text");
  switch (syntax.type) {
    case "compound_statement":
      return lowerBlock(scope, syntax);
    case "declaration":
      return declaration(scope, syntax);
    case "expression_statement": {
      const [value] = named(syntax);
      return value ? effects(lowerEffects(scope, value)) : [];
    }
    case "return_statement": {
      const [value] = named(syntax);
      if (!value) {
        if (scope.returns.is !== "void") return fail(syntax.place, `return without a value in ${scope.functionName}()`);
        return lowerReturn(scope, undefined, syntax);
      }
      return lowerReturn(scope, lower(scope, value), value);
    }
    case "if_statement":
      return [lowerIf(scope, syntax)];
    case "while_statement":
      return isForEach(syntax) ? forEach(scope, syntax) : loop(scope, syntax, false, test(scope, syntax));
    case "do_statement":
      return loop(scope, syntax, true, test(scope, syntax));
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
    case "struct_specifier":
    case "type_definition":
      return [];
    default:
      return fail(syntax.place, `${syntax.type.replaceAll("_", " ")} is not supported`);
  }
}

function test(scope: Scope, syntax: Syntax): Expr {
  const inner = only(mustHave(syntax, "condition"));
  return asCondition(lower(scope, inner), inner);
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

/** @param first what each round begins with */
function loop(
  scope: Scope,
  syntax: Syntax,
  bodyFirst: boolean,
  check: Expr,
  { step, first = [] }: { readonly step?: Expr; readonly first?: readonly Stmt[] } = {},
): Stmt[] {
  return inFrame(scope, frame("loop"), () => {
    const body = [...first, ...lowerBlock(scope, mustHave(syntax, "body"))];
    const made: Stmt = { stmt: "loop", bodyFirst, condition: check, body, ...(step && { step }) };
    scope.rule.loops.set(made, syntax.place);
    return [made];
  });
}

function lowerFor(scope: Scope, syntax: Syntax): Stmt[] {
  return inBlock(scope, () => {
    const first = child(syntax, "initializer");
    const before: Stmt[] = !first
      ? []
      : first.type === "declaration"
        ? declaration(scope, first)
        : effects(lowerEffects(scope, first));
    const check = child(syntax, "condition");
    const update = child(syntax, "update");
    // What the condition reads is read again in each iteration.
    scope.inside.push(frame("loop"));
    const holds = check ? asCondition(lower(scope, check), check) : TRUE;
    const steps = update ? lowerEffects(scope, update) : [];
    scope.inside.pop();
    const last = steps.at(-1);
    const step: Expr | undefined =
      last &&
      (steps.length === 1 ? last : { node: "sequence", type: last.type, effects: steps.slice(0, -1), value: last });
    return [...before, ...loop(scope, syntax, false, holds, step ? { step } : {})];
  });
}

/** These go through what is there and call nobody. */
const OF_LISTS = /^h?list_for_each/;

/** A macro that runs its body as often as nobody knows, and sets what it is given each time. */
function forEach(scope: Scope, syntax: Syntax): Stmt[] {
  const call = stripped(mustHave(syntax, "condition")) ?? syntax;
  const args = named(mustHave(call, "arguments"));
  const name = mustHave(call, "function").unit.out;
  scope.inside.push(frame("loop"));
  const steps = forgetCalled(scope, name, syntax.place, OF_LISTS.test(name) ? undefined : []);
  const again = effects([...steps, ...args.flatMap((each) => renewed(scope, each))]);
  const goes = fresh(scope, call, "call", "bool", false);
  scope.inside.pop();
  return [...loop(scope, syntax, false, goes, { first: again }), ...again];
}

function renewed(scope: Scope, given: Syntax): readonly Expr[] {
  const each = stripped(given) ?? given;
  if (each.type === "pointer_expression" && each.children[0]?.type === "&") {
    const value = lower(scope, each);
    const at = value.is === "pointer" ? value.at : undefined;
    return at ? [forgetMark(scope.rule.memory, { what: "object", obj: at.obj })] : [];
  }
  if (each.type.includes("string")) return [];
  if (!["identifier", "field_expression", "subscript_expression"].includes(each.type))
    return effectsOf(lower(scope, each));
  const located = locate(scope, each);
  const isOurs = located.is === "memory" && (located.at.obj.is === "stack" || located.at.obj.role === "slot");
  const isSet = located.is === "local" || isOurs;
  if (!isSet) return [];
  return assignTo(
    scope,
    located,
    { is: "any", make: (type, p) => fresh(scope, each, "name", type, p), drop: [] },
    each,
    each,
  ).effects;
}
