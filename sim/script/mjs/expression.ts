/**
 * Typed tree -> JavaScript on BigInt, to be read by people.
 *
 * A value of any integer type is a BigInt in the range of its C type, a bool a boolean. Sums, products and bit
 * operations agree modulo 2^width however late they are cut, so a whole formula is cut once, where its value matters.
 */

import { type Expr, isSigned, type RuleFunction, type RuleTree, WIDTH } from "../../../model/rule/tree.ts";
import { range } from "./range.ts";
import type { Runtime } from "./runtime.ts";

/** Text, and how tightly its outermost operator binds; JavaScript's table, only the relative order matters. */
type Text = { readonly text: string; readonly binds: number };

const BINDS = {
  sequence: 1,
  assign: 2,
  conditional: 3,
  "||": 4,
  "&&": 5,
  "|": 6,
  "^": 7,
  "&": 8,
  "===": 9,
  "!==": 9,
  "<": 10,
  "<=": 10,
  ">": 10,
  ">=": 10,
  "<<": 11,
  ">>": 11,
  "+": 12,
  "-": 12,
  "*": 13,
  "/": 13,
  "%": 13,
  unary: 15,
  atom: 17,
} as const;

export type JavaScriptScope = {
  readonly rule: RuleTree;
  readonly function: RuleFunction;
  readonly runtime: Runtime;
  readonly name: (local: number) => string;
  readonly functionName: (callee: number) => string;
};

/** The number keeps apart what is alike without its signs: slot->a and slot.a. */
export const cellName = ({ cells }: RuleTree, cell: number): string =>
  `cell${cell}_${(cells[cell]?.name ?? "").replaceAll(/\W+/g, "_")}`;

const atom = (text: string): Text => ({ text, binds: BINDS.atom });
const parenthesised = ({ text, binds }: Text, least: number): string => (binds < least ? `(${text})` : text);

function infix(operator: keyof typeof BINDS, left: Text, right: Text): Text {
  const binds = BINDS[operator];
  // Next to a bit operation or a comparison C's precedence is read wrongly often enough to deserve brackets.
  const isClear = operator.length === 2 ? binds < BINDS["|"] : binds >= BINDS["+"];
  const loose = isClear || binds === BINDS["<"] || binds === BINDS["==="] ? binds : BINDS.unary - 1;
  const least = binds === BINDS["<"] || binds === BINDS["==="] ? BINDS["<<"] : loose;
  const same = left.binds === binds && binds !== BINDS["<"] && binds !== BINDS["==="];
  return {
    text: `${parenthesised(left, same ? binds : least)} ${operator} ${parenthesised(right, Math.min(least + 1, BINDS.unary - 1))}`,
    binds,
  };
}

const call = (name: string, ...args: readonly Text[]): Text =>
  atom(`${name}(${args.map((each) => parenthesised(each, BINDS.assign)).join(", ")})`);

const RING = { add: "+", sub: "-", mul: "*", and: "&", or: "|", xor: "^" } as const;
const ORDER = { eq: "===", ne: "!==", lt: "<", le: "<=", gt: ">", ge: ">=" } as const;

/** The value itself. */
export function exact(scope: JavaScriptScope, expr: Expr): Text {
  const text = modular(scope, expr);
  return isExact(expr) ? text : call(scope.runtime.use(expr.type), text);
}

/** Is the modular text of this node in range by itself? */
function isExact(expr: Expr): boolean {
  if (expr.node !== "binary" && expr.node !== "unary" && expr.node !== "convert" && expr.node !== "shift") return true;
  if (range(expr)) return true;
  if (expr.node === "convert") return isLossless(expr) || expr.type === "bool";
  if (expr.node === "unary") return expr.op === "complement" && isSigned(expr.type) && isExact(expr.operand);
  if (expr.node === "shift") return expr.op === "shr";
  if (expr.op === "min" || expr.op === "max") return true;
  if (expr.op === "and") return isSigned(expr.type) ? both(expr) : isExact(expr.left) || isExact(expr.right);
  return (expr.op === "or" || expr.op === "xor") && both(expr);
}

const both = (expr: Extract<Expr, { node: "binary" }>): boolean => isExact(expr.left) && isExact(expr.right);

function isLossless({ operand: { type: from }, type: to }: Extract<Expr, { node: "convert" }>): boolean {
  if (isSigned(from)) return isSigned(to) && WIDTH[to] >= WIDTH[from];
  return WIDTH[to] > WIDTH[from];
}

