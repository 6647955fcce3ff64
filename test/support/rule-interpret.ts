/**
 * A rule read node by node, in big integers: what model/rule/tree.ts says, in the plainest words there are. Slow, and it
 * shares nothing with the machine code that it is held against.
 */

import type { ParameterName } from "../../model/rule/parameters.ts";
import type { Expr, Rule, RuleFunction, Stmt } from "../../model/rule/tree.ts";
import type { IntType } from "../../model/rule/int-type.ts";

export type Values = Partial<Record<ParameterName, bigint>>;
/** Answers an unknown, for the how manyth time in this evaluation, from 1; 0 where it keeps its value for a run. */
export type Answer = (unknown: number, times: number) => bigint;
/** A value; or, of no rule's value, the site where it was undefined, counted from 0, or that the loops did not end. */
export type Came = { readonly value: bigint } | { readonly site: number } | "no_end";

const FUEL = 4096;

const bitsOf = (type: IntType): number => (type === "bool" ? 1 : Number(type.slice(1)));
const least = (type: IntType): bigint => (type.startsWith("s") ? -(2n ** BigInt(bitsOf(type) - 1)) : 0n);
/** The one value of the type that is the same modulo 2^bits. */
export function fit(type: IntType, value: bigint): bigint {
  if (type === "bool") return value === 0n ? 0n : 1n;
  const size = 2n ** BigInt(bitsOf(type));
  const low = ((value % size) + size) % size;
  return low >= size + least(type) ? low - size : low;
}

class Undefined extends Error {
  readonly site: number;
  constructor(site: number) {
    super();
    this.site = site;
  }
}
class NoEnd extends Error {}

const truth = (is: boolean): bigint => (is ? 1n : 0n);

function binary(op: Extract<Expr, { node: "binary" }>["op"], a: bigint, b: bigint): bigint {
  switch (op) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "min":
      return a < b ? a : b;
    case "max":
      return a > b ? a : b;
    default:
      return op satisfies never;
  }
}

const COMPARE = {
  eq: (a: bigint, b: bigint) => a === b,
  ne: (a: bigint, b: bigint) => a !== b,
  lt: (a: bigint, b: bigint) => a < b,
  le: (a: bigint, b: bigint) => a <= b,
  gt: (a: bigint, b: bigint) => a > b,
  ge: (a: bigint, b: bigint) => a >= b,
};

/** Of a u64 written with all of its 64 digits. */
function intrinsic(op: Extract<Expr, { node: "intrinsic" }>["op"], a: bigint, b: bigint): bigint {
  const digits = a.toString(2).padStart(64, "0");
  switch (op) {
    case "ctz64":
      return BigInt(63 - digits.lastIndexOf("1"));
    case "clz64":
      return BigInt(digits.indexOf("1"));
    case "fls64":
      return a === 0n ? 0n : BigInt(64 - digits.indexOf("1"));
    case "ffs64":
      return a === 0n ? 0n : BigInt(64 - digits.lastIndexOf("1"));
    case "popcount64":
      return BigInt(digits.replaceAll("0", "").length);
    case "umul_overflows":
      return truth(a * b !== fit("u64", a * b));
    case "smul_overflows":
      return truth(a * b !== fit("s64", a * b));
    default:
      return op satisfies never;
  }
}

type Leaves = { readonly returned: bigint } | "break" | "continue" | undefined;

/** One evaluation of one rule. */
class Evaluation {
  readonly #rule: Rule;
  readonly #values: Values;
  readonly #answer: Answer;
  readonly #cells: bigint[] = [];
  readonly #reached: number[] = [];
  #fuel = FUEL;

  constructor(rule: Rule, values: Values, answer: Answer) {
    this.#rule = rule;
    this.#values = values;
    this.#answer = answer;
  }

  call(source: RuleFunction | undefined, args: readonly bigint[]): bigint {
    if (source === undefined) throw new Error("no such function");
    const left = this.#run(source.body, [...args]);
    if (typeof left !== "object") throw new Error(`${source.name} does not return`);
    return left.returned;
  }

