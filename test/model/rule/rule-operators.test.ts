/**
 * A rule's machine code against a reading of its tree in big integers: every operator on every type at the edges of the
 * types, then whole rules. What one calls undefined, the other does, at the same place.
 */

import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../model/rule/catalogue/catalogue.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { PARAMETERS } from "../../../model/rule/parameters.ts";
import type { Expr, Rule, Stmt } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { INTRINSICS, wrapTo } from "../../../model/rule/tree.ts";
import { i64Const, unsigned } from "../../../model/rule/wasm/encoding.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../../sim/c/parse.ts";
import { generated } from "../../support/c-generate.ts";
import { fit, interpret, type Values } from "../../support/rule-interpret.ts";

const SEED = 0x6b766d;
const TYPES: readonly IntType[] = ["bool", "u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64"];
/** What C's promotions leave. */
const PROMOTED: readonly IntType[] = ["u32", "s32", "u64", "s64"];
const SITE = { line: 1, column: 2, what: "the only one" };

/** Where integers of some width begin, end, change their sign or lose bits. */
const EDGES = [0n, 1n, 2n, 31n, 32n, 63n, 64n, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn]
  .concat([31n, 32n, 63n].flatMap((k) => [2n ** k - 1n, 2n ** k]))
  .concat([-1n, -2n, -0x8000_0000n].map((n) => fit("u64", n)));

const parameter = (name: "offset" | "gpa" | "size"): Expr => ({ node: "parameter", type: "u64", name });
const as = (type: IntType, operand: Expr): Expr => ({ node: "convert", type, operand });
const a = (type: IntType): Expr => as(type, parameter("offset"));
const b = (type: IntType): Expr => as(type, parameter("gpa"));

function ruleOf(locals: readonly IntType[], body: readonly Stmt[], canFail = false): Rule {
  const named = locals.map((type, i) => ({ name: `x${i}`, type, temporary: false }));
  return {
    id: "it",
    kind: "bind",
    text: "",
    line: 1,
    functions: [{ name: "it", returns: "bool", arity: 0, locals: named, body }],
    reads: ["offset", "gpa", "size"],
    sites: canFail ? [SITE] : [],
    unknowns: [],
    cells: [],
  };
}

/** Is the value of an expression of offset and gpa, taken as a u64, equal to size? */
const equalsSize = (value: Expr, canFail = false): Rule =>
  ruleOf(
    [],
    [
      {
        stmt: "return",
        value: { node: "compare", op: "eq", type: "bool", left: as("u64", value), right: parameter("size") },
      },
    ],
    canFail,
  );

/** The inputs for which code and tree disagree. Where the tree has no site, its author answers for what is undefined. */
function differences(value: Expr, canFail = false): string[] {
  const rule = equalsSize(value, canFail);
  const { bytes, undefinedAt } = compileRule(rule);
  const wrong: string[] = [];
  for (const offset of EDGES) {
    for (const gpa of EDGES) {
      const came = interpret(rule, { offset, gpa }, value);
      if (came === "no_end" || ("site" in came && !canFail)) continue;
      const size = "value" in came ? fit("u64", came.value) : 0n;
      const [outcome, other] = [bytes({ offset, gpa, size }), undefinedAt()];
      const right = "value" in came ? outcome === 1 && other === undefined : outcome === 2 && other === SITE;
      if (!right) wrong.push(`${offset}, ${gpa}: came to ${outcome}`);
      if ("value" in came && bytes({ offset, gpa, size: size ^ 1n }) !== 0) wrong.push(`${offset}, ${gpa}: anything`);
    }
  }
  return wrong;
}

