/** Expressions of a rule as formulas: C's meaning as model/rule/tree.ts fixes it, for all inputs at once. */

import type { ParameterName } from "../../../model/rule/parameters.ts";
import type { Expr, IntrinsicOp, RuleTree } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { isSigned, WIDTH } from "../../../model/rule/tree.ts";
import { clz64, ctz64, divide, divisionUndefined, ffs64, fls64, popcount64 } from "./bits.ts";
import { smulOverflows, umulOverflows } from "./bits.ts";
import type { Path } from "./path.ts";
import { branch } from "./path.ts";
import type { Term } from "./term.ts";
import {
  add,
  and,
  apply,
  ashr,
  bitAnd,
  bitOr,
  bits,
  bitXor,
  complement,
  eq,
  extract,
  FALSE,
  ite,
  isFalse,
} from "./term.ts";
import { lshr, negate, not, shl, signExtend, sle, slt, sub, truth, ule, ult, variable, zeroExtend } from "./term.ts";

export type Inputs = Partial<Record<ParameterName, Term>>;

const skip = (): void => undefined;

/** An unknown's value in one evaluation. */
export interface UnknownTerm {
  readonly unknown: number;
  readonly term: Term;
  /** Which inputs come to it. */
  readonly when: Term;
}

/** One evaluation of one rule, in progress. */
export interface Run {
  readonly rule: RuleTree;
  readonly inputs: Inputs;
  /** Unlike that of any other evaluation in the same formula: its unknowns are variables with this before their names. */
  readonly name: string;
  /** Unknowns that were evaluated, in order. */
  readonly unknowns: UnknownTerm[];
  /** Which inputs meet which undefined operation, in the order of evaluation; an input may meet several. */
  readonly undefined: { readonly site: number; readonly when: Term }[];
  /** Inputs that a loop still held when it was unrolled no further. */
  cut: Term;
  /** What becomes of those. */
  readonly loops: "cut" | "summed up";
  /** Variables for what a loop that is summed up may have written. */
  readonly free: Term[];
  /** Of `undefined`, how many were met before the first such loop. */
  sureUntil: number | undefined;
  /** Inputs and states with which such a loop makes one more iteration. */
  goesOn: Term;
  /** Expressions that may still be visited before the rule counts as too long. */
  budget: number;
  /** Iterations unrolled so far, in all, and in this call of loops whose end depends on the inputs. */
  iterations: number;
  openIterations: number;
  /** Of the innermost open loop that is being unrolled: how many a loop inside of it may have. */
  allowed: number;
  readonly call: (run: Run, path: Path, callee: number, args: readonly Term[]) => Term;
}

/** Thrown when a rule is too long to unroll; caught where a verdict is made: `unknown`. */
export const TOO_LONG = Symbol("too long");

/** A bool is a truth value, anything else a vector. */
export const constant = (type: IntType, value: bigint): Term =>
  type === "bool" ? truth(value !== 0n) : bits(WIDTH[type], value);

function convert(to: IntType, from: IntType, operand: Term): Term {
  if (to === "bool") return not(eq(operand, constant(from, 0n)));
  const width = WIDTH[to];
  if (from === "bool") return ite(operand, bits(width, 1), bits(width, 0));
  if (width <= operand.width) return extract(operand, width - 1, 0);
  return isSigned(from) ? signExtend(operand, width) : zeroExtend(operand, width);
}

function arithmetic(op: (Expr & { node: "binary" })["op"], type: IntType, a: Term, b: Term): Term {
  const less = isSigned(type) ? slt(a, b) : ult(a, b);
  switch (op) {
    case "add":
      return add(a, b);
    case "sub":
      return sub(a, b);
    case "mul":
      return apply("bvmul", a, b);
    case "and":
      return bitAnd(a, b);
    case "or":
      return bitOr(a, b);
    case "xor":
      return bitXor(a, b);
    case "min":
      return ite(less, a, b);
    case "max":
      return ite(less, b, a);
    default:
      return op satisfies never;
  }
}

function comparison(op: (Expr & { node: "compare" })["op"], type: IntType, a: Term, b: Term): Term {
  const [lt, le] = isSigned(type) ? [slt, sle] : [ult, ule];
  switch (op) {
    case "eq":
      return eq(a, b);
    case "ne":
      return not(eq(a, b));
    case "lt":
      return lt(a, b);
    case "le":
      return le(a, b);
    case "gt":
      return lt(b, a);
    case "ge":
      return le(b, a);
    default:
      return op satisfies never;
  }
}

function intrinsic(op: IntrinsicOp, a: Term, b: Term): Term {
  switch (op) {
    case "ctz64":
      return ctz64(a);
    case "clz64":
      return clz64(a);
    case "fls64":
      return fls64(a);
    case "ffs64":
      return ffs64(a);
    case "popcount64":
      return popcount64(a);
    case "umul_overflows":
      return umulOverflows(a, b);
    case "smul_overflows":
      return smulOverflows(a, b);
    default:
      return op satisfies never;
  }
}

