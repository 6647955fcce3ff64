/** What SMT-LIB says of QF_BV, in plain numbers of 4 bits: every operation on every pair, folded at once or valued later. */

import { describe, expect, it } from "vitest";
import { foldOp } from "../../../props/prove/smt/fold.ts";
import type { Term } from "../../../props/prove/smt/term.ts";
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
  concat,
  eq,
} from "../../../props/prove/smt/term.ts";
import {
  extract,
  ite,
  lshr,
  negate,
  not,
  or,
  shl,
  signExtend,
  sle,
  slt,
  sub,
  truth,
} from "../../../props/prove/smt/term.ts";
import { ule, ult, variable, zeroExtend } from "../../../props/prove/smt/term.ts";
import { valuation } from "../../../props/prove/smt/value.ts";

const ALL = Array.from({ length: 16 }, (_, n) => n);
const signed = (n: number): number => (n < 8 ? n : n - 16);
/** Each bit by itself: position i of the result is made of the bits at position i. */
const bitwise = (f: (a: boolean, b: boolean) => boolean, a: number, b: number): number =>
  [1, 2, 4, 8].reduce((sum, bit) => sum + (f(a % (2 * bit) >= bit, b % (2 * bit) >= bit) ? bit : 0), 0);

const OF_TWO: Readonly<Record<string, [(a: Term, b: Term) => Term, (a: number, b: number) => number | boolean]>> = {
  "=": [eq, (a, b) => a === b],
  bvult: [ult, (a, b) => a < b],
  bvule: [ule, (a, b) => a <= b],
  bvslt: [slt, (a, b) => signed(a) < signed(b)],
  bvsle: [sle, (a, b) => signed(a) <= signed(b)],
  bvadd: [add, (a, b) => a + b],
  bvsub: [sub, (a, b) => a - b],
  bvmul: [(a, b) => apply("bvmul", a, b), (a, b) => a * b],
  bvand: [bitAnd, (a, b) => bitwise((x, y) => x && y, a, b)],
  bvor: [bitOr, (a, b) => bitwise((x, y) => x || y, a, b)],
  bvxor: [bitXor, (a, b) => bitwise((x, y) => x !== y, a, b)],
  bvshl: [shl, (a, b) => (b < 4 ? a * 2 ** b : 0)],
  bvlshr: [lshr, (a, b) => Math.floor(a / 2 ** b)],
  bvashr: [ashr, (a, b) => Math.floor(signed(a) / 2 ** b)],
  bvudiv: [(a, b) => apply("bvudiv", a, b), (a, b) => (b === 0 ? 15 : Math.floor(a / b))],
  bvurem: [(a, b) => apply("bvurem", a, b), (a, b) => (b === 0 ? a : a % b)],
  bvsdiv: [
    (a, b) => apply("bvsdiv", a, b),
    (a, b) => (b === 0 ? (signed(a) < 0 ? 1 : -1) : Math.trunc(signed(a) / signed(b))),
  ],
  bvsrem: [(a, b) => apply("bvsrem", a, b), (a, b) => (b === 0 ? a : signed(a) % signed(b))],
};

const OF_ONE: Readonly<Record<string, [(a: Term) => Term, (a: number) => number]>> = {
  bvneg: [negate, (a) => -a],
  bvnot: [complement, (a) => 15 - a],
  "extract 3 3": [(a) => extract(a, 3, 3), (a) => Math.floor(a / 8)],
  "extract 2 1": [(a) => extract(a, 2, 1), (a) => Math.floor(a / 2)],
  "extract 1 0": [(a) => extract(a, 1, 0), (a) => a],
  "extract 3 0": [(a) => extract(a, 3, 0), (a) => a],
  "zero_extend to 6": [(a) => zeroExtend(a, 6), (a) => a],
  "sign_extend to 6": [(a) => signExtend(a, 6), signed],
};

const A = variable("a", 4);
const B = variable("b", 4);
const valued = (term: Term, a: number, b = 0): bigint =>
  valuation(new Map([["a", BigInt(a)], ["b", BigInt(b)]]))(term); // prettier-ignore

/** A result as an unsigned bit pattern of so many bits; a truth value is one bit. */
const pattern = (width: number, n: number | boolean): bigint => BigInt.asUintN(width === 0 ? 1 : width, BigInt(n));

