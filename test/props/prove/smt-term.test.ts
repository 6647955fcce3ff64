import * as fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { clz64, ctz64, divide, divisionUndefined, ffs64, fls64, popcount64 } from "../../../props/prove/smt/bits.ts";
import { smulOverflows, umulOverflows } from "../../../props/prove/smt/bits.ts";
import type { Z3 } from "../../../props/prove/smt/z3.ts";
import { openZ3 } from "../../support/z3.ts";
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
  extract,
} from "../../../props/prove/smt/term.ts";
import {
  FALSE,
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
  TRUE,
  ule,
  ult,
} from "../../../props/prove/smt/term.ts";
import { variable, zeroExtend } from "../../../props/prove/smt/term.ts";
import { smtComment, smtText } from "../../../props/prove/smt/text.ts";
import { valuation } from "../../../props/prove/smt/value.ts";

// A solver shares its machine with other tests: what ends is right, however late.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const RUNS = { seed: 0x736d74, numRuns: 300 };

let solver: Z3;
beforeAll(async () => {
  solver = await openZ3();
});

const A = variable("a", 64);
const B = variable("b", 64);
const asInt = (width: number, value: bigint): bigint => BigInt.asIntN(width, value);
const asUint = (width: number, value: bigint): bigint => BigInt.asUintN(width, value);

