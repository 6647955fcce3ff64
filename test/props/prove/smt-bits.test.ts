/** Bit counting, products and division as formulas, against counting and BigInt's own arithmetic. */

import { describe, expect, it } from "vitest";
import { clz64, ctz64, divide, divisionUndefined, ffs64, fls64, popcount64 } from "../../../props/prove/smt/bits.ts";
import { smulOverflows, umulOverflows } from "../../../props/prove/smt/bits.ts";
import type { Term } from "../../../props/prove/smt/term.ts";
import { bits, eq, ite, variable } from "../../../props/prove/smt/term.ts";
import { smtText } from "../../../props/prove/smt/text.ts";
import { valuation } from "../../../props/prove/smt/value.ts";

const A = variable("a", 64);
const B = variable("b", 64);
const U64 = 2n ** 64n;
const asUint = (width: number, value: bigint): bigint => BigInt.asUintN(width, value);
const asInt = (width: number, value: bigint): bigint => BigInt.asIntN(width, value);

/** Every single bit, with the bits below it, the bits above it, the lowest and the highest beside it; and a few others. */
const VECTORS = [
  ...Array.from({ length: 64 }, (_, k) => 1n << BigInt(k)).flatMap((bit) => [bit, bit - 1n, U64 - bit, bit | 1n, bit | (1n << 63n)]), // prettier-ignore
  0n,
  0x5555555555555555n,
  0xaaaaaaaaaaaaaaaan,
  0x0123456789abcdefn,
  0xf0f0f0f00f0f0f0fn,
];

const binary = (a: bigint): string => a.toString(2);
const trailing = (a: bigint): number => binary(a).length - binary(a).lastIndexOf("1") - 1;

/** Of those that are not 0 where 0 has no answer. */
const COUNTS: Readonly<Record<string, [(a: Term) => Term, (a: bigint) => number | undefined]>> = {
  "ctz64, __ffs": [ctz64, (a) => (a === 0n ? undefined : trailing(a))],
  "clz64": [clz64, (a) => (a === 0n ? undefined : 64 - binary(a).length)], // prettier-ignore
  "ffs64, one more than the lowest set bit": [ffs64, (a) => (a === 0n ? 0 : trailing(a) + 1)],
  "fls64, one more than the highest set bit": [fls64, (a) => (a === 0n ? 0 : binary(a).length)],
  "popcount64, hweight64": [popcount64, (a) => binary(a).replaceAll("0", "").length],
};

describe("bit counting", () => {
  it.each(Object.entries(COUNTS))("%s is an int and counts as the kernel does", (_, [count, is]) => {
    const term = count(A);
    expect(term.width).toBe(32);
    for (const a of VECTORS) {
      const wanted = is(a);
      if (wanted === undefined) continue;
      expect([a, valuation(new Map([["a", a]]))(term)]).toEqual([a, BigInt(wanted)]);
      expect([a, count(bits(64, a)).value]).toEqual([a, BigInt(wanted)]);
    }
  });
});

const EDGES = [0n, 1n, 2n, 3n, 10n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 33n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 63n + 1n, U64 - 2n ** 32n, U64 - 3n, U64 - 2n, U64 - 1n]; // prettier-ignore
const PAIRS = EDGES.flatMap((a) => EDGES.map((b): [bigint, bigint] => [a, b]));
const valued = (term: Term, a: bigint, b = 0n): bigint => valuation(new Map([["a", a], ["b", b]]))(term); // prettier-ignore

describe("a product that does not fit", () => {
  it("of two u64 is at least 2^64", () => {
    const term = umulOverflows(A, B);
    expect(PAIRS.filter(([a, b]) => (valued(term, a, b) === 1n) !== a * b >= U64)).toEqual([]);
  });

  it("of two s64 is below -2^63, or 2^63 and more", () => {
    const term = smulOverflows(A, B);
    const fits = (product: bigint): boolean => product >= -(2n ** 63n) && product < 2n ** 63n;
    expect(PAIRS.filter(([a, b]) => (valued(term, a, b) === 1n) === fits(asInt(64, a) * asInt(64, b)))).toEqual([]);
  });
});

const said = (term: Term): string =>
  smtText([term])
    .split("\n")
    .filter((line) => line.startsWith("(define-fun") || line.startsWith("(assert"))
    .join("\n")
    .replace(/^\(assert (.*)\)$/m, "$1");

const X = variable("x", 8);
const Y = variable("y", 8);
const BYTES = [0, 1, 2, 3, 5, 7, 8, 63, 64, 100, 126, 127, 128, 129, 130, 192, 200, 248, 249, 253, 254, 255].map(
  BigInt,
);