describe("an operation of 4 bits", () => {
  it.each(Object.entries(OF_TWO))("%s is SMT-LIB's for every pair", (_, [make, is]) => {
    const open = make(A, B);
    for (const a of ALL) {
      const row = ALL.map((b) => pattern(open.width, is(a, b)));
      expect(ALL.map((b) => make(bits(4, a), bits(4, b)).value)).toEqual(row);
      expect(ALL.map((b) => valued(open, a, b))).toEqual(row);
    }
  });

  it.each(Object.entries(OF_ONE))("%s is SMT-LIB's for every vector", (_, [make, is]) => {
    const open = make(A);
    const wanted = ALL.map((a) => pattern(open.width, is(a)));
    expect(ALL.map((a) => make(bits(4, a)).value)).toEqual(wanted);
    expect(ALL.map((a) => valued(open, a))).toEqual(wanted);
  });

  it("concat puts its first operand above the second, whatever their widths", () => {
    const open = concat(A, extract(B, 2, 0));
    for (const a of ALL) {
      const row = ALL.map((b) => BigInt(a * 8 + (b % 8)));
      expect(open.width).toBe(7);
      expect(ALL.map((b) => concat(bits(4, a), bits(3, b)).value)).toEqual(row);
      expect(ALL.map((b) => valued(open, a, b))).toEqual(row);
    }
  });

  it("shifts every bit out by a count of the width or more, however large", () => {
    for (const count of [64n, 65n, 2n ** 32n, 2n ** 64n - 1n]) {
      const by = bits(64, count);
      expect(shl(bits(64, -1), by).value).toBe(0n);
      expect(lshr(bits(64, -1), by).value).toBe(0n);
      expect(ashr(bits(64, -2), by).value).toBe(2n ** 64n - 1n);
      expect(ashr(bits(64, 2n ** 63n - 1n), by).value).toBe(0n);
    }
  });

  it("has no value of its own where what decides is not all of its operands", () => {
    expect(() => foldOp("ite", 4, 0, [1n, 2n, 3n], 0)).toThrow("ite has no value of its own");
  });
});

describe("a truth value", () => {
  const P = variable("p", 0);
  const Q = variable("q", 0);
  const both = [0, 1].flatMap((p) => [0, 1].map((q): [number, number] => [p, q]));
  const of = (term: Term): bigint[] =>
    both.map(([p, q]) => valuation(new Map([["p", BigInt(p)], ["q", BigInt(q)]]))(term)); // prettier-ignore

  it("is made by not, and, or, =, ite as their tables say", () => {
    expect(of(not(P))).toEqual([1n, 1n, 0n, 0n]);
    expect(of(and(P, Q))).toEqual([0n, 0n, 0n, 1n]);
    expect(of(or(P, Q))).toEqual([0n, 1n, 1n, 1n]);
    expect(of(eq(P, Q))).toEqual([1n, 0n, 0n, 1n]);
    expect(of(ite(P, Q, not(Q)))).toEqual([1n, 0n, 0n, 1n]);
    expect(of(ite(P, bits(4, 3), ite(Q, bits(4, 5), bits(4, 6))))).toEqual([6n, 5n, 3n, 3n]);
  });

  it("of constants is the same", () => {
    for (const [p, q] of both.map(([a, b]) => [a === 1, b === 1] as const)) {
      expect(not(truth(p))).toBe(truth(!p));
      expect(and(truth(p), truth(q))).toBe(truth(p && q));
      expect(or(truth(p), truth(q))).toBe(truth(p || q));
      expect(eq(truth(p), truth(q))).toBe(truth(p === q));
    }
  });
});

describe("a formula's value", () => {
  it("takes 0 for a variable that the model leaves out, as one that may have any value", () => {
    const value = valuation(new Map());
    expect([value(A), value(eq(A, bits(4, 0))), value(bits(4, 7))]).toEqual([0n, 1n, 7n]);
  });

  it("looks at a shared node once, so that a graph costs no more than its nodes", () => {
    let looks = 0;
    class Counted extends Map<string, bigint> {
      override get(name: string): bigint | undefined {
        looks += 1;
        return super.get(name);
      }
    }
    let sum = A;
    for (let at = 0; at < 10; at++) sum = add(sum, sum);
    const value = valuation(new Counted([["a", 1n]]));
    expect([value(sum), value(add(sum, A)), looks]).toEqual([0n, 1n, 1]);
  });

  it("looks only at what decides", () => {
    const bomb: Term = { ...variable("bomb", 0), get name(): string { throw new Error("looked at"); } }; // prettier-ignore
    const zero = eq(A, bits(4, 0));
    expect(valued(and(zero, bomb), 1)).toBe(0n);
    expect(valued(or(zero, bomb), 0)).toBe(1n);
    expect(valued(ite(zero, A, concat(extract(A, 0, 0), extract(A, 2, 0))), 0)).toBe(0n);
  });
});
