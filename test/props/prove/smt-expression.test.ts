/** C as formulas, construct by construct: for each input what the rule's machine code comes to, and where it is undefined. */

import { ACCEPTED, NO_END, REFUSED, UNDEFINED } from "../../../model/outcome.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { PARAMETER_TYPE, PARAMETERS } from "../../../model/rule/parameters.ts";
import type { Expr, Rule } from "../../../model/rule/tree.ts";
import { WIDTH } from "../../../model/rule/tree.ts";
import type { Inputs, Run } from "../../../props/prove/smt/expression.ts";
import { evaluate, TOO_LONG } from "../../../props/prove/smt/expression.ts";
import type { RuleTerms } from "../../../props/prove/smt/rule.ts";
import { ruleTerms } from "../../../props/prove/smt/rule.ts";
import type { Term } from "../../../props/prove/smt/term.ts";
import { bits, FALSE, TRUE, variable } from "../../../props/prove/smt/term.ts";
import { smtText } from "../../../props/prove/smt/text.ts";
import { valuation } from "../../../props/prove/smt/value.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../../sim/c/parse.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

function parsed(text: string): Rule {
  const result = parseRules(grammar, text, { id: "rule", kind: "map" });
  const rule = result.ok ? result.rules.at(-1) : undefined;
  if (rule === undefined) throw new Error(JSON.stringify(result));
  return rule;
}

const free = (): Inputs =>
  Object.fromEntries(PARAMETERS.map((name) => [name, variable(name, WIDTH[PARAMETER_TYPE[name]])]));

const U64 = 2n ** 64n;
const EDGES = [0n, 1n, 2n, 3n, 63n, 64n, 0x80n, 0xffffn, 2n ** 31n, 2n ** 32n - 1n, 2n ** 63n, U64 - 1n]; // prettier-ignore
type Vector = Readonly<Record<string, bigint>>;
/** Every pair of edges as offset and gpa, the other inputs from the same edges. */
const VECTORS: readonly Vector[] = EDGES.flatMap((offset, at) =>
  EDGES.map((gpa, by): Vector => {
    const order = BigInt((at + by) % 19);
    const edge = (n: number): bigint => EDGES[n % EDGES.length] ?? 0n;
    return {
      offset,
      gpa,
      size: edge(at * 3 + by * 5 + 1),
      i_size: edge(at * 7 + by * 2 + 3),
      order,
      nr_pages: 1n << order,
    };
  }),
);

/** accepts, refuses, undefined (with the place) or cut: always exactly one. */
function outcomeOf(rule: Rule, terms: RuleTerms, vector: Vector): string {
  const value = valuation(new Map(Object.entries(vector)));
  const said = (["accepts", "refuses", "undefined", "cut"] as const).filter((name) => value(terms[name]) === 1n);
  const site = terms.sites.find(({ when }) => value(when) === 1n);
  const place = said[0] === "undefined" ? JSON.stringify(rule.sites[site?.site ?? -1]) : "";
  return `${said.join(" and ")} ${place}`.trim();
}

const WORDS: Readonly<Record<number, string>> = {
  [ACCEPTED]: "accepts",
  [REFUSED]: "refuses",
  [UNDEFINED]: "undefined",
  [NO_END]: "cut",
};

/** The outcomes that differ; both kinds of outcome must have been met. */
function differences(text: string): { wrong: string[]; met: Set<string> } {
  const rule = parsed(text);
  const evaluator = compileRule(rule);
  const terms = ruleTerms(rule, free(), "rule");
  const met = new Set<string>();
  const wrong: string[] = [];
  for (const vector of VECTORS) {
    const word = WORDS[evaluator.bytes(vector)] ?? "";
    const wanted = word === "undefined" ? `${word} ${JSON.stringify(evaluator.undefinedAt())}` : word;
    const said = outcomeOf(rule, terms, vector);
    met.add(word);
    if (said !== wanted) wrong.push(`${said}, not ${wanted}: ${Object.entries(vector).join(" ")}`);
  }
  return { wrong: wrong.slice(0, 3), met };
}

const BOTH = ["accepts", "refuses"];
const ALL = ["accepts", "refuses", "undefined"];