describe("division", () => {
  it("is undefined by 0, and of the least signed value by -1", () => {
    const [unsigned, signed] = [divisionUndefined(false, X, Y), divisionUndefined(true, X, Y)];
    const pairs = BYTES.flatMap((x) => BYTES.map((y): [bigint, bigint] => [x, y]));
    const where = (term: Term): [bigint, bigint][] =>
      pairs.filter(([x, y]) => valuation(new Map([["x", x], ["y", y]]))(term) === 1n); // prettier-ignore
    expect(where(unsigned)).toEqual(pairs.filter(([, y]) => y === 0n));
    expect(where(signed)).toEqual(pairs.filter(([x, y]) => y === 0n || (x === 128n && y === 255n)));
  });

  const choice = (): Term => ite(eq(Y, bits(8, 0)), bits(8, 16), ite(eq(Y, bits(8, 1)), bits(8, 2), bits(8, 10)));
  const divisors: [string, () => Term, (y: bigint) => bigint][] = [
    ...[1n, 2n, 4n, 16n, 64n, 128n, 3n, 7n, 10n, 127n, 129n, 254n, 255n].map(
      (d): [string, () => Term, (y: bigint) => bigint] => [String(d), () => bits(8, d), () => d],
    ),
    ["a choice of 16, 2 and 10", choice, (y) => [16n, 2n, 10n][Number(y)] ?? 10n],
    ["any", () => Y, (y) => y],
  ];

  it.each(divisors)("by %s is C's, towards zero, with the remainder of the dividend's sign", (_, make, is) => {
    const by = make();
    for (const x of BYTES) {
      for (const y of [0n, 1n, 2n, 3n, 128n, 255n]) {
        const d = is(y);
        const value = valuation(new Map([["x", x], ["y", y]])); // prettier-ignore
        if (d === 0n) continue;
        const s = asInt(8, d);
        expect([x, d, value(divide("div", false, X, by)), value(divide("rem", false, X, by))]).toEqual([x, d, x / d, x % d]); // prettier-ignore
        expect([x, s, value(divide("div", true, X, by)), value(divide("rem", true, X, by))]).toEqual([
          x, s, asUint(8, asInt(8, x) / s), asUint(8, asInt(8, x) % s),
        ]); // prettier-ignore
      }
    }
  });

  it("by a power of two is a shift or a mask: the solver never sees a division", () => {
    expect(said(divide("div", false, X, bits(8, 16)))).toBe("(bvlshr x #x04)");
    expect(said(divide("rem", false, X, bits(8, 16)))).toBe("(bvand x #x0f)");
    expect(said(divide("div", false, X, bits(8, 128)))).toBe("(bvlshr x #x07)");
    expect(said(divide("div", true, X, bits(8, 64)))).toBe("(bvashr (bvadd x (bvand (bvashr x #x07) #x3f)) #x06)");
    expect(divide("div", false, X, bits(8, 1))).toBe(X);
    expect(divide("div", true, X, bits(8, 1))).toBe(X);
  });

  it("by any other number is one", () => {
    expect(said(divide("div", false, X, bits(8, 10)))).toBe("(bvudiv x #x0a)");
    expect(said(divide("rem", false, X, bits(8, 10)))).toBe("(bvurem x #x0a)");
    expect(said(divide("div", true, X, bits(8, 10)))).toBe("(bvsdiv x #x0a)");
    expect(said(divide("rem", true, X, bits(8, 10)))).toBe("(bvsrem x #x0a)");
    // -128: its bit pattern is a power of two, the number is none.
    expect(said(divide("div", true, X, bits(8, 128)))).toBe("(bvsdiv x #x80)");
    expect(said(divide("div", false, X, bits(8, 0)))).toBe("(bvudiv x #x00)");
    expect(said(divide("div", false, X, Y))).toBe("(bvudiv x y)");
  });

  it("by a choice of up to 32 constants is a choice of divisions", () => {
    const chain = (leaves: number): Term =>
      leaves === 1 ? bits(8, 1) : ite(eq(Y, bits(8, leaves)), bits(8, 2 ** (leaves % 7)), chain(leaves - 1));
    expect(said(divide("div", false, X, ite(eq(Y, X), bits(8, 4), bits(8, 8))))).toBe(
      "(ite (= y x) (bvlshr x #x02) (bvlshr x #x03))",
    );
    expect(divide("div", false, X, chain(32)).op).toBe("ite");
    expect(divide("div", false, X, chain(33)).op).toBe("bvudiv");
    expect(said(divide("div", false, X, ite(eq(Y, X), bits(8, 4), Y)))).toBe("(bvudiv x (ite (= y x) #x04 y))");
  });
});
