/**
 * Formulas over bit vectors: a graph of nodes that know their width and fold what is constant.
 *
 * A node of width 0 is a truth value, any other a vector of so many bits. Sharing a node shares its text. Nothing here
 * knows a rule or a slot.
 */

import { foldOp } from "./fold.ts";
import type { TermOp } from "./term-op.ts";

export interface Term {
  readonly op: TermOp;
  /** Bits; 0 is a truth value. */
  readonly width: number;
  readonly args: readonly Term[];
  /** Of what is constant; an unsigned bit pattern, or 0 and 1 for false and true. */
  readonly value?: bigint;
  /** Of a variable. */
  readonly name?: string;
  /** Of extract: the lowest bit taken. */
  readonly low?: number;
  /** Constants at the leaves, if nothing but ite stands above them: how many. Else 0. */
  readonly leaves: number;
}

/** An operand that its operation surely has. */
export const operand = (args: readonly Term[], at: number): Term => args[at] as Term; // oxlint-disable-line typescript/no-unsafe-type-assertion -- whoever asks knows the operation

const constantOf = (width: number, value: bigint): Term => ({ op: "const", width, args: [], value, leaves: 1 });

export const TRUE = constantOf(0, 1n);
export const FALSE = constantOf(0, 0n);

/** A vector with this value, modulo 2^width. */
export const bits = (width: number, value: bigint | number): Term =>
  constantOf(width, BigInt.asUintN(width, BigInt(value)));
export const isFalse = (t: Term): boolean => t.width === 0 && t.value === 0n;
const isTrue = (t: Term): boolean => t.width === 0 && t.value === 1n;
export const truth = (value: boolean): Term => (value ? TRUE : FALSE);
export const variable = (name: string, width: number): Term => ({ op: "var", width, args: [], name, leaves: 0 });

/** Is what is constant kept as it was said, beside its value? */
let keeping = false;

/**
 * Builds terms in which what folds to a constant still says what it was folded from: a certificate of "false" would show
 * nothing. Decisions while building are the same. Not re-entered.
 */
export function asSaid<T>(build: () => T): T {
  keeping = true;
  try {
    return build();
  } finally {
    keeping = false;
  }
}

/** Are terms being built that keep what they were folded from? They are others than those that anyone else asks for. */
export const isKept = (): boolean => keeping;

/** A constant that comes of an operation. */
const folded = (value: Term, op: TermOp, args: readonly Term[], low?: number): Term =>
  keeping ? { ...value, op, args, ...(low === undefined ? {} : { low }) } : value;

/** More leaves than this are left to the solver. */
const MAX_LEAVES = 32;

/** Condition, then and otherwise of a choice between constants, as long as there are not too many of them. */
export const choiceOf = ({ leaves, args }: Term): readonly [Term, Term, Term] | undefined =>
  leaves < 2 || leaves > MAX_LEAVES ? undefined : (args as readonly [Term, Term, Term]); // oxlint-disable-line typescript/no-unsafe-type-assertion -- only ite has more than one leaf

function node(op: TermOp, width: number, args: readonly Term[], low?: number): Term {
  if (args.every((arg) => arg.value !== undefined)) {
    const values = args.map((arg) => arg.value as bigint); // oxlint-disable-line typescript/no-unsafe-type-assertion -- checked in the line above
    const value = foldOp(op, width, operand(args, 0).width, values, low ?? 0);
    return folded(width === 0 ? truth(value !== 0n) : bits(width, value), op, args, low);
  }
  // One choice between constants, all else constant: choose between the results, and the solver never sees the op.
  const open = args.filter((arg) => arg.value === undefined);
  const choice = open.length === 1 ? choiceOf(operand(open, 0)) : undefined;
  if (choice !== undefined) {
    const [condition, then, otherwise] = choice;
    const chosen = (leaf: Term): Term =>
      node(
        op,
        width,
        args.map((arg) => (arg.value === undefined ? leaf : arg)),
        low,
      );
    return ite(condition, chosen(then), chosen(otherwise));
  }
  return { op, width, args, leaves: 0, ...(low === undefined ? {} : { low }) };
}

export function not(a: Term): Term {
  const [inner] = a.args;
  return a.op === "not" && inner !== undefined ? inner : node("not", 0, [a]);
}

function junction(op: "and" | "or", unit: Term, zero: Term, terms: readonly Term[]): Term {
  const said = terms.filter((t) => t.value !== unit.value);
  const [only] = said;
  if (only === undefined) return unit;
  // Identity is kept: whoever adds nothing gets back the node that was there.
  if (said.length === 1) return only;
  const parts = new Set(said.flatMap((t) => (t.op === op ? t.args : [t])));
  const none = (): Term => folded(zero, op, [...parts]);
  for (const part of parts) {
    if (part.value !== undefined) return none();
    if (part.op === "not" && part.args.some((t) => parts.has(t))) return none();
  }
  return parts.size === 1 ? only : { op, width: 0, args: [...parts], leaves: 0 };
}

export const and = (...terms: readonly Term[]): Term => junction("and", TRUE, FALSE, terms);
export const or = (...terms: readonly Term[]): Term => junction("or", FALSE, TRUE, terms);

