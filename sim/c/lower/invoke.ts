/** Calls: of the text's own functions, of the kernel's helpers, and of functions that nobody shows. */

import { append } from "../../append.ts";
import type { Expr } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { BARE } from "./bare.ts";
import type { Call } from "../tree/call.ts";
import { fail } from "../syntax/fail.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";
import { HELPERS } from "../helpers/table.ts";
import { forgetMark, type Target } from "../tree/memory.ts";
import { addLocal, after, localRead, lookUp, lower, once, type Scope } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import { callUnknown } from "./call-unknown.ts";
import { clashes, inAnyOrder, undefinedOrder, withArgumentsInAnyOrder } from "./order.ts";
import { GENERIC, isIdle, isTaken, waits } from "./effects.ts";
import { forgetCalled } from "../memory/called.ts";
import type { Located } from "../memory/cell.ts";
import { storeTo } from "../memory/store.ts";
import { locate } from "../memory/place.ts";
import { SPECIAL } from "./special.ts";
import { declared } from "./signature.ts";
import { keepsType } from "../memory/target.ts";
import { intTypeOf } from "../memory/types.ts";
import { anyOf, asInt, asPointer, asType, effectsOf, integer, loseIn, recastIn, withEffects } from "../memory/value.ts";
import { stripped } from "../memory/variables.ts";

const KNOWN = new Map(Object.entries(HELPERS));

export function lowerCall(scope: Scope, syntax: Syntax): Value {
  const callee = stripped(mustHave(syntax, "function")) ?? syntax;
  const args = named(mustHave(syntax, "arguments"));
  const [only] = args;
  const type = callee.type === "identifier" ? scope.rule.typedefs.get(callee.unit.out) : undefined;
  // The grammar takes a cast of what stands in brackets for a call.
  if (type?.is === "int" && only && args.length === 1 && !lookUp(scope, callee.unit.out)) {
    return integer(asType(scope, lower(scope, only), type.type, only));
  }
  const clash = args.some((a, i) => args.slice(i + 1).some((b) => clashes(a, b)))
    ? undefinedOrder(scope, syntax.place)
    : [];
  if (callee.type !== "identifier") {
    if (scope.rule.isStrict) return fail(callee.place, "only a function can be called, by its name");
    return withEffects(clash, callUnknown(scope, syntax, callee, args, false));
  }
  // In brackets it is no macro that takes arguments.
  const isBare = mustHave(syntax, "function").type === "parenthesized_expression";
  if (isBare && isUndeclared(scope, callee.unit.out)) {
    return withEffects(clash, callUnknown(scope, syntax, callee, args, false));
  }
  return withEffects(clash, callNamed(scope, syntax, callee.unit.out, args));
}

const isUndeclared = (scope: Scope, name: string): boolean =>
  !scope.rule.isStrict &&
  !lookUp(scope, name) &&
  ![scope.rule.sources, scope.rule.prototypes, SPECIAL, KNOWN].some((all) => all.has(name));

function callNamed(scope: Scope, syntax: Syntax, name: string, args: readonly Syntax[]): Value {
  if (isFunctionPointer(scope, name)) return callUnknown(scope, syntax, mustHave(syntax, "function"), args, false);
  const source = scope.rule.recursive.has(name) ? undefined : scope.rule.sources.get(name);
  // What is pasted without a function has no name to call it by.
  if (source && !(name === BARE && scope.functionName === BARE)) return callOwn(scope, syntax, name, source, args);
  const special = SPECIAL.get(name);
  const done = special?.(scope, syntax, args);
  if (done) return done;
  const helper = KNOWN.get(name);
  if (!helper) return callOther(scope, syntax, name, args);
  if (!helper.takesMore || args.length < helper.takes) checkCount(syntax, name, args.length, helper.takes);
  const values: (Value | undefined)[] = [];
  const argument = (i: number): Syntax => args[i] ?? fail(syntax.place, `${name}() lacks an argument`);
  const valueOf = (i: number): Value => (values[i] ??= lower(scope, argument(i)));
  const isType = (i: number): boolean => args[i]?.unit.type !== undefined || args[i]?.type === "type_descriptor";
  if (GENERIC.has(name)) {
    const all = args.map((_, i) => (isType(i) ? undefined : valueOf(i)));
    if (all.some((each) => each?.is === "any")) {
      return anyOf(
        scope,
        syntax,
        "call",
        all.flatMap((each) => (each ? effectsOf(each) : [])),
      );
    }
  }
  const exprs: (Expr | undefined)[] = [];
  const expr = (i: number): Expr => {
    const value = valueOf(i);
    return value.is === "any"
      ? value.make("u64", false)
      : value.is === "nothing"
        ? asInt(scope, value, argument(i))
        : value.is === "int"
          ? value.expr
          : asType(scope, value, "u64", argument(i));
  };
  const behind: (readonly Expr[])[] = [];
  const call: Call = {
    scope,
    name,
    place: syntax.place,
    value: (i) => (exprs[i] ??= expr(i)),
    type: (i) => typeArgument(scope, argument(i), name),
    target: (i) => targetArgument(scope, argument(i), name, behind),
  };
  const result = withArgumentsInAnyOrder(scope, args.length, () => helper.lower(call));
  // What a message's words are made of is evaluated as well.
  const more = helper.takesMore
    ? args.slice(helper.takes).flatMap((each) => (each.type.includes("string") ? [] : effectsOf(lower(scope, each))))
    : [];
  if (behind.length === 0 && more.length === 0) return integer(result);
  const { effects, value } = once(scope, result);
  return integer(after([...effects, ...behind.flat(), ...more], value));
}