describe("every operator on every type is what big integers make of it", () => {
  it.each(TYPES.flatMap((from) => TYPES.map((to) => [from, to] as const)))("%s to %s", (from, to) => {
    expect(differences(as(to, a(from)))).toEqual([]);
  });

  it.each(PROMOTED)("arithmetic and order of %s", (type) => {
    const [left, right] = [a(type), b(type)];
    for (const op of ["add", "sub", "mul", "and", "or", "xor", "min", "max"] as const) {
      expect([op, ...differences({ node: "binary", op, type, left, right })]).toEqual([op]);
    }
    for (const op of ["eq", "ne", "lt", "le", "gt", "ge"] as const) {
      expect([op, ...differences({ node: "compare", op, type: "bool", left, right })]).toEqual([op]);
    }
    for (const op of ["negate", "complement"] as const) {
      expect([op, ...differences({ node: "unary", op, type, operand: left })]).toEqual([op]);
    }
  });

  it.each(PROMOTED)("division of %s", (type) => {
    for (const op of ["div", "rem"] as const) {
      const whole = { node: "divide", op, type, left: a(type), right: b(type) } as const;
      expect([op, ...differences({ ...whole, site: 0 }, true)]).toEqual([op]);
      expect([op, ...differences(whole)]).toEqual([op]);
    }
  });

  it.each(PROMOTED.flatMap((type) => PROMOTED.map((by) => [type, by] as const)))("shifts of %s by %s", (type, by) => {
    for (const op of ["shl", "shr"] as const) {
      const whole = { node: "shift", op, type, left: a(type), right: b(by) } as const;
      expect([op, ...differences({ ...whole, site: 0 }, true)]).toEqual([op]);
      expect([op, ...differences(whole)]).toEqual([op]);
    }
  });

  it.each([
    ["ctz64", ["u64"], "s32"],
    ["clz64", ["u64"], "s32"],
    ["fls64", ["u64"], "s32"],
    ["ffs64", ["u64"], "s32"],
    ["popcount64", ["u64"], "s32"],
    ["umul_overflows", ["u64", "u64"], "bool"],
    ["smul_overflows", ["s64", "s64"], "bool"],
  ] as const)("%s of %j is %s", (op, takes, type) => {
    expect(INTRINSICS[op]).toEqual({ takes, type });
    const args = takes.map((each, i) => (i === 0 ? a(each) : b(each)));
    expect(differences({ node: "intrinsic", op, type, args })).toEqual([]);
  });

  it.each(["ctz64", "clz64"] as const)("%s of 0 is undefined", (op) => {
    expect(differences({ node: "intrinsic", op, type: "s32", args: [a("u64")], site: 0 }, true)).toEqual([]);
  });
});

it.each(TYPES)("a conversion to %s that is made beforehand is the one that the code makes", (type) => {
  for (const n of EDGES.flatMap((edge) => [edge, -edge, edge + 1n])) expect(wrapTo(type, n)).toBe(fit(type, n));
});

describe("a rule's text has no bounds of its own", () => {
  /** On both sides of where the encoding of a number gets a byte longer. */
  const NUMBERS = Array.from({ length: 64 }, (_, k) => 2n ** BigInt(k)).flatMap((n) => [n - 1n, n, -n, -n - 1n]);

  it.each(PROMOTED)("constants of %s", (type) => {
    const wrong = NUMBERS.map((n) => fit(type, n)).filter((value) => {
      const { bytes } = compileRule(equalsSize({ node: "const", type, value }));
      const size = fit("u64", value);
      return bytes({ size }) !== 1 || bytes({ size: size ^ 1n }) !== 0;
    });
    expect(wrong).toEqual([]);
  });

  it("numbers take no more bytes than they need", () => {
    // LEB128: seven bits a byte, of a signed number with its sign.
    const signedBits = (n: bigint): number => (n < 0n ? -1n - n : n).toString(2).replace(/^0$/, "").length + 1;
    for (const n of NUMBERS.map((each) => fit("s64", each))) {
      expect(i64Const(n)).toHaveLength(1 + Math.ceil(signedBits(n) / 7));
    }
    expect([0, 127, 128, 16383, 16384, 2 ** 32 - 1].map((n) => unsigned(n).length)).toEqual([1, 1, 2, 2, 3, 5]);
  });

  it.each([1, 130, 2000])("%i locals, a statement for each", (count) => {
    const types = Array.from({ length: count }, (_, i) => TYPES[i % TYPES.length] ?? "u64");
    const last: Expr = { node: "local", type: types.at(-1) ?? "u64", local: count - 1 };
    const rule = ruleOf(types, [
      ...types.map((type, local): Stmt => ({ stmt: "declare", local, value: as(type, parameter("offset")) })),
      {
        stmt: "return",
        value: { node: "compare", op: "eq", type: "bool", left: as("u64", last), right: parameter("size") },
      },
    ]);
    expect(disagreements(rule, [{}, { offset: 1n, size: 1n }, { offset: 2n ** 64n - 1n, size: 1n }])).toEqual([]);
  });
});

