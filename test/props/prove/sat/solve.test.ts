/** The SAT solver against a naive one, and every proof of it against the checker. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wrongInProof } from "../../../../props/prove/sat/checker.ts";
import type { Cnf, Solved } from "../../../../props/prove/sat/solve.ts";
import { solve } from "../../../../props/prove/sat/solve.ts";

type Clauses = readonly (readonly number[])[];

const cnfOf = (clauses: Clauses): Cnf => ({
  numVars: Math.max(0, ...clauses.flat().map(Math.abs)),
  numClauses: clauses.length,
  literals: Int32Array.from(clauses.flatMap((clause) => [...clause, 0])),
});

const isMet = (clauses: Clauses, value: (variable: number) => boolean): boolean =>
  clauses.every((clause) => clause.some((literal) => value(Math.abs(literal)) === literal > 0));

/** Every assignment there is. */
const naive = (clauses: Clauses, numVars: number): boolean =>
  Array.from({ length: 2 ** numVars }, (_, row) => row).some((row) =>
    isMet(clauses, (variable) => ((row >> (variable - 1)) & 1) === 1),
  );

/** The answer, once its model meets every clause or its proof is accepted. */
function answerOf(clauses: Clauses, limit = 1e9): Solved["answer"] {
  const cnf = cnfOf(clauses);
  const solved = solve(cnf, limit);
  const wrong =
    solved.answer === "sat"
      ? !isMet(clauses, (variable) => solved.model[variable] === true)
      : solved.answer === "unsat" && wrongInProof(cnf.literals, solved.proof);
  if (wrong !== false && wrong !== undefined) throw new Error(`${solved.answer} is wrong: ${wrong}`);
  return solved.answer;
}

/** A deterministic source of numbers below `n`. */
function numbers(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

function randomClauses(numVars: number, numClauses: number, seed: number): Clauses {
  const below = numbers(seed);
  return Array.from({ length: numClauses }, () =>
    Array.from({ length: 3 }, () => (1 + below(numVars)) * (below(2) === 1 ? 1 : -1)),
  );
}

/** So many pigeons, each in a hole of its own, one hole too few. */
function pigeons(count: number): Clauses {
  const at = (pigeon: number, hole: number): number => pigeon * (count - 1) + hole + 1;
  const all = Array.from({ length: count }, (_, pigeon) => pigeon);
  const holes = all.slice(1).map((hole) => hole - 1);
  const somewhere = all.map((pigeon) => holes.map((hole) => at(pigeon, hole)));
  const alone = holes.flatMap((hole) =>
    all.flatMap((one) => all.slice(one + 1).map((other) => [-at(one, hole), -at(other, hole)])),
  );
  return [...somewhere, ...alone];
}

describe("the solver", () => {
  it("answers as trying every assignment does", () => {
    const literal = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.boolean()).map(([v, sign]) => (sign ? v : -v));
    const clauses = fc.array(fc.array(literal, { maxLength: 4 }), { maxLength: 32 });
    const seen = { sat: 0, unsat: 0, unknown: 0 };
    const property = fc.property(clauses, (given) => {
      const answer = answerOf(given);
      seen[answer]++;
      expect(answer).toBe(naive(given, 7) ? "sat" : "unsat");
    });
    fc.assert(property, { seed: 0x6b766d, numRuns: 1_000 });
    expect(seen.sat).toBeGreaterThan(100);
    expect(seen.unsat).toBeGreaterThan(100);
    expect(seen.unknown).toBe(0);
  });

  it("answers as trying every assignment does where the answer is not plain", () => {
    const seen = { sat: 0, unsat: 0, unknown: 0 };
    for (let seed = 1; seed <= 60; seed++) {
      const clauses = randomClauses(12, 54, seed);
      const answer = answerOf(clauses);
      seen[answer]++;
      expect([seed, answer]).toEqual([seed, naive(clauses, 12) ? "sat" : "unsat"]);
    }
    expect(Math.min(seen.sat, seen.unsat)).toBeGreaterThan(5);
  });

  it.each([[[]], [[[]]], [[[1], [-1]]], [[[1, 1], [-1, 2], [-2]]], [[[1, -1]]]])("takes %j", (clauses) => {
    expect(answerOf(clauses)).toBe(naive(clauses, 2) ? "sat" : "unsat");
  });

  it("proves what takes thousands of conflicts, having forgotten clauses on the way", () => {
    const cnf = cnfOf(pigeons(8));
    const solved = solve(cnf, 1e9);
    if (solved.answer !== "unsat") throw new Error(solved.answer);
    expect(solved.conflicts).toBeGreaterThan(2_500);
    // A deletion is a step whose id is 0: it stands behind the end of the step before it.
    const deletions = solved.proof.findIndex((value, at) => value === 0 && solved.proof[at - 1] === 0);
    expect(deletions).toBeGreaterThan(0);
    expect(wrongInProof(cnf.literals, solved.proof)).toBeUndefined();
  });

  it("gives up after so many propagations, at the same place each time", () => {
    const cnf = cnfOf(pigeons(9));
    const [one, two] = [solve(cnf, 10_000), solve(cnf, 10_000)];
    expect(one.answer).toBe("unknown");
    expect(one).toEqual(two);
    expect(one.propagations).toBeGreaterThan(10_000);
    expect(one.propagations).toBeLessThan(11_000);
  });

  it("does the same work for the same clauses", () => {
    const cnf = cnfOf(randomClauses(60, 250, 7));
    expect(solve(cnf, 1e9)).toEqual(solve(cnf, 1e9));
  });
});
