/** What the entry returns, as the answer to what is asked of a rule. */

import type { Expr, Stmt } from "../../../model/rule/tree.ts";
import { binary, compare, condition, constant, convert, int, logic, not, shift, TRUE } from "../tree/build.ts";
import { ERRNOS, readVariable } from "../tree/names.ts";
import { after, type Measure, once, parameter, type Scope } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import { fail } from "../syntax/fail.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";
import type { Target } from "../tree/memory.ts";
import { readCell } from "../memory/cell.ts";
import { intObject, roleObject } from "../memory/names.ts";
import { kept } from "../memory/obligation.ts";
import { anyOf, asCondition, asInt, asPointer, asType, effectsOf, fresh, loseIn } from "../memory/value.ts";
import { stripped } from "../memory/variables.ts";

const STOPS = /^(?:BUG|BUILD_BUG|panic|unreachable|__builtin_unreachable)$/;

/** @param syntax of the value, or of the return itself if there is none */
export function lowerReturn(scope: Scope, value: Value | undefined, syntax: Syntax): Stmt[] {
  if (!scope.answer) return [{ stmt: "return", value: ofHelper(scope, value, syntax) }];
  const accepts = answerOf(scope, value, syntax);
  return [{ stmt: "return", value: kept(scope, convert("bool", accepts)) }];
}

/** What happens where a path ends without a return; undefined where that cannot be. */
export function fallOff(scope: Scope): Stmt[] | undefined {
  if (scope.returns.is === "void") {
    if (!scope.answer) return [{ stmt: "return", value: int(0) }];
    return [{ stmt: "return", value: kept(scope, convert("bool", answerOf(scope, undefined, scope.body))) }];
  }
  // The kernel stops there, or the compiler; a call that may not return is taken to return.
  const last = named(scope.body).at(-1);
  const call = last?.type === "expression_statement" ? named(last)[0] : undefined;
  if (call?.type === "call_expression" && STOPS.test(mustHave(call, "function").unit.out))
    return lowerReturn(scope, anyOf(scope, call, "call", []), call);
  // A piece of a function: what it did not refuse goes on behind it.
  return scope.answer?.is === "errno" && scope.isPiece ? [{ stmt: "return", value: kept(scope, TRUE) }] : undefined;
}

function ofHelper(scope: Scope, value: Value | undefined, syntax: Syntax): Expr {
  const { returns } = scope;
  if (returns.is === "void") return after(value ? effectsOf(value) : [], int(0));
  if (!value) return fail(syntax.place, `return without a value in ${scope.functionName}()`);
  if (returns.is === "int") return asType(scope, value, returns.type, syntax);
  if (returns.is === "pointer") {
    loseIn(scope, value);
    return asPointer(value, syntax);
  }
  return after(effectsOf(value), int(0));
}

function answerOf(scope: Scope, value: Value | undefined, syntax: Syntax): Expr {
  const { answer } = scope;
  if (!answer) throw new Error("no entry");
  if (answer.is === "measure") {
    if (answer.of.at) return after(value ? effectsOf(value) : [], large(scope, answer.of, syntax));
    if (!value) return fail(syntax.place, `return without a value in ${scope.functionName}()`);
    return large(scope, answer.of, syntax, value);
  }
  if (!value) return fail(syntax.place, `return without a value in ${scope.functionName}()`);
  if (answer.is === "success") {
    const { constants, readAs } = scope.rule;
    readAs.set(answer.name, "accepts; whatever else is returned refuses");
    const good = constants.get(answer.name) ?? fail(syntax.place, `the value of ${answer.name} is not shown`);
    return compare("eq", asType(scope, value, "s32", syntax), convert("s32", good));
  }
  if (answer.is === "address") {
    scope.rule.readAs.set("a negative errno that is returned", "refuses; any other address accepts");
    return compare("lt", asType(scope, value, "u64", syntax), constant("u64", -4095n));
  }
  if (answer.is === "bool") {
    const given = asCondition(value, syntax);
    return answer.isInverted ? not(given) : given;
  }
  const accepts =
    value.is === "pointer" ? ofPointer(scope, value.expr, syntax) : ofErrno(scope, answer.type, value, syntax);
  return answer.handsOut ? logic("and", accepts, large(scope, answer.handsOut, syntax)) : accepts;
}

/** 0 accepts and an errno refuses; what anything else does, the caller says. */
function ofErrno(scope: Scope, type: "s32" | "s64" | Expr["type"], value: Value, syntax: Syntax): Expr {
  const given = asType(scope, value, type, syntax);
  if (given.node === "const" || isCertain(scope, syntax)) return not(given);
  const { effects, value: result } = once(scope, given);
  const isErrno = logic("and", compare("lt", result, int(0)), compare("ge", result, int(-4095)));
  const unsettled = logic("and", not(isErrno), fresh(scope, syntax, "name", "bool", false));
  return after(effects, logic("or", not(result), unsettled));
}