/** In bytes and pages as a slot has them, and at the edges of a u64. */
const edgy = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.integer({ min: 0, max: 4096 }).map((n) => BigInt(n) << 12n),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);
const inputs: fc.Arbitrary<Values> = fc
  .tuple(...PARAMETERS.map(() => edgy))
  .map((drawn) => Object.fromEntries(PARAMETERS.map((name, i) => [name, drawn[i]])));

/** What the two make of a rule's inputs, where that is not the same. Notes which outcomes were met. */
function disagreements(rule: Rule, many: readonly Values[], met = new Set<number>()): string[] {
  const { bytes, undefinedAt } = compileRule(rule);
  return many.flatMap((values) => {
    const told = { outcome: bytes(values), site: undefinedAt() };
    met.add(told.outcome);
    const came = interpret(rule, values);
    const expected =
      came === "no_end"
        ? { outcome: 3, site: undefined }
        : "value" in came
          ? { outcome: Number(came.value), site: undefined }
          : { outcome: 2, site: rule.sites[came.site] };
    return told.outcome === expected.outcome && told.site === expected.site
      ? []
      : [
          `${rule.text}\n${JSON.stringify([told, expected])} for ${PARAMETERS.map((name) => `${name} ${values[name]}`).join(", ")}`,
        ];
  });
}

describe("whole rules come to what their trees say", () => {
  let grammar: Grammar;
  beforeAll(async () => {
    grammar = await loadGrammar();
  });

  const parsed = (text: string, options?: Parameters<typeof parseRules>[2]): Rule => {
    const result = parseRules(grammar, text, options);
    const rule = result.ok ? result.rules.at(-1) : undefined;
    if (rule === undefined) throw new Error(`${JSON.stringify(result)}\n${text}`);
    return rule;
  };

  it("drawn at random, with loops, calls and what is undefined in C", () => {
    const many = fc.sample(inputs, { seed: SEED, numRuns: 30 });
    const met = new Set<number>();
    for (const [i, make] of fc.sample(generated, { seed: SEED, numRuns: 60 }).entries()) {
      const rule = parsed(make(`f${i}`).rule);
      expect(disagreements(rule, many, met)).toEqual([]);
    }
    expect(met).toEqual(new Set([0, 1, 2]));
  });

  it("of the catalogue", () => {
    const many = fc.sample(inputs, { seed: SEED, numRuns: 60 });
    for (const { id, kind, text } of CATALOGUE) expect(disagreements(parsed(text, { id, kind }), many)).toEqual([]);
  });

  it.each([
    ["a u64", "static u64 h(u64 x) { return 10 / x; }\nbool f(u64 offset) { return h(offset) > 1; }"],
    ["an int", "static int h(int x) { return 10 / x; }\nbool f(u64 offset) { return h((int)offset) > 1; }"],
    [
      "a loop",
      "static int h(u64 x) { while (x) x--; return 7 / (int)offset; }\nbool f(u64 offset) { return h(offset); }",
    ],
  ])("whose helper gives %s, or cannot", (_what, text) => {
    const many = [0n, 1n, 9n, 4096n, 4097n, 2n ** 32n].map((offset) => ({ offset }));
    expect(disagreements(parsed(text), many)).toEqual([]);
  });
});
