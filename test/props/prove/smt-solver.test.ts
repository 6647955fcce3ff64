/** z3 itself, in this thread: what it reads, what it says, and that a prover asks it. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Prover } from "../../../props/prove/prover.ts";
import { openProver } from "../../../props/prove/prover.ts";
import type { Z3 } from "../../../props/prove/smt/z3.ts";
import { openZ3 } from "../../support/z3.ts";
import { add, bits, eq, FALSE, TRUE, ult, variable } from "../../../props/prove/smt/term.ts";
import { smtText } from "../../../props/prove/smt/text.ts";
import { opText } from "../../../sim/op.ts";
import { parse, question } from "../../support/prove-models.ts";

let solver: Z3;
let prover: Prover;
beforeAll(async () => {
  [solver, prover] = await Promise.all([openZ3(), openProver({ solvers: ["z3"] })]);
});
afterAll(() => prover.close());

describe("z3", () => {
  it("tells its name and version", () => {
    expect(solver.version).toMatch(/^z3 \S+/);
    expect(prover.solver).toBe(solver.version);
  });

  it("gives a model: vectors in hex or bits, truth values as 0 and 1", () => {
    const given = [eq(variable("a", 64), bits(64, 0xfedcba9876543210n)), eq(variable("b", 5), bits(5, 0b10110))];
    const truths = [variable("t", 0), eq(variable("f", 0), FALSE)];
    expect(solver.check(smtText([...given, ...truths]))).toEqual({
      answer: "sat",
      model: new Map([["a", 0xfedcba9876543210n], ["b", 0b10110n], ["t", 1n], ["f", 0n]]),
    }); // prettier-ignore
  });

  it("says that there is none", () => {
    const a = variable("a", 8);
    expect(solver.check(smtText([ult(add(a, bits(8, 1)), a), ult(a, bits(8, 255))]))).toEqual({ answer: "unsat" });
  });

  it("reads a text that asks nothing", () => {
    expect(solver.check(smtText([TRUE])).answer).toBe("sat");
    expect(solver.check(smtText([FALSE])).answer).toBe("unsat");
    expect(solver.check(smtText([]))).toEqual({ answer: "sat", model: new Map() });
  });

  it("knows nothing of the text before", () => {
    solver.check("(declare-const a (_ BitVec 8))(assert (= a #x01))(check-sat)");
    expect(solver.check("(declare-const a (_ BitVec 9))(assert (= a #b000000010))(check-sat)").answer).toBe("sat");
  });

  it("that cannot read a text says so, and reads the next", () => {
    expect(() => solver.check("(assert (= x 1))")).toThrow(/^the solver cannot read its query: .*x/s);
    expect(solver.check(smtText([TRUE])).answer).toBe("sat");
  });
});

describe("a prover that asks z3", () => {
  const plain = question({ bind: parse("true") });

  it("proves and refutes", async () => {
    const proof = await prover.prove(plain, "folio_starts_in_slot");
    expect(proof.status === "refuted" && proof.ops.map(opText).at(-1)).toMatch(/^fault vm=0 gfn=\d+$/);
    const aligned = question({ bind: parse("IS_ALIGNED(offset | size, SZ_64K)") });
    expect((await prover.prove(aligned, "folio_starts_in_slot")).status).toBe("proved");
  });

  it("finds undefined C", async () => {
    const said = await prover.undefined(question({ bind: parse("gpa / (offset >> 12) > 1") }), "bind");
    expect(said).toMatchObject({ status: "undefined", inputs: { offset: 0n } });
  });

  it("compares", async () => {
    const { relation } = await prover.compare(parse("IS_ALIGNED(offset, SZ_2M)"), parse("!(offset % SZ_2M)"), plain);
    expect(relation).toBe("equivalent");
  });

  it("finds what would mend a rule", async () => {
    const { fixes } = await prover.fixes(plain, "folio_starts_in_slot");
    expect(fixes.map(({ premises }) => premises.join(" + "))).toEqual([
      "offset_aligned",
      "resize_before_bind + aligned_to_folio_now",
      "congruent + gpa_aligned",
    ]);
  });
});
