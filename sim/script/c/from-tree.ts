/**
 * A rule as C from its tree, for a check that reads what the program does not have: its text would not compile. The check
 * stands in a comment beside it, as it was written. Every operand is cut to its C type, so nothing depends on a reader's
 * knowing C's promotions; what the model does not know is asked of given_value().
 */

import type { Expr, Rule, RuleFunction, RuleTree, Stmt } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { isSigned, LOOP_FUEL, WIDTH } from "../../../model/rule/tree.ts";
import { folded } from "./fold.ts";
import { readName } from "./inputs.ts";

/** Is the rule told by its tree, its text being no whole program? */
export const isByTree = (rule: Rule): boolean => rule.isTree === true || rule.unknowns.length > 0;

const isLoop = (stmt: Stmt): boolean =>
  stmt.stmt === "loop" || (stmt.stmt === "if" && (stmt.whenTrue.some(isLoop) || stmt.whenFalse.some(isLoop)));

/** Do its functions count how often they go round? */
export const hasLoops = ({ functions }: RuleTree): boolean => functions.some(({ body }) => body.some(isLoop));

const C_TYPE: Readonly<Record<IntType, string>> = {
  bool: "bool",
  u8: "unsigned char",
  s8: "signed char",
  u16: "unsigned short",
  s16: "short",
  u32: "unsigned int",
  s32: "int",
  u64: "unsigned long long",
  s64: "long long",
};

interface Scope {
  readonly rule: RuleTree;
  readonly role: string;
  readonly fn: RuleFunction;
}

const functionName = ({ role }: Scope, at: number): string => `${role}_f${at}`;
const localName = ({ fn }: Scope, at: number): string => `v${at}_${fn.locals[at]?.name ?? ""}`;
/** What holds a cell, after the tree of this role was asked. */
export const cellNameInC = ({ rule, role }: Pick<Scope, "rule" | "role">, at: number): string =>
  `${role}_cell${at}_${(rule.cells[at]?.name ?? "").replaceAll(/\W+/g, "_")}`;

function literal(type: IntType, value: bigint): string {
  const bits = BigInt.asUintN(64, value);
  return `((${C_TYPE[type]})0x${bits.toString(16)}ULL)`;
}

const BINARY = { add: "+", sub: "-", mul: "*", and: "&", or: "|", xor: "^" } as const;
const COMPARE = { eq: "==", ne: "!=", lt: "<", le: "<=", gt: ">", ge: ">=" } as const;

const quoted = (raw: string): string => raw.replaceAll("\\", "\\\\").replaceAll('"', '\\"');

/** An operation that C does not define for all operands: 0 where it does not, and the program is told. */
function guarded(scope: Scope, site: number | undefined, bad: string, result: string): string {
  if (site === undefined) return result;
  const what = quoted(scope.rule.sites[site]?.what ?? "");
  return `(${bad} ? undefined("${what}") : ${result})`;
}

function intrinsic(scope: Scope, expr: Extract<Expr, { node: "intrinsic" }>): string {
  const [a = "0", b = "0"] = expr.args.map((arg) => text(scope, arg));
  const zero = (call: string): string => `({ unsigned long long a_ = ${a}; ${guarded(scope, expr.site, "!a_", call)}; })`; // prettier-ignore
  switch (expr.op) {
    case "ctz64":
      return zero("__builtin_ctzll(a_)");
    case "clz64":
      return zero("__builtin_clzll(a_)");
    case "fls64":
      return `({ unsigned long long a_ = ${a}; a_ ? 64 - __builtin_clzll(a_) : 0; })`;
    case "ffs64":
      return `__builtin_ffsll(${a})`;
    case "popcount64":
      return `__builtin_popcountll(${a})`;
    case "umul_overflows":
      return `({ unsigned long long o_; __builtin_mul_overflow(${a}, ${b}, &o_); })`;
    case "smul_overflows":
      return `({ long long o_; __builtin_mul_overflow(${a}, ${b}, &o_); })`;
    default:
      return expr.op satisfies never;
  }
}

function divide(scope: Scope, { op, type, left, right, site }: Extract<Expr, { node: "divide" }>): string {
  const c = C_TYPE[type];
  const least = `(${c})(1ULL << ${WIDTH[type] - 1})`;
  const bad = isSigned(type) ? `(!b_ || (b_ == -1 && a_ == ${least}))` : "!b_";
  const result = guarded(scope, site, bad, `a_ ${op === "div" ? "/" : "%"} b_`);
  return `({ ${c} a_ = ${text(scope, left)}; ${c} b_ = ${text(scope, right)}; (${c})${result}; })`;
}

function shift(scope: Scope, { op, type, left, right, site }: Extract<Expr, { node: "shift" }>): string {
  const c = C_TYPE[type];
  const result = guarded(scope, site, `(b_ < 0 || b_ >= ${WIDTH[type]})`, `(a_ ${op === "shl" ? "<<" : ">>"} b_)`);
  return `({ ${c} a_ = ${text(scope, left)}; long long b_ = ${text(scope, right)}; (${c})${result}; })`;
}

