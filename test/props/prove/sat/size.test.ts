/** What is too large to be built as gates is said to be, and at once. */

import { describe, expect, it } from "vitest";
import { decide } from "../../../../props/prove/sat/decide.ts";
import { isTooLarge } from "../../../../props/prove/sat/size.ts";
import type { Term } from "../../../../props/prove/smt/term.ts";
import { add, apply, bits, eq, variable } from "../../../../props/prove/smt/term.ts";
import { valuation } from "../../../../props/prove/smt/value.ts";

const X = variable("x", 64);

/** A product of so many rounds of a generator of random numbers, as a rule's loop makes it. */
function rounds(count: number): Term {
  let sum: Term = bits(64, 0);
  for (let i = 0; i < count; i++) sum = add(apply("bvmul", sum, bits(64, 6364136223846793005n)), X);
  return sum;
}

const of = (count: number): Term => eq(rounds(count), bits(64, 1));

describe("a formula", () => {
  it("of a few products is decided", () => {
    expect(isTooLarge(of(3))).toBe(false);
    expect(decide(of(1))).toEqual({ answer: "sat", model: new Map([["x", 1n]]) });
  });

  it("of thousands of products is not begun", () => {
    expect(isTooLarge(of(4000))).toBe(true);
    expect(decide(of(4000))).toEqual({ answer: "unknown", reason: expect.stringMatching(/too large.*--engine z3/) });
  });

  it("however deep has a value", () => {
    let wanted = 0n;
    for (let i = 0; i < 20_000; i++) wanted = BigInt.asUintN(64, wanted * 6364136223846793005n + 3n);
    expect(valuation(new Map([["x", 3n]]))(rounds(20_000))).toBe(wanted);
  });
});