  value(expr: Expr, locals: bigint[] = []): bigint {
    const of = (each: Expr): bigint => this.value(each, locals);
    switch (expr.node) {
      case "const":
        return expr.value;
      case "parameter":
        return fit(expr.type, this.#values[expr.name] ?? 0n);
      case "local":
        return locals[expr.local] ?? 0n;
      case "convert":
        return fit(expr.type, of(expr.operand));
      case "unary":
        return fit(expr.type, expr.op === "negate" ? -of(expr.operand) : -1n - of(expr.operand));
      case "binary":
        return fit(expr.type, binary(expr.op, of(expr.left), of(expr.right)));
      case "divide": {
        const [a, b] = [of(expr.left), of(expr.right)];
        const exact = b === 0n ? undefined : a / b;
        if (exact === undefined || exact !== fit(expr.type, exact)) throw new Undefined(expr.site ?? -1);
        return expr.op === "div" ? exact : a % b;
      }
      case "shift": {
        const [a, n] = [of(expr.left), of(expr.right)];
        if (n < 0n || n >= BigInt(bitsOf(expr.type))) throw new Undefined(expr.site ?? -1);
        return fit(expr.type, expr.op === "shl" ? a * 2n ** n : a >> n);
      }
      case "compare":
        return truth(COMPARE[expr.op](of(expr.left), of(expr.right)));
      case "not":
        return truth(of(expr.operand) === 0n);
      case "logic": {
        const left = of(expr.left) !== 0n;
        return left === (expr.op === "or") ? truth(left) : of(expr.right);
      }
      case "conditional":
        return of(expr.condition) === 0n ? of(expr.whenFalse) : of(expr.whenTrue);
      case "assign": {
        const value = of(expr.value);
        locals[expr.local] = value;
        return value;
      }
      case "sequence":
        for (const effect of expr.effects) of(effect);
        return of(expr.value);
      case "call":
        return this.call(this.#rule.functions[expr.callee], expr.args.map(of));
      case "unknown": {
        const times = (this.#reached[expr.unknown] ?? 0) + 1;
        this.#reached[expr.unknown] = times;
        const isRun = this.#rule.unknowns[expr.unknown]?.lifetime === "run";
        return fit(expr.type, this.#answer(expr.unknown, isRun ? 0 : times));
      }
      case "cell":
        return this.#cells[expr.cell] ?? 0n;
      case "set_cell": {
        const value = of(expr.value);
        this.#cells[expr.cell] = value;
        return value;
      }
      case "intrinsic": {
        const [a = 0n, b = 0n] = expr.args.map(of);
        if (a === 0n && (expr.op === "ctz64" || expr.op === "clz64")) throw new Undefined(expr.site ?? -1);
        return intrinsic(expr.op, a, b);
      }
      default:
        return expr satisfies never;
    }
  }

  #run(body: readonly Stmt[], locals: bigint[]): Leaves {
    for (const each of body) {
      const left = this.#statement(each, locals);
      if (left !== undefined) return left;
    }
    return undefined;
  }

  #statement(each: Stmt, locals: bigint[]): Leaves {
    switch (each.stmt) {
      case "effect":
        this.value(each.value, locals);
        return undefined;
      case "declare":
        if (each.value !== undefined) locals[each.local] = this.value(each.value, locals);
        return undefined;
      case "if":
        return this.#run(this.value(each.condition, locals) === 0n ? each.whenFalse : each.whenTrue, locals);
      case "return":
        return { returned: this.value(each.value, locals) };
      case "break":
      case "continue":
        return each.stmt;
      case "loop":
        for (let first = true; ; first = false) {
          if (!(first && each.bodyFirst) && this.value(each.condition, locals) === 0n) return undefined;
          if (this.#fuel-- === 0) throw new NoEnd();
          const left = this.#run(each.body, locals);
          if (left === "break") return undefined;
          if (typeof left === "object") return left;
          if (each.step !== undefined) this.value(each.step, locals);
        }
      default:
        return each satisfies never;
    }
  }
}

/** What the rule's entry comes to, or, when it is given, an expression of the rule that reads no local. */
export function interpret(rule: Rule, values: Values, expr?: Expr, answer: Answer = () => 0n): Came {
  try {
    const evaluation = new Evaluation(rule, values, answer);
    return { value: expr === undefined ? evaluation.call(rule.functions.at(-1), []) : evaluation.value(expr) };
  } catch (error) {
    if (error instanceof Undefined) return { site: error.site };
    if (error instanceof NoEnd) return "no_end";
    throw error;
  }
}