export function ite(condition: Term, then: Term, otherwise: Term): Term {
  if (condition.value !== undefined) return isTrue(condition) ? then : otherwise;
  if (same(then, otherwise)) return then;
  if (isTrue(then)) return or(condition, otherwise);
  if (isFalse(then)) return and(not(condition), otherwise);
  if (isTrue(otherwise)) return or(not(condition), then);
  if (isFalse(otherwise)) return and(condition, then);
  const leaves = then.leaves > 0 && otherwise.leaves > 0 ? then.leaves + otherwise.leaves : 0;
  return { op: "ite", width: then.width, args: [condition, then, otherwise], leaves };
}

/** Of two terms of one width: surely the same value; false says nothing. */
const same = (a: Term, b: Term): boolean => a === b || (a.value !== undefined && a.value === b.value);

const isZero = (t: Term): boolean => t.value === 0n;

export function eq(a: Term, b: Term): Term {
  if (same(a, b)) return folded(TRUE, "=", [a, b]);
  if (a.width === 0 && a.value !== undefined) return isTrue(a) ? b : not(b);
  if (b.width === 0 && b.value !== undefined) return isTrue(b) ? a : not(a);
  return node("=", 0, [a, b]);
}

export const ult = (a: Term, b: Term): Term => node("bvult", 0, [a, b]);
export const ule = (a: Term, b: Term): Term => node("bvule", 0, [a, b]);
export const slt = (a: Term, b: Term): Term => node("bvslt", 0, [a, b]);
export const sle = (a: Term, b: Term): Term => node("bvsle", 0, [a, b]);

export const add = (a: Term, b: Term): Term => (isZero(a) ? b : isZero(b) ? a : node("bvadd", a.width, [a, b]));
export const sub = (a: Term, b: Term): Term => (isZero(b) ? a : node("bvsub", a.width, [a, b]));
export const negate = (a: Term): Term => node("bvneg", a.width, [a]);
export const complement = (a: Term): Term => node("bvnot", a.width, [a]);
export const bitAnd = (a: Term, b: Term): Term => (isZero(a) ? a : isZero(b) ? b : node("bvand", a.width, [a, b]));
export const bitOr = (a: Term, b: Term): Term => (isZero(a) ? b : isZero(b) ? a : node("bvor", a.width, [a, b]));
export const bitXor = (a: Term, b: Term): Term => (isZero(a) ? b : isZero(b) ? a : node("bvxor", a.width, [a, b]));

/** Shifts by the width or more give 0, or the sign: SMT-LIB's own answer. */
export const shl = (a: Term, by: Term): Term => (isZero(by) || isZero(a) ? a : node("bvshl", a.width, [a, by]));
export const lshr = (a: Term, by: Term): Term => (isZero(by) || isZero(a) ? a : node("bvlshr", a.width, [a, by]));
export const ashr = (a: Term, by: Term): Term => (isZero(by) || isZero(a) ? a : node("bvashr", a.width, [a, by]));

export const extract = (a: Term, high: number, low: number): Term =>
  low === 0 && high === a.width - 1 ? a : node("extract", high - low + 1, [a], low);
export const concat = (high: Term, low: Term): Term => node("concat", high.width + low.width, [high, low]);
export const zeroExtend = (a: Term, width: number): Term => (width === a.width ? a : node("zero_extend", width, [a]));
export const signExtend = (a: Term, width: number): Term => (width === a.width ? a : node("sign_extend", width, [a]));

/** An operation of the theory that has no shorter form here. */
export const apply = (op: "bvmul" | "bvudiv" | "bvurem" | "bvsdiv" | "bvsrem", a: Term, b: Term): Term =>
  node(op, a.width, [a, b]);

/** The term with other operands, folded anew. */
function remade({ op, width, low }: Term, args: readonly Term[]): Term {
  if (op === "and") return and(...args);
  if (op === "or") return or(...args);
  if (op === "not") return not(operand(args, 0));
  if (op === "ite") return ite(operand(args, 0), operand(args, 1), operand(args, 2));
  if (op === "=") return eq(operand(args, 0), operand(args, 1));
  return node(op, width, args, low);
}

/** Terms with constants in place of the variables of these names; each node is made once. */
export function substitution(values: ReadonlyMap<string, bigint>): (term: Term) => Term {
  const made = new Map<Term, Term>();
  const once = (term: Term): Term => {
    const value = term.name === undefined ? undefined : values.get(term.name);
    if (value !== undefined) return bits(term.width, value);
    if (term.args.length === 0 || term.value !== undefined) return term;
    return remade(
      term,
      term.args.map((arg) => made.get(arg) ?? arg),
    );
  };
  return (term) => {
    // Not recursive: an unrolled loop is deep.
    const stack = [term];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const open = made.has(top) ? undefined : top.args.find((arg) => !made.has(arg));
      if (open !== undefined) stack.push(open);
      else {
        if (!made.has(top)) made.set(top, once(top));
        stack.pop();
      }
    }
    return made.get(term) ?? term;
  };
}
