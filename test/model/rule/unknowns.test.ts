/** Unknowns and cells mean the same to the machine code, to the formulas, to the JavaScript and to a plain reading. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expr, Rule, Stmt } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { wrapTo } from "../../../model/rule/tree.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { constant } from "../../../props/prove/smt/expression.ts";
import { ruleTerms } from "../../../props/prove/smt/rule.ts";
import { bits } from "../../../props/prove/smt/term.ts";
import { valuation } from "../../../props/prove/smt/value.ts";
import { toJavaScript } from "../../../sim/script/mjs/rule.ts";
import { interpret } from "../../support/rule-interpret.ts";

const u64 = (value: bigint): Expr => ({ node: "const", type: "u64", value });
const offset: Expr = { node: "parameter", type: "u64", name: "offset" };
const unknown = (i: number, type: IntType = "u64"): Expr => ({ node: "unknown", type, unknown: i });
const cell = (i: number): Expr => ({ node: "cell", type: "u64", cell: i });
const set = (i: number, value: Expr): Stmt => ({
  stmt: "effect",
  value: { node: "set_cell", type: "u64", cell: i, value },
});
const equal = (left: Expr, right: Expr): Expr => ({ node: "compare", op: "eq", type: "bool", left, right });
const add = (left: Expr, right: Expr): Expr => ({ node: "binary", op: "add", type: "u64", left, right });
const call = (callee: number): Stmt => ({ stmt: "effect", value: { node: "call", type: "u64", callee, args: [] } });
const when = (condition: Expr, whenTrue: readonly Stmt[], whenFalse: readonly Stmt[] = []): Stmt => ({
  stmt: "if",
  condition,
  whenTrue,
  whenFalse,
});
const give = (value: Expr): Stmt => ({ stmt: "return", value });

/** Helpers that change cells and return early; an entry that calls them where offset says so. */
const RULE: Rule = {
  id: "unknowns",
  kind: "bind",
  text: "",
  line: 1,
  functions: [
    {
      name: "helper",
      returns: "u64",
      arity: 0,
      locals: [],
      body: [
        set(0, unknown(0)),
        when(equal(unknown(1, "bool"), { node: "const", type: "bool", value: 1n }), [
          set(1, add(cell(0), u64(1n))),
          give(u64(0n)),
        ]),
        set(1, add(cell(1), unknown(2))),
        give(u64(1n)),
      ],
    },
    {
      name: "entry",
      returns: "bool",
      arity: 0,
      locals: [],
      body: [
        set(0, u64(0n)),
        set(1, offset),
        when(equal(offset, u64(1n)), [call(0)], [when(equal(offset, u64(2n)), [call(0), call(0)])]),
        give(equal(add(cell(0), unknown(2)), cell(1))),
      ],
    },
  ],
  reads: ["offset"],
  sites: [],
  unknowns: (["u64", "bool", "u64"] as const).map((type, i) => ({
    text: `f${i}()`,
    line: 1,
    column: i + 1,
    type,
    is: "call",
    lifetime: "evaluation",
    plain: 0n,
  })),
  cells: [
    { name: "a", type: "u64" },
    { name: "b", type: "u64" },
  ],
};

/** Few values, so that equalities are met. */
const values = fc.array(fc.array(fc.bigInt({ min: 0n, max: 3n }), { minLength: 4, maxLength: 4 }), {
  minLength: 3,
  maxLength: 3,
});

type JavaScript = (inputs: object, given: (i: number) => bigint) => boolean;

async function imported(text: string): Promise<JavaScript> {
  const module: { rule: JavaScript } = await import(`data:text/javascript,${encodeURIComponent(`export ${text}`)}`);
  return module.rule;
}

describe("a rule with unknowns", () => {
  it("comes to the same in every reading", async () => {
    const outcomes = new Set<string>();
    const javaScript = await imported(toJavaScript(RULE, "rule"));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 3n }), values, (at, tape) => {
        const answer = (i: number, times: number): bigint =>
          wrapTo(RULE.unknowns[i]?.type ?? "u64", tape[i]?.[times - 1] ?? 9n);
        const machine = compileRule(RULE, answer).bytes({ offset: at });
        expect(interpret(RULE, { offset: at }, undefined, answer)).toEqual({ value: BigInt(machine) });
        const reached = [0, 0, 0];
        expect(javaScript({ offset: at }, (i) => answer(i, (reached[i] = (reached[i] ?? 0) + 1)))).toBe(machine === 1);

        // Of the formulas' variables, those that this input comes to get the tape's values in turn.
        const terms = ruleTerms(RULE, { offset: constant("u64", at) }, "rule");
        const model = new Map<string, bigint>();
        const times = [0, 0, 0];
        for (const { unknown: i, term, when: live } of terms.unknowns) {
          if (valuation(model)(live) === 0n) continue;
          model.set(term.name ?? "", answer(i, (times[i] = (times[i] ?? 0) + 1)));
        }
        expect(valuation(model)(terms.accepts)).toBe(BigInt(machine));
        outcomes.add(`${at} ${machine}`);
      }),
      { seed: 1, numRuns: 2_000 },
    );
    expect(outcomes.size).toBe(8);
  });

  it("has fresh unknowns in every evaluation of a formula that has a name of its own", () => {
    const names = (name: string): string[] =>
      ruleTerms(RULE, { offset: bits(64, 2) }, name).unknowns.map(({ term }) => term.name ?? "");
    const all = [...names("one"), ...names("two")];
    expect(new Set(all).size).toBe(all.length);
  });

  it("takes unknowns as they are where nothing goes wrong, unless told", () => {
    expect(compileRule(RULE).bytes({ offset: 0n })).toBe(1);
    expect(compileRule(RULE).bytes({ offset: 3n })).toBe(0);
  });
});
