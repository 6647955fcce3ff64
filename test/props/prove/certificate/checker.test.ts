/** What the checker accepts, and that it refuses a proof with anything in it changed that matters. */

import { describe, expect, it } from "vitest";
import { readCnf, readProof, wrongInProof } from "../../../../props/prove/sat/checker.ts";

const numbers = (read: Int32Array | string): Int32Array => {
  if (typeof read === "string") throw new Error(read);
  return read;
};

const CNF = "c four clauses\np cnf 2 4\n1 2 0\n-1 2 0\n1 -2 0\n-1 -2 0\n";
const PROOF = "5 2 0 1 2 0\n5 d 1 2 0\n6 0 5 3 4 0\n";

const wrong = (cnf: string, proof: string): string | undefined =>
  wrongInProof(numbers(readCnf(cnf)), numbers(readProof(proof)));

describe("a proof", () => {
  it("is accepted", () => {
    expect(wrong(CNF, PROOF)).toBeUndefined();
  });

  it.each([
    ["5 2 0 1 0\n6 0 5 3 4 0\n", "step 5: no contradiction"],
    ["5 2 0 1 2 3 0\n6 0 5 3 4 0\n", "step 5: ids follow the contradiction"],
    ["5 2 0 2 9 0\n6 0 5 3 4 0\n", "step 5: there is no clause 9"],
    ["5 0 1 2 0\n", "step 5: clause 1 has more than one literal left"],
    ["5 2 0 1 2 0\n6 1 0 5 5 3 0\n", "step 6: clause 5 is true already"],
    ["5 2 -2 0 1 2 0\n", "step 5: the clause says a literal and its opposite"],
    ["4 2 0 1 2 0\n", "step 4 comes after step 4"],
    ["5 2 0 1 2 0\n5 d 1 1 0\n", "there is no clause 1 to delete"],
    ["5 2 0 1 2 0\n5 d 5 0\n6 0 5 3 4 0\n", "step 6: there is no clause 5"],
    ["5 2 0 1 2 0\n", "the proof does not come to the empty clause"],
    ["", "the proof does not come to the empty clause"],
    ["5 2 0 -1 2 0\n", "step 5: there is no clause -1"],
  ])("%j is refused: %s", (proof, why) => {
    expect(wrong(CNF, proof)).toBe(why);
  });

  it("of clauses that can be met is refused, whatever it says", () => {
    expect(wrong("p cnf 2 3\n1 2 0\n-1 2 0\n1 -2 0\n", "4 2 0 1 2 0\n5 0 4 3 0\n")).toBe("step 5: no contradiction");
    expect(wrong("p cnf 0 0\n", "1 0 0\n")).toBe("step 1: no contradiction");
  });

  it("ends at the empty clause", () => {
    expect(wrong(CNF, `${PROOF}7 1 0 99 0\n`)).toBeUndefined();
    expect(wrong("p cnf 1 1\n0\n", "2 0 1 0\n")).toBeUndefined();
  });

  it.each([
    [[1, 2], [], "the last clause has no end"],
    [[1, 0], [2], "the last step has no end"],
    [[1, 0], [2, 0], "the last step has no end"],
    [[1, 0], [0, 1], "the last step has no end"],
  ])("%j %j has no end", (cnf, proof, why) => {
    expect(wrongInProof(Int32Array.from(cnf), Int32Array.from(proof))).toBe(why);
  });
});

describe("a text", () => {
  it.each([
    ["", "it does not start with its numbers of variables and clauses"],
    ["p cnf 1 1\n1 x 0\n", "not a clause: 1 x 0"],
    ["p cnf 1 1\n1 2 0\n", "it has more than 1 variables"],
    ["p cnf 2 2\n1 2 0\n", "it has 1 clauses, not 2"],
    ["p cnf 2 1\n1 12345678901 0\n", "not a clause: 1 12345678901 0"],
  ])("%j is no list of clauses: %s", (text, why) => {
    expect(readCnf(text)).toBe(why);
  });

  it.each(["5 2 0 1 2", "5 2 0 1 0 2 0", "5 d 1 0 2 0", "5 2", "five 0 1 0", "5 d 1"])("%j is no step", (text) => {
    expect(readProof(text)).toBe(`not a step: ${text}`);
  });
});
