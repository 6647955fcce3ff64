/** Calls: of the file's own functions, and of the kernel's helpers. */

import type { Expr, IntType } from "../../../model/rule/tree.ts";
import { convert } from "../tree/build.ts";
import type { Call } from "../tree/call.ts";
import { fail } from "../syntax/fail.ts";
import { BARE, functionName, lowerFunction } from "./function.ts";
import { HELPERS } from "../helpers/table.ts";
import { known } from "../syntax/nearest.ts";
import { lookUp, type Scope } from "../tree/scope.ts";
import { mustHave, named, type Syntax } from "../syntax/syntax.ts";

const KNOWN = new Map(Object.entries(HELPERS));

type Lower = (scope: Scope, syntax: Syntax) => Expr;

export function lowerCall(scope: Scope, syntax: Syntax, lower: Lower): Expr {
  const callee = mustHave(syntax, "function");
  if (callee.type !== "identifier") return fail(callee.place, "only a function can be called, by its name");
  const name = callee.unit.out;
  const args = named(mustHave(syntax, "arguments"));
  const source = scope.rule.sources.get(name);
  // What is pasted without a function has no name to call it by.
  if (source && !(name === BARE && scope.functionName === BARE)) return callOwn(scope, syntax, source, args, lower);
  const helper = KNOWN.get(name);
  if (!helper) {
    const names = [...scope.rule.sources.keys(), ...KNOWN.keys()].filter((each) => each !== BARE);
    return fail(syntax.place, `unknown function '${name}'; known: ${known(name, names)}`);
  }
  if (!helper.takesMore || args.length < helper.takes) checkCount(syntax, name, args.length, helper.takes);
  const values: (Expr | undefined)[] = [];
  const argument = (i: number): Syntax => args[i] ?? fail(syntax.place, `${name}() lacks an argument`);
  const call: Call = {
    scope,
    name,
    place: syntax.place,
    value: (i) => (values[i] ??= lower(scope, argument(i))),
    type: (i) => typeArgument(argument(i), name),
    target: (i) => targetArgument(scope, argument(i), name),
  };
  return helper.lower(call);
}

function checkCount(syntax: Syntax, name: string, given: number, takes: number): void {
  if (given !== takes) fail(syntax.place, `${name}() takes ${takes} argument${takes === 1 ? "" : "s"}, not ${given}`);
}

function callOwn(scope: Scope, syntax: Syntax, source: Syntax, args: readonly Syntax[], lower: Lower): Expr {
  const name = functionName(source);
  const { callee, takes } = lowerFunction(scope.rule, name, source);
  checkCount(syntax, name, args.length, takes.length);
  const values = args.flatMap((arg, i): Expr[] => {
    const type = takes[i];
    // A pointer has no value here: its members are the rule's parameters wherever they are read.
    return type === undefined || type === "pointer" ? [] : [convert(type, lower(scope, arg))];
  });
  const type = scope.rule.functions[callee]?.returns ?? "s32";
  return { node: "call", type, callee, args: values };
}

function typeArgument(syntax: Syntax, name: string): IntType {
  return syntax.unit.type ?? fail(syntax.place, `the first argument of ${name}() must be an integer type`);
}

function targetArgument(scope: Scope, syntax: Syntax, name: string): number {
  const [inner] = syntax.type === "pointer_expression" && syntax.children[0]?.type === "&" ? named(syntax) : [];
  const binding = inner?.type === "identifier" ? lookUp(scope, inner.unit.out) : undefined;
  if (binding?.is === "local") return binding.local;
  return fail(syntax.place, `the last argument of ${name}() must be the address of a variable of this function`);
}
