/** A call of something that nobody shows: any value, and whatever it was handed may have changed. */

import type { Obj } from "../tree/memory.ts";
import { variables } from "../tree/names.ts";
import { after, lower, type Scope } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import { fail } from "../syntax/fail.ts";
import { known } from "../syntax/nearest.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { HELPERS } from "../helpers/table.ts";

import { isMacro } from "./effects.ts";
import { forgetCalled, forgetRecursive } from "../memory/called.ts";
import { refuseSlip } from "../memory/names.ts";
import { inAnyOrder } from "./order.ts";
import { anyOf, effectsOf, fresh, integer, loseIn } from "../memory/value.ts";
import { textOf } from "../memory/words.ts";
import { returnTypeOf } from "./signature.ts";

/** @param isNamed it has a name, that of no variable */
export function callUnknown(
  scope: Scope,
  syntax: Syntax,
  callee: Syntax,
  args: readonly Syntax[],
  isNamed: boolean,
): Value {
  if (isNamed) refuseMacros(scope, syntax, callee, args);
  const before = isNamed ? [] : effectsOf(lowerCallee(scope, callee));
  const { before: unordered, results: values } = inAnyOrder(
    scope,
    args.map((each) => (): Value | undefined => (isIdleArgument(each) ? undefined : lower(scope, each))),
  );
  // Whoever gets an array may keep where it is.
  for (const each of values) if (each?.is === "place") loseIn(scope, each);
  const effects = values.flatMap((each) => (each ? effectsOf(each) : []));
  const name = isNamed ? callee.unit.out : textOf(callee);
  const recursive = isNamed ? scope.rule.recursive.get(name) : undefined;
  const forget = recursive
    ? forgetRecursive(scope, name, syntax, values.flatMap(handed))
    : forgetCalled(scope, name, syntax.place, values.flatMap(handed));
  const done = [...unordered, ...before, ...effects, ...forget];
  const type = recursive ? returnTypeOf(scope.rule, recursive) : isNamed ? scope.rule.prototypes.get(name) : undefined;
  if (type?.is === "int") return integer(after(done, fresh(scope, syntax, "call", type.type, false)));
  if (type?.is === "pointer")
    return { is: "pointer", expr: after(done, fresh(scope, syntax, "call", "u64", true)), to: type.to };
  return anyOf(scope, syntax, "call", done);
}

/** kvm_x86_call(name)(…), ops->f(…) */
const lowerCallee = (scope: Scope, callee: Syntax): Value =>
  callee.type === "call_expression" ? { is: "nothing", effects: [] } : lower(scope, callee);

const isIdleArgument = (syntax: Syntax): boolean =>
  syntax.type.includes("string") || syntax.type === "type_descriptor" || syntax.unit.type !== undefined;

/** What the callee can change through this argument. */
function handed(value: Value | undefined): Obj[] {
  if (value?.is === "pointer") return value.at && value.at.isConst !== true ? [value.at.obj] : [];
  return value?.is === "place" ? [value.at.obj] : [];
}

function refuseMacros(scope: Scope, syntax: Syntax, callee: Syntax, args: readonly Syntax[]): void {
  const name = callee.unit.out;
  if (scope.rule.isStrict) {
    const names = [...scope.rule.sources.keys(), ...Object.keys(HELPERS)].filter((each) => each !== "expression");
    fail(syntax.place, `unknown function '${name}'; known: ${known(name, names)}`);
  }
  if (scope.rule.prototypes.has(name) || scope.rule.recursive.has(name)) return;
  const others = [...scope.rule.sources.keys()].filter((each) => each !== scope.functionName);
  refuseSlip(callee, [...others, ...Object.keys(HELPERS)], "function");
  const odd = args.some(
    (each) =>
      each.type === "type_descriptor" ||
      each.unit.type !== undefined ||
      each.type === "compound_statement" ||
      writes(each),
  );
  if (isMacro(name) || odd) {
    fail(
      syntax.place,
      `what ${name}() does is not shown, and it may be a macro that writes or jumps: add its definition`,
    );
  }
  if (variables(scope.rule).has(name)) fail(syntax.place, `'${name}' is an input, not a function`);
}

const writes = (syntax: Syntax): boolean =>
  syntax.type === "assignment_expression" || syntax.type === "update_expression" || syntax.children.some(writes);