/** A text whose value is right modulo 2^width of the node's type. */
function modular(scope: JavaScriptScope, expr: Expr): Text {
  switch (expr.node) {
    case "const":
      return constant(scope, expr);
    case "parameter":
      return atom(expr.name);
    case "local":
      return atom(scope.name(expr.local));
    case "convert":
      return converted(scope, expr);
    case "unary": {
      const operand = parenthesised(modular(scope, expr.operand), BINDS.unary);
      return { text: `${expr.op === "negate" ? "-" : "~"}${operand}`, binds: BINDS.unary - 1 };
    }
    case "binary":
      if (expr.op === "min" || expr.op === "max") {
        return call(scope.runtime.use(expr.op), exact(scope, expr.left), exact(scope, expr.right));
      }
      return infix(RING[expr.op], modular(scope, expr.left), modular(scope, expr.right));
    case "divide":
      return divide(scope, expr);
    case "shift":
      return shift(scope, expr);
    case "compare":
      return infix(ORDER[expr.op], exact(scope, expr.left), exact(scope, expr.right));
    case "not":
      return { text: `!${parenthesised(exact(scope, expr.operand), BINDS.unary)}`, binds: BINDS.unary };
    case "logic": {
      const operator = expr.op === "and" ? "&&" : "||";
      return infix(operator, exact(scope, expr.left), exact(scope, expr.right));
    }
    case "conditional": {
      const [test, yes, no] = [expr.condition, expr.whenTrue, expr.whenFalse].map((each) => exact(scope, each));
      if (!test || !yes || !no) throw new Error("a conditional has three parts");
      const text = `${parenthesised(test, BINDS["||"])} ? ${parenthesised(yes, BINDS.assign)} : ${parenthesised(no, BINDS.assign)}`;
      return { text, binds: BINDS.conditional };
    }
    case "assign": {
      const value = parenthesised(exact(scope, expr.value), BINDS.assign);
      return { text: `${scope.name(expr.local)} = ${value}`, binds: BINDS.assign };
    }
    case "sequence": {
      const all = [...expr.effects, expr.value].map((each) => parenthesised(exact(scope, each), BINDS.assign));
      return { text: all.join(", "), binds: BINDS.sequence };
    }
    case "call":
      return call(scope.functionName(expr.callee), ...expr.args.map((arg) => exact(scope, arg)));
    case "unknown": {
      const given = call("given", atom(`${expr.unknown}`));
      return expr.type === "bool" ? infix("!==", given, atom("0n")) : given;
    }
    case "cell":
      return atom(cellName(scope.rule, expr.cell));
    case "set_cell": {
      const value = parenthesised(exact(scope, expr.value), BINDS.assign);
      return { text: `${cellName(scope.rule, expr.cell)} = ${value}`, binds: BINDS.assign };
    }
    case "intrinsic": {
      const args = expr.args.map((arg) => exact(scope, arg));
      return call(scope.runtime.use(expr.op), ...args, ...where(scope, expr.site));
    }
    default:
      return expr satisfies never;
  }
}

function constant(scope: JavaScriptScope, expr: Extract<Expr, { node: "const" }>): Text {
  if (expr.type === "bool") return atom(expr.value === 0n ? "false" : "true");
  if (expr.name !== undefined) return atom(scope.runtime.constant(expr.name, expr.value));
  const size = expr.value < 0n ? -expr.value : expr.value;
  const text = `${expr.value < 0n ? "-" : ""}${size >= 4096n ? `0x${size.toString(16)}` : size.toString()}n`;
  return { text, binds: expr.value < 0n ? BINDS.unary - 1 : BINDS.atom };
}

function converted(scope: JavaScriptScope, expr: Extract<Expr, { node: "convert" }>): Text {
  const { operand, type } = expr;
  if (type === "bool") return infix("!==", exact(scope, operand), atom("0n"));
  if (operand.type === "bool") return call("BigInt", exact(scope, operand));
  return WIDTH[type] <= WIDTH[operand.type] ? modular(scope, operand) : exact(scope, operand);
}

/** Names the place as the last argument of a helper. */
function where({ rule, runtime }: JavaScriptScope, site: number | undefined): Text[] {
  const found = site === undefined ? undefined : rule.sites[site];
  if (!found) return [];
  runtime.use("undefined_at");
  return [atom(JSON.stringify(`line ${found.line}, column ${found.column}: ${found.what}`))];
}

function divide(scope: JavaScriptScope, expr: Extract<Expr, { node: "divide" }>): Text {
  const [left, right] = [exact(scope, expr.left), exact(scope, expr.right)];
  if (expr.site === undefined) return infix(expr.op === "div" ? "/" : "%", left, right);
  const least = isSigned(expr.type) ? `${-(1n << BigInt(WIDTH[expr.type] - 1))}n` : "-1n";
  const helper = scope.runtime.use(expr.op === "div" ? "quotient" : "remainder");
  return call(helper, left, right, atom(least), ...where(scope, expr.site));
}

function shift(scope: JavaScriptScope, expr: Extract<Expr, { node: "shift" }>): Text {
  const count = exact(scope, expr.right);
  const place = where(scope, expr.site);
  const checked =
    place.length === 0 ? count : call(scope.runtime.use("count"), count, atom(`${WIDTH[expr.type]}n`), ...place);
  if (expr.op === "shl") return infix("<<", modular(scope, expr.left), checked);
  return infix(">>", exact(scope, expr.left), checked);
}