describe("an expression", () => {
  it.each<[string, string[]?]>([
    ["offset + gpa > size"],
    ["offset - gpa > size"],
    ["offset * gpa > size"],
    ["(offset & gpa) >= size"],
    ["(offset | gpa) <= size"],
    ["(offset ^ gpa) < size"],
    ["min(offset, gpa) == offset"],
    ["max(offset, gpa) == offset"],
    ["min_t(s64, offset, gpa) == (s64)offset"],
    ["max_t(s64, offset, gpa) == (s64)offset"],
    ["-offset > gpa"],
    ["~offset > gpa"],
    ["-(s32)offset > 0"],
    ["offset == gpa"],
    ["offset != gpa"],
    ["(s64)offset < (s64)gpa"],
    ["(s64)offset <= (s64)gpa"],
    ["(s64)offset > (s64)gpa"],
    ["(s64)offset >= (s64)gpa"],
    ["offset < gpa"],
    ["offset <= gpa"],
    ["offset > gpa"],
    ["offset >= gpa"],
    ["i_size > offset"],
    ["i_size > 5"],
    ["!offset"],
    ["!(offset > gpa)"],
    ["(offset > gpa) == (size > gpa)"],
    ["(offset > gpa) != (bool)size"],
    ["(offset > gpa) + (size > gpa) == 2"],
    ["(bool)offset + 1 == 2"],
    ["(u8)offset > 3"],
    ["(s8)offset > 3"],
    ["(u16)offset == 0xffff"],
    ["(s16)offset < (s16)gpa"],
    ["(u64)(s8)offset > gpa"],
    ["(u64)(u8)offset > gpa"],
    ["(s64)(u32)offset > (s64)(s32)gpa"],
    ["(u32)(s8)offset > 0x80000000"],
    ["order > 9 && nr_pages > 1024"],
    ["offset && gpa"],
    ["offset || gpa"],
    ["offset > gpa && size > gpa || !size"],
    ["(offset > gpa ? gpa : size) > 5"],
    ["(offset ? gpa > size : gpa < size)"],
    ["fls64(offset) >= fls64(gpa)"],
    ["ffs64(offset) > ffs64(gpa)"],
    ["hweight64(offset) > hweight64(gpa)"],
    ["(offset << 3) > gpa"],
    ["((s64)offset >> 3) < (s64)gpa"],
    ["((u8)offset << (order & 15)) > 0xff"],
    ["((s32)offset >> (order & 31)) < 0"],
    ["offset / 3 > gpa % 5"],
    ["offset << gpa > size", ALL],
    ["offset >> gpa == 0", ALL],
    ["(s64)offset >> gpa < 0", ALL],
    ["(s32)offset >> gpa < 0", ALL],
    ["(1 << (s32)gpa) > 5", ALL],
    ["offset >> (s8)gpa > 1", ALL],
    ["offset / gpa > 1", ALL],
    ["offset % gpa == 1", ALL],
    ["(s64)offset / (s64)gpa > 1", ALL],
    ["(s64)offset % (s64)gpa < 0", ALL],
    ["(s32)offset / (s32)gpa > 1", ALL],
    ["__ffs64(offset) > 5", ALL],
    ["__ffs64(offset) >= __ffs64(gpa)", ALL],
    ["__builtin_clzll(offset) > 5", ALL],
    ["gpa / offset > 1 || size % gpa > 1", ALL],
  ])("%s", (text, outcomes = BOTH) => {
    const { wrong, met } = differences(text);
    expect(wrong).toEqual([]);
    expect([...met].toSorted()).toEqual(outcomes);
  });
});

describe("what is evaluated only for some inputs", () => {
  it.each<[string, string[]?]>([
    ["offset && gpa / offset > 1"],
    ["!offset || gpa / offset > 1"],
    ["offset && (gpa && size / gpa > offset)"],
    ["offset && gpa / size > 1", ALL],
    ["offset > 5 || gpa / size > 1", ALL],
    ["(offset ? gpa / offset : size) > 1"],
    ["(offset ? gpa : size / offset) > 1", ALL],
    ["(offset ? size / gpa : gpa / size) > 1", ALL],
    ["(offset > gpa ? offset / gpa : 1) > 1", ALL],
    ["(true ? offset : gpa / (u64)0) > 1"],
    ["(false ? gpa / (u64)0 : offset) > 1"],
    ["!(offset && gpa / offset > 1)"],
  ])("%s", (text, outcomes = BOTH) => {
    const { wrong, met } = differences(text);
    expect(wrong).toEqual([]);
    expect([...met].toSorted()).toEqual(outcomes);
  });
});

const f = (body: string, helpers = ""): string => `${helpers}
static bool f(u64 offset, u64 gpa, u64 size, loff_t i_size) { ${body} }`;