function ofPointer(scope: Scope, expr: Expr, syntax: Syntax): Expr {
  const { effects, value } = once(scope, expr);
  const isErrno = compare("ge", value, constant("u64", -4095n));
  const isThere = logic("or", value, fresh(scope, syntax, "name", "bool", false));
  return after(effects, logic("and", not(isErrno), isThere));
}

/** Does the text say by itself that this is 0 or an errno? */
export function isCertain(scope: Scope, given: Syntax, path: readonly string[] = []): boolean {
  const syntax = stripped(given) ?? given;
  switch (syntax.type) {
    case "number_literal":
      return syntax.unit.out === "0";
    case "unary_expression": {
      const of = child(syntax, "argument");
      return syntax.unit.out === "-" && of !== undefined && isErrno(of);
    }
    case "conditional_expression":
      return [child(syntax, "consequence"), child(syntax, "alternative")].every(
        (each) => each !== undefined && isCertain(scope, each, path),
      );
    case "comma_expression":
      return isCertain(scope, mustHave(syntax, "right"), path);
    case "assignment_expression":
      return child(syntax, "operator")?.unit.out === "=" && isCertain(scope, mustHave(syntax, "right"), path);
    case "identifier": {
      const name = syntax.unit.out;
      if (path.includes(name)) return true;
      const all = scope.variables.set.get(name) ?? [];
      return (
        all.length > 0 &&
        !scope.variables.addressTaken.has(name) &&
        all.every((each) => each !== "unknown" && isCertain(scope, each, [...path, name]))
      );
    }
    case "call_expression": {
      const source = scope.rule.sources.get(mustHave(syntax, "function").unit.out);
      return (
        source !== undefined &&
        path.length < 20 &&
        returnsOf(mustHave(source, "body")).every((each) => isCertainIn(source, each))
      );
    }
    default:
      return false;
  }
}

/** In another function, only what needs no variables of its. */
function isCertainIn(_source: Syntax, given: Syntax): boolean {
  const syntax = stripped(given) ?? given;
  if (syntax.type === "number_literal") return syntax.unit.out === "0";
  if (syntax.type === "conditional_expression") {
    return [child(syntax, "consequence"), child(syntax, "alternative")].every(
      (each) => each !== undefined && isCertainIn(_source, each),
    );
  }
  const of = child(syntax, "argument");
  return syntax.type === "unary_expression" && syntax.unit.out === "-" && of !== undefined && isErrno(of);
}

const isErrno = (of: Syntax): boolean =>
  ERRNOS.has(of.unit.out) ||
  (of.type === "number_literal" && /^[1-9]\d{0,3}$/.test(of.unit.out) && +of.unit.out <= 4095);

const returnsOf = (syntax: Syntax): Syntax[] =>
  syntax.type === "return_statement" ? named(syntax) : syntax.children.flatMap(returnsOf);

/** Where the entry left it: the object is one of this lowering's own. */
export function placeOf(scope: Scope, at: NonNullable<Measure["at"]>): Target {
  if ("member" in at) return { obj: roleObject(scope, "fault", "fault"), path: at.member };
  return { obj: intObject(scope, at.through), path: "" };
}

/** Is the order, level, size or mask one that allows the order that is asked about? */
function large(scope: Scope, measure: Measure, syntax: Syntax, value?: Value): Expr {
  const { rule } = scope;
  const { place } = syntax;
  const order = parameter(rule, "order", place);
  const given = value
    ? value.is === "any"
      ? value.make("s64", false)
      : asInt(scope, value, syntax)
    : measure.at
      ? readCell(scope, placeOf(scope, measure.at), measure.type ?? "s32", false, syntax)
      : int(0);
  switch (measure.unit) {
    case "order":
      return compare("ge", convert("s64", given), convert("s64", order));
    case "level":
      return compare("ge", convert("s64", given), convert("s64", readVariable(rule, "level", place)));
    case "size":
      return compare(
        "ge",
        convert("s64", given),
        shift("shl", constant("s64", 1n << BigInt(rule.arch.page_shift)), order),
      );
    case "shift":
      return compare("ge", convert("s64", given), binary("add", convert("s64", order), int(rule.arch.page_shift)));
    case "mask":
      return condition(binary("and", shift("shr", convert("u64", given), order), constant("u64", 1n)));
    default:
      return measure.unit satisfies never;
  }
}