/** A variable of the function's own hides a function of that name, though not a macro: max(max, min). */
function isFunctionPointer(scope: Scope, name: string): boolean {
  const binding = lookUp(scope, name);
  if (!binding || binding.is === "value") return false;
  return binding.is === "pointer" || binding.is === "any" || binding.type.is !== "int";
}

function checkCount(syntax: Syntax, name: string, given: number, takes: number): void {
  if (given !== takes) fail(syntax.place, `${name}() takes ${takes} argument${takes === 1 ? "" : "s"}, not ${given}`);
}

function callOwn(scope: Scope, syntax: Syntax, name: string, source: Syntax, args: readonly Syntax[]): Value {
  const { before, results: values } = inAnyOrder(
    scope,
    args.map((each) => () => lower(scope, each)),
  );
  const parameters = declared(scope.rule, source);
  const targets = values.map((each, i): Target | undefined => {
    const type = parameters[i]?.type;
    if (each.is === "pointer" && each.at && type?.is === "pointer" && !keepsType(scope, each.at, each.to, type.to)) {
      recastIn(scope, each);
      return undefined;
    }
    if (each.is === "pointer") return each.at?.obj.isStable ? each.at : undefined;
    return each.is === "place" && each.type.is === "array" ? { ...each.at, path: `${each.at.path}[0]` } : undefined;
  });
  const { callee, takes, returns } = scope.rule.lowering.callee(scope.rule, name, source, targets);
  checkCount(syntax, name, args.length, takes.length);
  const effects: Expr[] = [...before];
  const given = values.flatMap((value, i): Expr[] => {
    const type = takes[i];
    const each = args[i] ?? syntax;
    if (type?.is === "int") return [asType(scope, value, type.type, each)];
    if (type?.is === "pointer") {
      if (!targets[i]) loseIn(scope, value);
      return [asPointer(value, each)];
    }
    loseIn(scope, value);
    append(effects, effectsOf(value));
    return [];
  });
  const type: IntType = returns.is === "int" ? returns.type : returns.is === "pointer" ? "u64" : "s32";
  const expr = after(effects, { node: "call", type, callee, args: given });
  if (returns.is === "int") return integer(expr);
  if (returns.is === "pointer") return { is: "pointer", expr, to: returns.to };
  return returns.is === "void" ? { is: "nothing", effects: [expr] } : anyOf(scope, syntax, "call", [expr]);
}

/** A function that neither the text nor the tables have. */
function callOther(scope: Scope, syntax: Syntax, name: string, args: readonly Syntax[]): Value {
  if (!scope.rule.isStrict && (isIdle(name) || waits(name))) {
    const taken = isTaken(name) ? forgetCalled(scope, name, syntax.place) : [];
    const effects = args.flatMap((each) => (each.type.includes("string") ? [] : effectsOf(lower(scope, each))));
    const wait = waits(name) ? [forgetMark(scope.rule.memory, { what: "unknown" })] : [];
    return anyOf(scope, syntax, "call", [...effects, ...taken, ...wait]);
  }
  return callUnknown(scope, syntax, mustHave(syntax, "function"), args, true);
}

function typeArgument(scope: Scope, syntax: Syntax, name: string): IntType {
  const inner = syntax.type === "type_descriptor" ? syntax : undefined;
  if (syntax.unit.type !== undefined) return syntax.unit.type;
  const known = scope.rule.typedefs.get(syntax.unit.out);
  if (known?.is === "int") return known.type;
  return inner
    ? intTypeOf(scope.rule, inner)
    : fail(syntax.place, `the first argument of ${name}() must be an integer type`);
}

function targetArgument(scope: Scope, syntax: Syntax, name: string, behind: (readonly Expr[])[]): number {
  const inner =
    syntax.type === "pointer_expression" && syntax.children[0]?.type === "&"
      ? stripped(child(syntax, "argument"))
      : undefined;
  const binding = inner?.type === "identifier" ? lookUp(scope, inner.unit.out) : undefined;
  if (binding?.is === "local") return binding.local;
  if (inner && !scope.rule.isStrict && (binding === undefined || binding.is === "place")) {
    const located: Located = locate(scope, inner);
    if (located.is === "memory" && located.type.is === "int") {
      const local = addLocal(scope, "tmp", located.type.type, true);
      const value = integer(localRead(scope, local));
      behind.push(storeTo(scope, located, value, inner, (type) => asType(scope, value, type, inner)));
      return local;
    }
  }
  return fail(syntax.place, `the last argument of ${name}() must be the address of a variable of this function`);
}