describe("a function", () => {
  it.each<[string, string, string[]?]>([
    ["assigns", f("u64 x = offset; x += gpa; x = x * 2; return x > size;")],
    ["counts up in place", f("u64 x = offset; u64 y = x++ + 3; return x + y > size;")],
    ["assigns in a branch", f("u64 x = gpa; if (offset > gpa) x = size; return x > 5;")],
    ["assigns in the other branch", f("u64 x = gpa; if (offset > gpa) ; else x = size; return x > 5;")],
    ["assigns in both branches", f("u64 x; if (offset > gpa) x = size; else x = offset; return x > 5;")],
    ["assigns before it leaves", f("u64 x = 1; if (offset > gpa) { x = size; return x > 7; } x += gpa; return x > 9;")],
    ["leaves by either branch", f("if (offset > gpa) return size > 5; else return size > 7;")],
    ["leaves by the second branch", f("u64 x = 3; if (offset > gpa) x = size; else return gpa > 5; return x > 5;")],
    ["leaves early, and again", f("if (!offset) return true; if (!gpa) return size > 2; return gpa / offset > 1;")],
    ["leaves by a branch within a branch", f("if (offset) { if (gpa) return size > 1; } return size > 64;")],
    ["is undefined before it leaves", f("u64 x = size / gpa; if (offset) return true; return x > 1;"), ALL],
    ["is undefined behind a guard only", f("if (!gpa) return false; return size / gpa > 1;")],
    ["is undefined in two places", f("u64 x = size / gpa; return x >> offset > 1;"), ALL],
    ["calls", f("return g(offset, gpa) > size;", "static u64 g(u64 a, u64 b) { return a - b; }")],
    ["calls what leaves early", f("return g(offset) || g(gpa);", "static bool g(u64 a) { if (a > 99) return true; return a == 3; }")],
    ["calls what is undefined", f("return offset && g(offset, gpa);", "static bool g(u64 a, u64 b) { return a / b > 1; }"), ALL],
    ["calls behind a guard", f("return gpa && g(offset, gpa);", "static bool g(u64 a, u64 b) { return a / b > 1; }")],
    ["calls what has locals of its own", f("u64 x = 5; return g(offset) + x > gpa;", "static u64 g(u64 a) { u64 x = a; if (x > 6) x = 6; return x; }")],
    ["tells a product that does not fit a u64", f("u64 x; return check_mul_overflow(offset, gpa, &x);")],
    ["tells a product that does not fit an s64", f("s64 x; return check_mul_overflow((s64)offset, (s64)gpa, &x) || x > 5;")],
    ["decides twice by what it decided before", f("bool b = offset > gpa; return (b ? (b ? size : size / gpa) : gpa) > 5;")],
    ["decides twice the other way", f("bool b = offset > gpa; return (b ? gpa : (b ? size / gpa : size)) > 5;")],
    ["decides by what it knows", f("u64 x = 1; u64 y = 0; return (x ? offset : gpa / y) > (y ? gpa / y : size);")],
    ["assigns on the right of &&", f("u64 x = 1; if (offset && (x = gpa)) return x > size; return x == 1;")],
    ["assigns in one arm of ?:", f("u64 x = 1; u64 y = offset ? (x = gpa) : 7; return x + y > size;")],
  ])("%s", (_, text, outcomes = BOTH) => {
    const { wrong, met } = differences(text);
    expect(wrong).toEqual([]);
    expect([...met].toSorted()).toEqual(outcomes);
  }); // prettier-ignore
});