/** Uniform in bit length, so that small numbers and single bits occur. */
const u64 = fc
  .tuple(fc.integer({ min: 0, max: 64 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.boolean())
  .map(([width, value, high]) => (high ? asUint(64, value << BigInt(64 - width)) : asUint(width, value)));

/** Every operation, on two vectors of 64 bits. */
const OPERATIONS: Readonly<Record<string, Term>> = {
  add: add(A, B),
  sub: sub(A, B),
  mul: apply("bvmul", A, B),
  negate: negate(A),
  complement: complement(A),
  and: bitAnd(A, B),
  or: bitOr(A, B),
  xor: bitXor(A, B),
  shl: shl(A, B),
  lshr: lshr(A, B),
  ashr: ashr(A, B),
  udiv: apply("bvudiv", A, B),
  urem: apply("bvurem", A, B),
  sdiv: apply("bvsdiv", A, B),
  srem: apply("bvsrem", A, B),
  concat: concat(extract(A, 40, 9), extract(B, 31, 0)),
  zero_extend: zeroExtend(extract(A, 30, 0), 64),
  sign_extend: signExtend(extract(A, 30, 3), 64),
  compare: ite(and(ult(A, B), not(slt(A, B))), A, ite(or(ule(A, B), sle(A, B)), B, bits(64, 1))),
};

const again = (term: Term, values: ReadonlyMap<string, bigint>): bigint => valuation(values)(term);
const count = (term: Term, a: bigint): number => Number(valuation(new Map([["a", a]]))(term));
const text = (a: bigint): string => a.toString(2);

describe("a formula's value", () => {
  it("is what the solver says it is, for every operation", () => {
    const pairs = fc.sample(fc.tuple(u64, u64), { seed: 1, numRuns: 12 });
    for (const [name, term] of Object.entries(OPERATIONS)) {
      for (const [a, b] of pairs) {
        const value = valuation(new Map([["a", a], ["b", b]]))(term); // prettier-ignore
        const wrong = not(eq(term, bits(term.width, value)));
        const said = solver.check(smtText([eq(A, bits(64, a)), eq(B, bits(64, b)), wrong]));
        expect({ name, a, b, ...said }).toEqual({ name, a, b, answer: "unsat" });
      }
    }
  });

  it("is the same whether constants are folded at once or later", () => {
    fc.assert(
      fc.property(u64, u64, (a, b) => {
        const [x, y] = [bits(64, a), bits(64, b)];
        const values = new Map([["a", a], ["b", b]]); // prettier-ignore
        expect(add(x, y).value).toBe(again(add(A, B), values));
        expect(ashr(x, y).value).toBe(again(ashr(A, B), values));
        expect(slt(x, y).value).toBe(again(slt(A, B), values));
        expect(apply("bvsdiv", x, y).value).toBe(again(apply("bvsdiv", A, B), values));
        expect(signExtend(extract(x, 30, 3), 64).value).toBe(again(signExtend(extract(A, 30, 3), 64), values));
      }),
      RUNS,
    );
  });
});

describe("bit counting", () => {
  it("counts as C and the kernel do", () => {
    fc.assert(
      fc.property(u64, (a) => {
        const trailing = text(a).length - text(a).lastIndexOf("1") - 1;
        // Of 0, both mean nothing.
        expect(a === 0n || count(ctz64(A), a) === trailing).toBe(true);
        expect(a === 0n || count(clz64(A), a) === 64 - text(a).length).toBe(true);
        expect(count(ffs64(A), a)).toBe(a === 0n ? 0 : trailing + 1);
        expect(count(fls64(A), a)).toBe(a === 0n ? 0 : text(a).length);
        expect(count(popcount64(A), a)).toBe(text(a).replaceAll("0", "").length);
      }),
      RUNS,
    );
  });

  it("tells products that do not fit", () => {
    fc.assert(
      fc.property(u64, u64, (a, b) => {
        const value = valuation(new Map([["a", a], ["b", b]])); // prettier-ignore
        expect(value(umulOverflows(A, B))).toBe(a * b >= 2n ** 64n ? 1n : 0n);
        const product = asInt(64, a) * asInt(64, b);
        expect(value(smulOverflows(A, B))).toBe(product === asInt(64, product) ? 0n : 1n);
      }),
      RUNS,
    );
  });

  it("divides by powers of two, by choices between them and by others, towards zero", () => {
    const choice = ite(eq(B, bits(64, 0)), bits(64, 4096), ite(eq(B, bits(64, 1)), bits(64, 2 ** 21), bits(64, 10)));
    const divisors = [1n, 2n, 4096n, 2n ** 30n, 2n ** 63n, 7n, -1n, -4096n].map((d) => asUint(64, d));
    fc.assert(
      fc.property(u64, fc.constantFrom(...divisors), fc.integer({ min: 0, max: 2 }), (a, d, which) => {
        const value = valuation(new Map([["a", a], ["b", BigInt(which)]])); // prettier-ignore
        const other = [4096n, 2n ** 21n, 10n][which] ?? 0n;
        for (const [by, term] of [
          [d, bits(64, d)],
          [other, choice],
        ] as const) {
          expect(value(divide("div", false, A, term))).toBe(a / by);
          expect(value(divide("rem", false, A, term))).toBe(a % by);
          if (value(divisionUndefined(true, A, term)) === 1n) continue;
          expect(value(divide("div", true, A, term))).toBe(asUint(64, asInt(64, a) / asInt(64, by)));
          expect(value(divide("rem", true, A, term))).toBe(asUint(64, asInt(64, a) % asInt(64, by)));
        }
      }),
      RUNS,
    );
  });
});

describe("the text", () => {
  it("declares what is used, names what is used twice, and says the rest in place", () => {
    const sum = add(A, bits(64, 1));
    expect(smtComment(["a line", "two\nmore"]) + smtText([eq(bitAnd(sum, B), bitOr(sum, B))])).toBe(`; a line
; two
; more
(set-logic QF_BV)
(declare-const a (_ BitVec 64))
(define-fun t1 () (_ BitVec 64) (bvadd a #x0000000000000001))
(declare-const b (_ BitVec 64))
(assert (= (bvand t1 b) (bvor t1 b)))
(check-sat)
`);
  });

  it("is read even where nothing is left to ask", () => {
    expect(solver.check(smtText([TRUE])).answer).toBe("sat");
    expect(solver.check(smtText([FALSE])).answer).toBe("unsat");
    expect(solver.check(smtText([])).answer).toBe("sat");
  });

  it("that makes no sense is an error, not an answer", () => {
    expect(() => solver.check("(assert (= x 1))")).toThrow(/cannot read/);
  });

  it("gets back the model it has", () => {
    const said = solver.check(smtText([eq(A, bits(64, 0xfedcba9876543210n)), eq(variable("t", 0), TRUE)]));
    expect(said).toMatchObject({ answer: "sat", model: new Map([["a", 0xfedcba9876543210n], ["t", 1n]]) }); // prettier-ignore
  });
});
