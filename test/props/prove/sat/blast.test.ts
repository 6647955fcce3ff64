/** Terms as gates, and gates as clauses, against BigInt arithmetic. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Blasted } from "../../../../props/prove/sat/blast.ts";
import { blast } from "../../../../props/prove/sat/blast.ts";
import { gateCnf } from "../../../../props/prove/sat/cnf.ts";
import { decide, LIMIT } from "../../../../props/prove/sat/decide.ts";
import type { Gates } from "../../../../props/prove/sat/gates.ts";
import { AND, INPUT, ITE, MAJORITY, XOR, XOR3 } from "../../../../props/prove/sat/gates.ts";
import type { Term } from "../../../../props/prove/smt/term.ts";
import * as t from "../../../../props/prove/smt/term.ts";
import { valuation } from "../../../../props/prove/smt/value.ts";

const WIDTHS = [1, 5, 8] as const;

/** A term of some width over a few variables of each. */
const anyTerm = fc.letrec<{ truth: Term; word: (width: number) => Term }>((tie) => {
  const width = fc.constantFrom(...WIDTHS);
  const word = tie("word");
  const of = (make: (a: Term, b: Term) => Term): fc.Arbitrary<(width: number) => Term> =>
    fc.tuple(word, word).map(
      ([a, b]) =>
        (w: number) =>
          make(a(w), b(w)),
    );
  return {
    truth: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(t.variable("p", 0), t.variable("q", 0), t.TRUE),
      fc
        .tuple(fc.constantFrom(t.eq, t.ult, t.ule, t.slt, t.sle), word, word, width)
        .map(([make, a, b, w]) => make(a(w), b(w))),
      fc.tuple(fc.constantFrom(t.and, t.or, t.eq), tie("truth"), tie("truth")).map(([make, a, b]) => make(a, b)),
      tie("truth").map(t.not),
      fc.tuple(tie("truth"), tie("truth"), tie("truth")).map(([c, a, b]) => t.ite(c, a, b)),
    ),
    word: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("x", "y").map((name) => (w: number) => t.variable(`${name}${w}`, w)),
      fc.bigInt({ min: 0n, max: 255n }).map((value) => (w: number) => t.bits(w, value)),
      ...[t.add, t.sub, t.bitAnd, t.bitOr, t.bitXor, t.shl, t.lshr, t.ashr].map(of),
      ...(["bvmul", "bvudiv", "bvurem", "bvsdiv", "bvsrem"] as const).map((op) => of((a, b) => t.apply(op, a, b))),
      fc.tuple(fc.constantFrom(t.negate, t.complement), word).map(
        ([make, a]) =>
          (w: number) =>
            make(a(w)),
      ),
      fc.tuple(tie("truth"), word, word).map(
        ([c, a, b]) =>
          (w: number) =>
            t.ite(c, a(w), b(w)),
      ),
      fc.tuple(word, word).map(
        ([a, b]) =>
          (w: number) =>
            t.extract(t.concat(a(w), b(w)), w, 1),
      ),
      word.map((a) => (w: number) => t.extract(t.signExtend(a(w), w + 3), w + 2, 3)),
      word.map((a) => (w: number) => t.extract(t.zeroExtend(a(w), w + 3), w + 1, 2)),
    ),
  };
}).truth;

const NAMES = WIDTHS.flatMap(
  (width) =>
    [
      [`x${width}`, width],
      [`y${width}`, width],
    ] as const,
);

const anyModel = fc.record({
  p: fc.bigInt({ min: 0n, max: 1n }),
  q: fc.bigInt({ min: 0n, max: 1n }),
  ...Object.fromEntries(NAMES.map(([name, width]) => [name, fc.bigInt({ min: 0n, max: 2n ** BigInt(width) - 1n })])),
});

/** The value of every gate, where the variables have these. */
function valuesOf({ gates, variables }: Blasted, model: ReadonlyMap<string, bigint>): boolean[] {
  const values: boolean[] = [];
  for (const [name, word] of variables) {
    for (const [place, literal] of word.entries())
      values[literal >> 1] = (((model.get(name) ?? 0n) >> BigInt(place)) & 1n) === 1n;
  }
  const { kind, a, b, c } = gates;
  const at = (of: Gates["a"], gate: number): boolean => {
    const literal = of[gate] ?? 0;
    return values[literal >> 1] !== ((literal & 1) === 1);
  };
  for (const [gate, what] of kind.entries()) {
    const [x, y, z] = [at(a, gate), at(b, gate), at(c, gate)];
    if (what === AND) values[gate] = x && y;
    else if (what === XOR) values[gate] = x !== y;
    else if (what === ITE) values[gate] = x ? y : z;
    else if (what === MAJORITY) values[gate] = [x, y, z].filter(Boolean).length > 1;
    else if (what === XOR3) values[gate] = [x, y, z].filter(Boolean).length % 2 === 1;
    else if (what === INPUT) values[gate] ??= false;
  }
  return values;
}