describe("a loop", () => {
  it.each<[string, string, string[]?]>([
    ["of a fixed length", f("u64 x = offset; for (int i = 0; i < 5; i++) x += gpa; return x > size;")],
    ["left by a break", f("u64 x = 0; for (int i = 0; i < 9; i++) { if (i == (offset & 7)) break; x += gpa; } return x > size;")],
    ["with a continue, which goes on with the step", f("u64 x = 0; for (int i = 0; i < 6; i++) { if (i == (offset & 7)) continue; x += gpa + i; } return x > size;")],
    ["left by a return", f("for (int i = 0; i < 6; i++) { if (i == (offset & 7)) return gpa > size; } return gpa < size;")],
    ["of an open length", f("int n = 0; u64 x = offset; while (x) { x >>= 1; n++; } return n > (gpa & 63);")],
    ["that runs once before it asks", f("int n = 0; u64 x = offset; do { x >>= 1; n++; } while (x); return n > (gpa & 63);")],
    ["that never runs", f("u64 x = offset; while (false) x++; return x > gpa;")],
    ["within a loop, each with its own break", f("u64 x = 0; for (int i = 0; i < 3; i++) { for (int j = 0; j < 4; j++) { if (j == (offset & 3)) break; x += gpa; } if (x > size) break; x++; } return x > offset;")],
    ["within a loop, each with its own continue", f("u64 x = 0; for (int i = 0; i < 3; i++) { for (int j = 0; j < 3; j++) { if (j == (offset & 3)) continue; x += 2; } if (i == (gpa & 1)) continue; x += 100; } return x > size;")],
    ["in a branch", f("u64 x = offset; if (gpa > size) { for (int i = 0; i < 3; i++) x += gpa; } return x > size;")],
    ["in a function called twice", f("return g(offset) > g(gpa);", "static int g(u64 a) { int n = 0; for (int i = 0; i < 4; i++) { if (a >> i & 1) break; n++; } return n; }")],
    ["undefined in one of its rounds", f("u64 x = 0; for (u64 i = 0; i < 4; i++) { if (i == offset) x += size / gpa; } return x > 1;"), ALL],
    ["that some inputs never leave", f("u64 x = offset; while (x != gpa && x) x &= 0xff; return x > size;"), ["accepts", "cut", "refuses"]],
    ["that no input leaves", f("while (true) { if (offset > gpa) continue; return size > 5; } return false;"), ["accepts", "cut", "refuses"]],
  ])("%s", (_, text, outcomes = BOTH) => {
    const { wrong, met } = differences(text);
    expect(wrong).toEqual([]);
    expect([...met].toSorted()).toEqual(outcomes);
  }); // prettier-ignore

  const cutAt = (text: string, offset: bigint): bigint =>
    valuation(new Map([["offset", offset]]))(ruleTerms(parsed(text), free(), "rule").cut);

  it("whose end depends on the input is followed for 128 rounds", () => {
    const text = f("u64 n = 0; while (n < offset) n++; return n == offset;");
    expect([cutAt(text, 127n), cutAt(text, 128n), cutAt(text, 129n), cutAt(text, U64 - 1n)]).toEqual([0n, 0n, 1n, 1n]);
  });

  it("that depends on nothing is followed for as many rounds as the machine takes, 4096", () => {
    const rounds = (count: number): Rule => parsed(f(`for (int i = 0; i < ${count}; i++) ; return offset == gpa;`));
    expect(ruleTerms(rounds(4096), free(), "rule").cut).toBe(FALSE);
    expect(ruleTerms(rounds(4097), free(), "rule").cut).toBe(TRUE);
    const outcomes = [4096, 4097].map((count) => WORDS[compileRule(rounds(count)).bytes({ offset: 1n, gpa: 1n })]);
    expect(outcomes).toEqual(["accepts", "cut"]);
  });

  it("spends the rounds of all loops together", () => {
    const twice = (a: number, b: number): Rule =>
      parsed(f(`for (int i = 0; i < ${a}; i++) ; for (int i = 0; i < ${b}; i++) ; return offset == gpa;`));
    expect(ruleTerms(twice(4000, 96), free(), "rule").cut).toBe(FALSE);
    expect(ruleTerms(twice(4000, 97), free(), "rule").cut).toBe(TRUE);
  });
});

const words = (term: Term): string => /\(assert (.*)\)\n/.exec(smtText([term]))?.[1] ?? "";