function undefinedWhen(run: Run, path: Path, site: number | undefined, condition: Term): void {
  const when = and(path.live, condition);
  if (site !== undefined && !isFalse(when)) run.undefined.push({ site, when });
}

/** Of different texts different symbols: two unknowns that share a variable would be taken for one. */
const symbol = (text: string): string =>
  text.replaceAll(/\W/gu, (character) => `.${character.codePointAt(0)?.toString(16) ?? ""}.`);

/** A variable that nothing binds; of an unknown that keeps its value for a run, the same in every evaluation. */
function unknown(run: Run, path: Path, expr: Expr & { node: "unknown" }): Term {
  const { lifetime, text = "" } = run.rule.unknowns[expr.unknown] ?? {};
  const name = lifetime === "run" ? `run_${symbol(text)}_${expr.type}` : `${run.name}_unknown_${run.unknowns.length}`;
  const term = variable(name, expr.type === "bool" ? 0 : WIDTH[expr.type]);
  run.unknowns.push({ unknown: expr.unknown, term, when: path.live });
  return term;
}

/** The value of an expression for the inputs that are live; what it assigns is in `path` afterwards. */
export function evaluate(run: Run, path: Path, expr: Expr): Term {
  if (run.budget-- <= 0) throw TOO_LONG;
  const of = (e: Expr): Term => evaluate(run, path, e);
  switch (expr.node) {
    case "const":
      return constant(expr.type, expr.value);
    case "parameter":
      return run.inputs[expr.name] ?? constant(expr.type, 0n);
    case "local":
      return path.locals[expr.local] ?? constant(expr.type, 0n);
    case "convert":
      return convert(expr.type, expr.operand.type, of(expr.operand));
    case "unary":
      return expr.op === "negate" ? negate(of(expr.operand)) : complement(of(expr.operand));
    case "binary": {
      const left = of(expr.left);
      return arithmetic(expr.op, expr.type, left, of(expr.right));
    }
    case "divide": {
      const left = of(expr.left);
      const right = of(expr.right);
      const signed = isSigned(expr.type);
      undefinedWhen(run, path, expr.site, divisionUndefined(signed, left, right));
      return divide(expr.op, signed, left, right);
    }
    case "shift": {
      const left = of(expr.left);
      const right = of(expr.right);
      // A negative count is a huge one, as a bit pattern.
      undefinedWhen(run, path, expr.site, not(ult(right, bits(right.width, left.width))));
      const by = right.width > left.width ? extract(right, left.width - 1, 0) : zeroExtend(right, left.width);
      return expr.op === "shl" ? shl(left, by) : isSigned(expr.type) ? ashr(left, by) : lshr(left, by);
    }
    case "compare": {
      const left = of(expr.left);
      return comparison(expr.op, expr.left.type, left, of(expr.right));
    }
    case "not":
      return not(of(expr.operand));
    case "logic": {
      const left = of(expr.left);
      let right = FALSE;
      const evaluateRight = (p: Path): void => void (right = evaluate(run, p, expr.right));
      if (expr.op === "and") branch(path, left, evaluateRight, skip);
      else branch(path, left, skip, evaluateRight);
      return expr.op === "and" ? and(left, right) : ite(left, truth(true), right);
    }
    case "conditional": {
      const condition = of(expr.condition);
      let then: Term | undefined;
      let otherwise: Term | undefined;
      branch(
        path,
        condition,
        (p) => void (then = evaluate(run, p, expr.whenTrue)),
        (p) => void (otherwise = evaluate(run, p, expr.whenFalse)),
      );
      if (then !== undefined && otherwise !== undefined) return ite(condition, then, otherwise);
      return then ?? otherwise ?? constant(expr.type, 0n);
    }
    case "assign": {
      const value = of(expr.value);
      path.locals[expr.local] = value;
      return value;
    }
    case "sequence":
      for (const effect of expr.effects) of(effect);
      return of(expr.value);
    case "call":
      return run.call(run, path, expr.callee, expr.args.map(of));
    case "unknown":
      return unknown(run, path, expr);
    case "cell":
      return path.cells[expr.cell] ?? constant(expr.type, 0n);
    case "set_cell": {
      const value = of(expr.value);
      path.cells[expr.cell] = value;
      return value;
    }
    case "intrinsic": {
      const [a = bits(64, 0), b = bits(64, 0)] = expr.args.map(of);
      undefinedWhen(run, path, expr.site, eq(a, bits(64, 0)));
      return intrinsic(expr.op, a, b);
    }
    default:
      return expr satisfies never;
  }
}
