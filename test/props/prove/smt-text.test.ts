/** The words that a formula becomes. What is constant or plain is gone from them; what is left is QF_BV's own. */

import { describe, expect, it } from "vitest";
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
} from "../../../props/prove/smt/term.ts";
import { TRUE, ule, ult, variable, zeroExtend } from "../../../props/prove/smt/term.ts";
import { smtComment, smtText } from "../../../props/prove/smt/text.ts";

/** The words of one term, without the lines around it that every text has. */
function words(term: Term): string {
  const lines = smtText([term]).split("\n");
  return lines
    .filter((line) => line.startsWith("(define-fun") || line.startsWith("(assert"))
    .map((line) => line.replace(/^\(assert (.*)\)$/, "$1"))
    .join("\n");
}

const A = variable("a", 8);
const B = variable("b", 8);
const P = variable("p", 0);
const Q = variable("q", 0);
const n = (value: number | bigint, width = 8): Term => bits(width, value);
/** One of two constants: 1 where p, else 2. */
const choice = (): Term => ite(P, n(1), n(2));

describe("an operation", () => {
  it.each<[() => Term, string]>([
    [() => add(A, B), "(bvadd a b)"],
    [() => sub(A, B), "(bvsub a b)"],
    [() => apply("bvmul", A, B), "(bvmul a b)"],
    [() => apply("bvudiv", A, B), "(bvudiv a b)"],
    [() => apply("bvurem", A, B), "(bvurem a b)"],
    [() => apply("bvsdiv", A, B), "(bvsdiv a b)"],
    [() => apply("bvsrem", A, B), "(bvsrem a b)"],
    [() => negate(A), "(bvneg a)"],
    [() => complement(A), "(bvnot a)"],
    [() => bitAnd(A, B), "(bvand a b)"],
    [() => bitOr(A, B), "(bvor a b)"],
    [() => bitXor(A, B), "(bvxor a b)"],
    [() => shl(A, B), "(bvshl a b)"],
    [() => lshr(A, B), "(bvlshr a b)"],
    [() => ashr(A, B), "(bvashr a b)"],
    [() => eq(A, B), "(= a b)"],
    [() => ult(A, B), "(bvult a b)"],
    [() => ule(A, B), "(bvule a b)"],
    [() => slt(A, B), "(bvslt a b)"],
    [() => sle(A, B), "(bvsle a b)"],
    [() => concat(A, B), "(concat a b)"],
    [() => extract(A, 6, 2), "((_ extract 6 2) a)"],
    [() => extract(A, 6, 0), "((_ extract 6 0) a)"],
    [() => extract(A, 7, 1), "((_ extract 7 1) a)"],
    [() => zeroExtend(A, 12), "((_ zero_extend 4) a)"],
    [() => signExtend(A, 12), "((_ sign_extend 4) a)"],
    [() => ite(P, A, B), "(ite p a b)"],
    [() => ite(P, eq(A, B), Q), "(ite p (= a b) q)"],
    [() => not(P), "(not p)"],
    [() => and(P, Q), "(and p q)"],
    [() => or(P, Q), "(or p q)"],
  ])("is SMT-LIB's own: %#", (make, text) => {
    expect(words(make())).toBe(text);
  });

  it("has the width of its result", () => {
    expect([concat(A, n(0, 3)), concat(A, B), extract(A, 6, 2), zeroExtend(A, 12)].map(({ width }) => width)).toEqual([
      11, 16, 5, 12,
    ]);
    expect([add(A, B), ashr(A, B), ite(P, A, B), ite(P, P, Q)].map(({ width }) => width)).toEqual([8, 8, 8, 0]);
    expect([eq(A, B), ult(A, B), ule(A, B), slt(A, B), sle(A, B)].map(({ width }) => width)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("what adds nothing is left out", () => {
  it.each<[string, () => Term, Term]>([
    ["a + 0", () => add(A, n(0)), A],
    ["0 + a", () => add(n(0), A), A],
    ["a - 0", () => sub(A, n(0)), A],
    ["a | 0", () => bitOr(A, n(0)), A],
    ["0 | a", () => bitOr(n(0), A), A],
    ["a ^ 0", () => bitXor(A, n(0)), A],
    ["0 ^ a", () => bitXor(n(0), A), A],
    ["a << 0", () => shl(A, n(0)), A],
    ["a >> 0", () => lshr(A, n(0)), A],
    ["a >> 0, signed", () => ashr(A, n(0)), A],
    ["all of a", () => extract(A, 7, 0), A],
    ["a as wide as it is", () => zeroExtend(A, 8), A],
    ["a as wide as it is, signed", () => signExtend(A, 8), A],
    ["not not p", () => not(not(P)), P],
    ["p and true", () => and(TRUE, P, TRUE), P],
    ["p or false", () => or(FALSE, P), P],
    ["p and p", () => and(P, P), P],
    ["p or p", () => or(P, P), P],
    ["p = true", () => eq(P, TRUE), P],
    ["true = p", () => eq(TRUE, P), P],
    ["p ? a : a", () => ite(P, A, A), A],
    ["true ? a : b", () => ite(TRUE, A, B), A],
    ["false ? a : b", () => ite(FALSE, A, B), B],
    ["p ? true : false", () => ite(P, TRUE, FALSE), P],
  ])("%s", (_, make, wanted) => {
    expect(make()).toBe(wanted);
  });

  it.each<[string, () => Term, string]>([
    ["a & 0", () => bitAnd(A, n(0)), "#x00"],
    ["0 & a", () => bitAnd(n(0), A), "#x00"],
    ["0 << a", () => shl(n(0), A), "#x00"],
    ["0 >> a", () => lshr(n(0), A), "#x00"],
    ["0 >> a, signed", () => ashr(n(0), A), "#x00"],
    ["a = a", () => eq(A, A), "true"],
    ["p = false", () => eq(P, FALSE), "(not p)"],
    ["false = p", () => eq(FALSE, P), "(not p)"],
    ["p and false", () => and(P, FALSE), "false"],
    ["p or true", () => or(TRUE, P), "true"],
    ["p and not p", () => and(P, Q, not(P)), "false"],
    ["not p and p", () => and(not(P), P), "false"],
    ["p or not p", () => or(P, not(P)), "true"],
    ["p ? q : false", () => ite(P, Q, FALSE), "(and p q)"],
    ["p ? true : q", () => ite(P, TRUE, Q), "(or p q)"],
    ["p ? q : true", () => ite(P, Q, TRUE), "(or (not p) q)"],
    ["p ? false : q", () => ite(P, FALSE, Q), "(and (not p) q)"],
    ["p ? 5 : 5", () => ite(P, n(5), n(5)), "#x05"],
    ["nothing to hold", () => and(), "true"],
    ["nothing that can be", () => or(), "false"],
  ])("%s", (_, make, text) => {
    expect(words(make())).toBe(text);
  });

  it("but a constant of another width is another value", () => {
    expect(words(eq(concat(n(5, 4), variable("c", 4)), n(5)))).toBe("(= (concat #x5 c) #x05)");
    expect(words(ite(P, n(5), n(6)))).toBe("(ite p #x05 #x06)");
    expect(eq(n(5), n(6))).toBe(FALSE);
  });
});

describe("what must hold together is told flat", () => {
  it.each<[string, () => Term, string]>([
    ["and in and", () => and(and(P, Q), eq(A, B)), "(and p q (= a b))"],
    ["or in or", () => or(P, or(Q, eq(A, B))), "(or p q (= a b))"],
    ["or in and", () => and(or(P, Q), P), "(and (or p q) p)"],
    ["and in or", () => or(and(P, Q), P), "(or (and p q) p)"],
    ["each once", () => and(and(P, Q), and(Q, P)), "(and p q)"],
    ["a contradiction within", () => and(and(P, Q), not(P)), "false"],
    ["a tautology within", () => or(or(P, Q), not(Q)), "true"],
    ["a negation of something else", () => and(P, not(Q)), "(and p (not q))"],
  ])("%s", (_, make, text) => {
    expect(words(make())).toBe(text);
  });

  it("and whoever adds nothing gets the node that was there", () => {
    const both = and(P, Q);
    for (const term of [and(both), and(both, TRUE), or(FALSE, both)]) expect(term).toBe(both);
    expect(and(both, both).args.length).toBe(2);
  });
});

describe("an operation on a choice between constants", () => {
  it.each<[string, () => Term, string]>([
    ["is done on each", () => add(choice(), n(3)), "(ite p #x04 #x05)"],
    ["from either side", () => sub(n(3), choice()), "(ite p #x02 #x01)"],
    ["of one operand", () => complement(choice()), "(ite p #xfe #xfd)"],
    ["that keeps a part", () => extract(choice(), 1, 1), "(ite p #b0 #b1)"],
    ["that compares", () => ult(choice(), n(2)), "p"],
    ["within a choice", () => add(ite(Q, choice(), n(9)), n(1)), "(ite q (ite p #x02 #x03) #x0a)"],
    ["but not where two are open", () => add(choice(), A), "(bvadd (ite p #x01 #x02) a)"],
    ["nor on two choices", () => add(choice(), ite(Q, n(1), n(7))), "(bvadd (ite p #x01 #x02) (ite q #x01 #x07))"],
    ["nor where a branch is open", () => add(ite(P, A, n(2)), n(1)), "(bvadd (ite p a #x02) #x01)"],
    ["nor where the other is", () => add(ite(P, n(2), A), n(1)), "(bvadd (ite p #x02 a) #x01)"],
  ])("%s", (_, make, text) => {
    expect(words(make())).toBe(text);
  });

  it("of up to 32 constants; more are left to the solver", () => {
    const chain = (leaves: number): Term => (leaves === 1 ? n(0) : ite(eq(A, n(leaves)), n(leaves), chain(leaves - 1)));
    expect([chain(32).leaves, add(chain(32), n(1)).op]).toEqual([32, "ite"]);
    expect([chain(33).leaves, add(chain(33), n(1)).op]).toEqual([33, "bvadd"]);
    expect([A.leaves, ite(P, A, n(1)).leaves, ite(P, n(1), A).leaves, n(1).leaves]).toEqual([0, 0, 0, 1]);
    expect([add(A, n(1)).leaves, and(P, Q).leaves, not(P).leaves]).toEqual([0, 0, 0]);
  });
});

describe("a constant", () => {
  it.each<[() => Term, string]>([
    [() => n(0xfe), "#xfe"],
    [() => n(5, 4), "#x5"],
    [() => n(-1, 12), "#xfff"],
    [() => n(5, 5), "#b00101"],
    [() => n(1, 1), "#b1"],
    [() => n(300), "#x2c"],
    [() => n(1, 64), "#x0000000000000001"],
    [() => TRUE, "true"],
    [() => FALSE, "false"],
  ])("%# is told in hex where its width is whole digits, else in bits", (make, text) => {
    expect(words(make())).toBe(text);
  });
});

describe("a text", () => {
  it("declares variables in the order of first use, each once, and asserts each formula", () => {
    expect(smtText([ult(variable("a", 8), B), eq(A, n(1)), P])).toBe(`(set-logic QF_BV)
(declare-const a (_ BitVec 8))
(declare-const b (_ BitVec 8))
(declare-const p Bool)
(assert (bvult a b))
(assert (= a #x01))
(assert p)
(check-sat)
`);
  });

  it("names what is used twice, before its first use", () => {
    const sum = add(A, n(1));
    expect(words(eq(bitAnd(sum, B), bitOr(sum, B)))).toBe(
      "(define-fun t1 () (_ BitVec 8) (bvadd a #x01))\n(= (bvand t1 b) (bvor t1 b))",
    );
  });

  it("names the same words once, whoever made them", () => {
    const [sum, again] = [add(A, n(1)), add(A, n(1))];
    const [one, two] = [ult(bitAnd(sum, B), sum), ult(bitOr(again, B), again)];
    expect(words(or(one, two))).toBe(
      "(define-fun t1 () (_ BitVec 8) (bvadd a #x01))\n(or (bvult (bvand t1 b) t1) (bvult (bvor t1 b) t1))",
    );
  });

  it("names a formula that is asserted and used, and a truth value is a Bool", () => {
    const less = ult(A, B);
    expect(smtText([less, or(less, P)])).toBe(`(set-logic QF_BV)
(declare-const a (_ BitVec 8))
(declare-const b (_ BitVec 8))
(define-fun t2 () Bool (bvult a b))
(declare-const p Bool)
(assert t2)
(assert (or t2 p))
(check-sat)
`);
  });

  it("names a line that would be longer than 160 characters", () => {
    const named = (length: number): string => words(ult(variable("v".repeat(length - "(bvult  b)".length), 8), B));
    expect(named(160)).toMatch(/^\(bvult v+ b\)$/);
    expect(named(161)).toMatch(/^\(define-fun t2 \(\) Bool \(bvult v+ b\)\)\nt2$/);
  });

  it("of a deep formula is made without recursion", () => {
    let deep: Term = A;
    for (let at = 0; at < 10_000; at++) deep = complement(add(deep, B));
    expect(smtText([eq(deep, A)])).toContain("(check-sat)");
  });

  it("says what is asked in comments ahead of it, without blanks at the ends", () => {
    expect(smtComment(["a line", "two\nmore", "", "end "])).toBe("; a line\n; two\n; more\n;\n; end\n");
    expect(smtComment([])).toBe("");
  });
});