describe("the formula of a rule", () => {
  it.each<[string, string, string]>([
    ["says no more than the C does", "offset < gpa", "(bvult offset gpa)"],
    ["of >= is <= turned round", "offset >= gpa", "(bvule gpa offset)"],
    ["of a || is an or", "offset == gpa || offset < gpa", "(or (= offset gpa) (bvult offset gpa))"],
    ["of a true condition is what stands behind it", "true ? offset < gpa : gpa < size", "(bvult offset gpa)"],
    ["knows no path where nobody left early", f("u64 x = offset; if (gpa < size) x = 7; return x == 7;"), "(= (ite (bvult gpa size) #x0000000000000007 offset) #x0000000000000007)"],
    ["asks a condition once where one side leaves", f("if (gpa < size) return false; return offset < gpa;"), "(and (not (bvult gpa size)) (bvult offset gpa))"],
    ["of a truth value as a number is a choice", "(offset < gpa) + (gpa < size) == 2", "(= (bvadd (ite (bvult offset gpa) #x00000001 #x00000000) (ite (bvult gpa size) #x00000001 #x00000000)) #x00000002)"],
    ["of a narrower number is its low bits", "(u8)offset < (u8)gpa", "(bvslt ((_ zero_extend 24) ((_ extract 7 0) offset)) ((_ zero_extend 24) ((_ extract 7 0) gpa)))"],
    ["of what is known not to be undefined has no such place", f("u64 x = 4; return offset / x < size;"), "(bvult (bvlshr offset #x0000000000000002) size)"],
    ["decides once by what was decided before", f("bool b = offset < gpa; return b ? (b ? gpa < size : size / gpa < gpa) : (b ? size / gpa < gpa : size < gpa);"), "(not (ite (bvult offset gpa) (not (bvult gpa size)) (not (bvult size gpa))))"],
    ["goes on as before where nobody left", f("u64 x = offset; if (gpa < size) x = 7; if (x < gpa) return true; return offset < size;"), "(or (bvult (ite (bvult gpa size) #x0000000000000007 offset) gpa) (bvult offset size))"],
    ["forgets the locals of who left", f("u64 x = offset; if (gpa < size) { x = 3; return false; } return x < size;"), "(and (not (bvult gpa size)) (bvult offset size))"],
    ["forgets the locals of who left by the other branch", f("u64 x = offset; if (gpa < size) ; else { x = 3; return false; } return x < size;"), "(and (bvult gpa size) (bvult offset size))"],
    ["of a loop left early has the locals of who left", f("u64 x = offset; for (int i = 0; i < 1; i++) { if (gpa < size) break; x += 5; } return x < size;"), "(bvult (ite (not (bvult gpa size)) (bvadd offset #x0000000000000005) offset) size)"],
    ["of a counted loop is its sum", f("u64 x = 0; for (int i = 0; i < 4; i++) x += 3; return offset == x;"), "(= offset #x000000000000000c)"],
  ])("%s", (_, text, wanted) => {
    const terms = ruleTerms(parsed(text), free(), "rule");
    expect(words(terms.accepts)).toBe(wanted);
    expect([terms.undefined, terms.cut, terms.sites]).toEqual([FALSE, FALSE, []]);
  }); // prettier-ignore

  it("reads 0 for what it is not given", () => {
    expect(ruleTerms(parsed("offset == 0 && i_size == 0"), {}, "rule").accepts).toBe(TRUE);
    expect(ruleTerms(parsed("offset == 1"), { offset: bits(64, 1) }, "rule").accepts).toBe(TRUE);
  });

  it("refuses what it does not take, where it is defined", () => {
    const { accepts, refuses, undefined: undefinedWhen } = ruleTerms(parsed("offset / gpa == 7"), free(), "rule");
    const of = (gpa: bigint): bigint[] =>
      [accepts, refuses, undefinedWhen].map(valuation(new Map([["offset", 21n], ["gpa", gpa]]))); // prettier-ignore
    expect([of(3n), of(4n), of(0n)]).toEqual([[1n, 0n, 0n], [0n, 1n, 0n], [0n, 0n, 1n]]); // prettier-ignore
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    return { returned: act() };
  } catch (error) {
    return error;
  }
}

describe("one evaluation", () => {
  const run = (budget: number): Run => ({
    rule: { id: "none", functions: [], reads: [], sites: [], unknowns: [], cells: [] },
    name: "rule",
    unknowns: [],
    inputs: {},
    undefined: [],
    cut: FALSE,
    loops: "cut",
    free: [],
    sureUntil: undefined,
    goesOn: FALSE,
    budget,
    iterations: 0,
    openIterations: 0,
    allowed: Infinity,
    call: () => FALSE,
  });
  const five: Expr = { node: "const", type: "u64", value: 5n };
  const sum: Expr = { node: "binary", op: "add", type: "u64", left: five, right: five };

  it("is undefined only at a place that has a site: without one the parser knows that it never is", () => {
    const [one, path] = [run(9), { live: TRUE, locals: [variable("x", 64)], cells: [] }];
    const x: Expr = { node: "local", type: "u64", local: 0 };
    const quotient: Expr = { node: "divide", op: "div", type: "u64", left: five, right: x };
    evaluate(one, path, quotient);
    expect(one.undefined).toEqual([]);
    evaluate(one, path, { ...quotient, site: 3 });
    expect(one.undefined.map(({ site }) => site)).toEqual([3]);
  });

  it("is given up where it visits more expressions than its budget", () => {
    expect(evaluate(run(3), { live: TRUE, locals: [], cells: [] }, sum).value).toBe(10n);
    expect(thrownBy(() => evaluate(run(2), { live: TRUE, locals: [], cells: [] }, sum))).toBe(TOO_LONG);
  });

  it("has a budget of 200,000, which two nested loops can spend", () => {
    const nested = (rounds: number): Rule =>
      parsed(f(`u64 x = 0; for (int i = 0; i < ${rounds}; i++) { ${"x++; ".repeat(100)} } return x == offset;`));
    expect(words(ruleTerms(nested(300), free(), "rule").accepts)).toBe("(= #x0000000000007530 offset)");
    expect(thrownBy(() => ruleTerms(nested(900), free(), "rule"))).toBe(TOO_LONG);
  });
});