/** Which clause has no true literal, or -1. */
function firstUnmet(literals: Int32Array, isSet: (id: number) => boolean): number {
  let met = false;
  let clause = 0;
  for (const literal of literals) {
    if (literal !== 0) met ||= isSet(Math.abs(literal)) === literal > 0;
    else if (met) {
      met = false;
      clause++;
    } else return clause;
  }
  return -1;
}

const isTrue = (values: readonly boolean[], literal: number): boolean => values[literal >> 1] !== ((literal & 1) === 1);

describe.each([true, false])("terms as gates, simplified: %s", (folds) => {
  it("have the terms' values, and their clauses hold", () => {
    const said = { true: 0, false: 0 };
    const property = fc.property(anyTerm, fc.array(anyModel, { minLength: 1, maxLength: 4 }), (term, models) => {
      const blasted = blast(term, { folds, unifies: false });
      const { cnf, variable } = gateCnf(blasted.gates, blasted.root);
      for (const each of models) {
        const model = new Map(Object.entries(each));
        const values = valuesOf(blasted, model);
        const truth = valuation(model)(term) === 1n;
        said[`${truth}`]++;
        expect(isTrue(values, blasted.root)).toBe(truth);
        if (!truth) continue;
        const ofVariable = new Map([...variable].map((id, gate) => [id, values[gate]]));
        expect(firstUnmet(cnf.literals, (id) => ofVariable.get(id) === true)).toBe(-1);
      }
    });
    fc.assert(property, { seed: 0x6b766d, numRuns: 250 });
    expect(Math.min(said.true, said.false)).toBeGreaterThan(80);
  });
});

describe("the prover's own solver", () => {
  it("answers as BigInt arithmetic does where all variables are given", () => {
    const property = fc.property(anyTerm, anyModel, (term, given) => {
      const values = Object.entries(given);
      const sorts = new Map<string, number>([["p", 0], ["q", 0], ...NAMES]);
      const fixed = values.map(([name, value]) => {
        const width = sorts.get(name) ?? 0;
        return t.eq(t.variable(name, width), width === 0 ? t.truth(value === 1n) : t.bits(width, value));
      });
      const truth = valuation(new Map(values))(term) === 1n;
      expect(decide(t.and(...fixed, term)).answer).toBe(truth ? "sat" : "unsat");
    });
    fc.assert(property, { seed: 0x6b766d, numRuns: 500 });
  });

  it("gives models that make the formula true", () => {
    let found = 0;
    const property = fc.property(anyTerm, (term) => {
      const said = decide(term);
      if (said.answer !== "sat") return;
      found++;
      expect(valuation(said.model)(term)).toBe(1n);
    });
    fc.assert(property, { seed: 0x6b766d, numRuns: 500 });
    expect(found).toBeGreaterThan(200);
  });

  it("says no of what no value of a byte makes true", () => {
    const [x, y] = [t.variable("x8", 8), t.variable("y8", 8)];
    const ops = ["bvmul", "bvudiv", "bvurem", "bvsdiv", "bvsrem"] as const;
    for (const op of ops) {
      const limit = t.bits(8, 200);
      const some = t.and(t.eq(t.apply(op, x, y), t.bits(8, 77)), t.ult(limit, x), t.ult(x, y));
      const all = Array.from(
        { length: 65_536 },
        (_, at) =>
          new Map([
            ["x8", BigInt(at >> 8)],
            ["y8", BigInt(at & 255)],
          ]),
      );
      const answer = all.some((model) => valuation(model)(some) === 1n) ? "sat" : "unsat";
      expect([op, decide(some).answer]).toEqual([op, answer]);
    }
  });

  it("shifts by any amount, widths that are no power of two too", () => {
    const [x, by] = [t.variable("x", 5), t.variable("y", 5)];
    for (const [name, make] of Object.entries({ shl: t.shl, lshr: t.lshr, ashr: t.ashr })) {
      for (let amount = 0; amount < 32; amount += 3) {
        for (const value of [0b10110, 0b01101]) {
          const model = new Map([
            ["x", BigInt(value)],
            ["y", BigInt(amount)],
          ]);
          const term = make(x, by);
          const wrong = t.and(
            t.eq(x, t.bits(5, value)),
            t.eq(by, t.bits(5, amount)),
            t.not(t.eq(term, t.bits(5, valuation(model)(term)))),
          );
          expect([name, value, amount, decide(wrong).answer]).toEqual([name, value, amount, "unsat"]);
        }
      }
    }
  });

  it("leaves out of a model what has no say", () => {
    const said = decide(t.and(t.variable("p", 0), t.or(t.variable("q", 0), t.not(t.variable("q", 0)))));
    expect(said).toEqual({ answer: "sat", model: new Map([["p", 1n]]) });
  });

  it("gives up on an identity of products, and says what may settle it", () => {
    const [x, y] = [t.variable("x", 32), t.variable("y", 32)];
    const square = (of: Term): Term => t.apply("bvmul", of, of);
    const expanded = t.add(t.add(square(x), square(y)), t.shl(t.apply("bvmul", x, y), t.bits(32, 1)));
    const said = decide(t.not(t.eq(square(t.add(x, y)), expanded)), 20_000);
    expect(said).toEqual({ answer: "unknown", reason: LIMIT });
    expect(LIMIT).toContain("--engine z3");
  });
});