function text(scope: Scope, expr: Expr): string {
  const of = (e: Expr): string => text(scope, e);
  const cut = (inner: string): string => `(${C_TYPE[expr.type]})(${inner})`;
  switch (expr.node) {
    case "const":
      return literal(expr.type, expr.value);
    case "parameter":
      return cut(readName(expr.name));
    case "local":
      return localName(scope, expr.local);
    case "convert":
      return cut(of(expr.operand));
    case "unary":
      return cut(`${expr.op === "negate" ? "-" : "~"}${of(expr.operand)}`);
    case "binary": {
      if (expr.op !== "min" && expr.op !== "max") return cut(`${of(expr.left)} ${BINARY[expr.op]} ${of(expr.right)}`);
      const c = C_TYPE[expr.type];
      const sign = expr.op === "min" ? "<" : ">";
      return `({ ${c} a_ = ${of(expr.left)}; ${c} b_ = ${of(expr.right)}; a_ ${sign} b_ ? a_ : b_; })`;
    }
    case "divide":
      return divide(scope, expr);
    case "shift":
      return shift(scope, expr);
    case "compare":
      return `(${of(expr.left)} ${COMPARE[expr.op]} ${of(expr.right)})`;
    case "not":
      return `(!${of(expr.operand)})`;
    case "logic":
      return `(${of(expr.left)} ${expr.op === "and" ? "&&" : "||"} ${of(expr.right)})`;
    case "conditional":
      return `(${of(expr.condition)} ? ${of(expr.whenTrue)} : ${of(expr.whenFalse)})`;
    case "assign":
      return `(${localName(scope, expr.local)} = ${of(expr.value)})`;
    case "sequence":
      return `({ ${expr.effects.map((effect) => `(void)${of(effect)}; `).join("")}${of(expr.value)}; })`;
    case "call":
      return `${functionName(scope, expr.callee)}(${["asked", ...expr.args.map(of)].join(", ")})`;
    case "unknown":
      return cut(`given_value(asked, ${scope.role}_unknowns, ${expr.unknown})`);
    case "cell":
      return cellNameInC(scope, expr.cell);
    case "set_cell":
      return `(${cellNameInC(scope, expr.cell)} = ${of(expr.value)})`;
    case "intrinsic":
      return intrinsic(scope, expr);
    default:
      return expr satisfies never;
  }
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `\t${line}`);

function statements(scope: Scope, body: readonly Stmt[]): string[] {
  return body.flatMap((stmt) => statement(scope, stmt));
}

function statement(scope: Scope, stmt: Stmt): string[] {
  const of = (e: Expr): string => text(scope, e);
  switch (stmt.stmt) {
    case "effect":
      return [`(void)${of(stmt.value)};`];
    case "declare":
      return stmt.value === undefined ? [] : [`${localName(scope, stmt.local)} = ${of(stmt.value)};`];
    case "return":
      return [`return ${of(stmt.value)};`];
    case "if":
      return [
        `if (${of(stmt.condition)}) {`,
        ...indent(statements(scope, stmt.whenTrue)),
        ...(stmt.whenFalse.length === 0 ? [] : ["} else {", ...indent(statements(scope, stmt.whenFalse))]),
        "}",
      ];
    case "loop": {
      const first = stmt.bodyFirst ? "first_ || " : "";
      const step = stmt.step === undefined ? "" : `(void)${of(stmt.step)}`;
      return [
        ...(stmt.bodyFirst ? ["{", "\tbool first_ = true;"] : []),
        `for (; ${first}${of(stmt.condition)}; ${step}) {`,
        ...(stmt.bodyFirst ? ["\tfirst_ = false;"] : []),
        `\tif (++loops_run > ${LOOP_FUEL}) {`,
        '\t\t(void)undefined("a loop that does not end");',
        "\t\tbreak;",
        "\t}",
        ...indent(statements(scope, stmt.body)),
        "}",
        ...(stmt.bodyFirst ? ["}"] : []),
      ];
    }
    case "break":
    case "continue":
      return [`${stmt.stmt};`];
    default:
      return stmt satisfies never;
  }
}

function functionText(rule: RuleTree, role: string, at: number): string[] {
  const fn = rule.functions[at];
  if (fn === undefined) return [];
  const scope: Scope = { rule, role, fn };
  const takes = fn.locals.slice(0, fn.arity).map(({ type }, i) => `${C_TYPE[type]} ${localName(scope, i)}`);
  const own = fn.locals.slice(fn.arity).map(({ type }, i) => `${C_TYPE[type]} ${localName(scope, fn.arity + i)} = 0;`);
  const body = [...own, ...statements(scope, fn.body)];
  return [
    `static ${C_TYPE[fn.returns]} ${functionName(scope, at)}(${["const struct asked *asked", ...takes].join(", ")})`,
    "{",
    ...indent(["(void)asked;", ...body, "return 0;"]).flatMap(folded),
    "}",
    "",
  ];
}

/** `static bool role(const struct asked *asked)` */
export function fromTree(rule: RuleTree, role: string): readonly string[] {
  const entry = rule.functions.length - 1;
  const scope = { rule, role, fn: rule.functions[entry] as RuleFunction }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- every rule has its entry
  const cells = rule.cells.map(({ type }, at) => `static ${C_TYPE[type]} ${cellNameInC(scope, at)};`);
  const unknowns = rule.unknowns.map(
    ({ text: of, line, column, plain, lifetime }) =>
      `\t{ .at = "${line}:${column}", .plain = ${literal("u64", plain)}, .is_run = ${lifetime === "run"},\n\t  .text = "${quoted(of)}" },`,
  );
  return [
    ...(unknowns.length > 0 ? [`static struct unknown ${role}_unknowns[] = {`, ...unknowns, "};"] : []),
    ...cells,
    "",
    ...rule.functions.flatMap((_, at) => functionText(rule, role, at)),
    `static bool ${role}(const struct asked *asked)`,
    "{",
    ...(unknowns.length > 0
      ? [`\tfor (int i = 0; i < ${unknowns.length}; i++)`, `\t\t${role}_unknowns[i].reached = 0;`]
      : []),
    ...(hasLoops(rule) || unknowns.length > 0 ? ["\tloops_run = 0;"] : []),
    ...rule.cells.map((_, at) => `\t${cellNameInC(scope, at)} = 0;`),
    `\treturn ${functionName(scope, entry)}(asked);`,
    "}",
  ];
}
