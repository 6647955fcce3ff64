/** Statements and whole functions -> WebAssembly. */

import { expression, failIf, FUEL, type FunctionScope, importsOf } from "./expression.ts";
import { isWide, valueType } from "./operations.ts";
import type { ParameterName } from "../parameters.ts";
import { PARAMETER_TYPE } from "../parameters.ts";
import type { RuleFunction, RuleTree, Stmt } from "../tree.ts";
import {
  type Code,
  globalGet,
  globalSet,
  I32,
  I64,
  i32Const,
  i64Const,
  localSet,
  NO_RESULT,
  OP,
  unsigned,
  type WasmFunction,
} from "./encoding.ts";

/** How many blocks stand between here and the innermost loop's end, and its next iteration. */
type Depth = { readonly toBreak: number; readonly toContinue: number };
const NOWHERE: Depth = { toBreak: 0, toContinue: 0 };

export function compileFunction(rule: RuleTree, source: RuleFunction): WasmFunction {
  const parameters = new Map<ParameterName, number>(rule.reads.map((name, i) => [name, i]));
  const firstLocal = rule.reads.length;
  const firstScratch = firstLocal + source.locals.length;
  const scope: FunctionScope = {
    function: source,
    parameters,
    firstLocal,
    scratch: { i32: [firstScratch, firstScratch + 1], i64: [firstScratch + 2, firstScratch + 3] },
    canFail: canFail(rule),
    firstFunction: importsOf(rule).length,
  };
  const own = source.locals.map((local) => valueType(local.type));
  return {
    takes: [...rule.reads.map((name) => valueType(PARAMETER_TYPE[name])), ...own.slice(0, source.arity)],
    gives: valueType(source.returns),
    locals: [...own.slice(source.arity), I32, I32, I64, I64],
    // Every path returns, but the format cannot see that.
    code: [...statements(scope, source.body, NOWHERE), ...(isWide(source.returns) ? i64Const(0n) : i32Const(0))],
  };
}

const hasLoop = (body: readonly Stmt[]): boolean =>
  body.some(
    (each) => each.stmt === "loop" || (each.stmt === "if" && (hasLoop(each.whenTrue) || hasLoop(each.whenFalse))),
  );

export const canFail = (rule: RuleTree): boolean =>
  rule.sites.length > 0 || rule.functions.some((each) => hasLoop(each.body));

const statements = (scope: FunctionScope, body: readonly Stmt[], depth: Depth): Code =>
  body.flatMap((each) => statement(scope, each, depth));

const deeper = ({ toBreak, toContinue }: Depth): Depth => ({ toBreak: toBreak + 1, toContinue: toContinue + 1 });

function statement(scope: FunctionScope, each: Stmt, depth: Depth): Code {
  switch (each.stmt) {
    case "effect":
      return [...expression(scope, each.value), OP.drop];
    case "declare":
      return each.value ? [...expression(scope, each.value), ...localSet(scope.firstLocal + each.local)] : [];
    case "if":
      return [
        ...expression(scope, each.condition),
        OP.if,
        NO_RESULT,
        ...statements(scope, each.whenTrue, deeper(depth)),
        OP.else,
        ...statements(scope, each.whenFalse, deeper(depth)),
        OP.end,
      ];
    case "return":
      return [...expression(scope, each.value), OP.return];
    case "break":
      return [OP.br, ...unsigned(depth.toBreak)];
    case "continue":
      return [OP.br, ...unsigned(depth.toContinue)];
    case "loop":
      return loop(scope, each);
    default:
      return each satisfies never;
  }
}

/** block { loop { test; fuel; block { body } step; [test]; again } } */
function loop(scope: FunctionScope, each: Extract<Stmt, { stmt: "loop" }>): Code {
  const leaveUnless = [...expression(scope, each.condition), OP.i32_eqz, OP.br_if, ...unsigned(1)];
  return [
    OP.block,
    NO_RESULT,
    OP.loop,
    NO_RESULT,
    ...(each.bodyFirst ? [] : leaveUnless),
    ...burn(scope),
    OP.block,
    NO_RESULT,
    ...statements(scope, each.body, { toBreak: 2, toContinue: 0 }),
    OP.end,
    ...(each.step ? [...expression(scope, each.step), OP.drop] : []),
    ...(each.bodyFirst ? leaveUnless : []),
    OP.br,
    ...unsigned(0),
    OP.end,
    OP.end,
  ];
}

/** Site -2 is stored as -1. */
const NO_END_SITE = -2;

const burn = (scope: FunctionScope): Code => [
  ...globalGet(FUEL),
  OP.i32_eqz,
  ...failIf(scope, NO_END_SITE),
  ...globalGet(FUEL),
  ...i32Const(1),
  OP.i32_sub,
  ...globalSet(FUEL),
];
