/**
 * A rule's formulas against its machine code: the same outcome for every input tried, and the same place where C is
 * undefined. The solver's reading of the text is held against both.
 */

import { ACCEPTED, NO_END, REFUSED, UNDEFINED } from "../../../model/outcome.ts";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { CATALOGUE } from "../../../model/rule/catalogue/catalogue.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import type { ParameterName } from "../../../model/rule/parameters.ts";
import { PARAMETER_TYPE, PARAMETERS } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { WIDTH } from "../../../model/rule/tree.ts";
import type { Inputs } from "../../../props/prove/smt/expression.ts";
import { TOO_LONG } from "../../../props/prove/smt/expression.ts";
import type { RuleTerms } from "../../../props/prove/smt/rule.ts";
import { ruleTerms } from "../../../props/prove/smt/rule.ts";
import type { Z3 } from "../../../props/prove/smt/z3.ts";
import { openZ3 } from "../../support/z3.ts";
import type { Term } from "../../../props/prove/smt/term.ts";
import { bits, eq, not, or, variable } from "../../../props/prove/smt/term.ts";
import { smtText } from "../../../props/prove/smt/text.ts";
import { valuation } from "../../../props/prove/smt/value.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../../sim/c/parse.ts";
import { generated } from "../../support/c-generate.ts";

// A solver shares its machine with other tests: what ends is right, however late.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const SEED = 0x736d74;
const RANDOM_RULES = 300;
const VECTORS = 80;
/** The solver is asked about every so many rules, and about so many inputs of each. */
const EVERY = 10;
const ASKED = 3;

let grammar: Grammar;
let solver: Z3;
beforeAll(async () => {
  [grammar, solver] = await Promise.all([loadGrammar(), openZ3()]);
});

const free = (prefix: string): Inputs =>
  Object.fromEntries(PARAMETERS.map((name) => [name, variable(`${prefix}${name}`, WIDTH[PARAMETER_TYPE[name]])]));

const edgy = fc
  .oneof(
    fc.bigInt({ min: 0n, max: 5n }),
    fc.tuple(fc.integer({ min: 0, max: 63 }), fc.bigInt({ min: -2n, max: 2n })).map(([k, d]) => (1n << BigInt(k)) + d),
    fc
      .tuple(fc.integer({ min: 1, max: 64 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
      .map(([k, n]) => n >> BigInt(64 - k)),
    fc.integer({ min: 0, max: 4096 }).map((n) => BigInt(n) << 20n),
  )
  .map((n) => BigInt.asUintN(64, n));

type Vector = Partial<Record<ParameterName, bigint>>;

/** Whatever the rule reads: bit patterns that need not belong together; an order that is one. */
const vectors = (count: number): Vector[] =>
  fc
    .sample(fc.tuple(fc.tuple(...PARAMETERS.map(() => edgy)), fc.integer({ min: 0, max: 18 })), {
      seed: SEED,
      numRuns: count,
    })
    .map(([values, order]) => ({
      ...Object.fromEntries(PARAMETERS.map((name, at) => [name, values[at] ?? 0n])),
      order: BigInt(order),
      nr_pages: 1n << BigInt(order),
    }));

function parsed(text: string, id: string): Rule {
  const result = parseRules(grammar, text, { id });
  const rule = result.ok ? result.rules.at(-1) : undefined;
  if (rule === undefined) throw new Error(JSON.stringify(result));
  return rule;
}

/** The outcome for one input; undefined where a loop was cut. */
function outcomeOf(terms: RuleTerms, value: (t: Term) => bigint): number | undefined {
  const said = [terms.refuses, terms.accepts, terms.undefined, terms.cut].map((term) => value(term) === 1n);
  if (said[3] === true) return undefined;
  expect(said.filter(Boolean).length).toBe(1);
  return said[0] === true ? REFUSED : said[1] === true ? ACCEPTED : UNDEFINED;
}

interface Tally {
  compared: number;
  cut: number;
  asked: number;
  outcomes: number[];
}

function compare(rule: Rule, inputs: readonly Vector[], tally: Tally, isAsked: boolean): void {
  const evaluator = compileRule(rule);
  const terms = ruleTerms(rule, free(""), "rule");
  for (const vector of inputs) {
    const wanted = evaluator.bytes(vector);
    const value = valuation(new Map(Object.entries(vector)));
    const outcome = outcomeOf(terms, value);
    if (outcome === undefined || wanted === NO_END) {
      // What does not end was cut; what was cut may still have ended.
      if (wanted === NO_END && outcome !== undefined) throw new Error(`${rule.text}\ndoes not end, and was not cut`);
      tally.cut += 1;
      continue;
    }
    if (outcome !== wanted)
      throw new Error(`${rule.text}\n${wanted}, not ${outcome}: ${JSON.stringify(Object.values(vector).map(String))}`);
    tally.compared += 1;
    tally.outcomes[wanted] = (tally.outcomes[wanted] ?? 0) + 1;
    if (wanted !== UNDEFINED) continue;
    const met = terms.sites.find(({ when }) => value(when) === 1n);
    expect(rule.sites[met?.site ?? -1]).toEqual(evaluator.undefinedAt());
  }
  if (isAsked) ask(rule, inputs.slice(0, ASKED), tally);
}

/** Does the solver see another outcome for any of these inputs? */
function ask(rule: Rule, inputs: readonly Vector[], tally: Tally): void {
  const { bytes } = compileRule(rule);
  const names = free("");
  const terms = ruleTerms(rule, names, "rule");
  for (const vector of inputs) {
    const outcome = [terms.refuses, terms.accepts, terms.undefined][bytes(vector)];
    if (outcome === undefined) continue;
    const given = PARAMETERS.map((name): Term => {
      const term = names[name] ?? bits(64, 0);
      return eq(term, bits(term.width, vector[name] ?? 0n));
    });
    const said = solver.check(smtText([...given, not(or(outcome, terms.cut))]));
    if (said.answer !== "unsat") throw new Error(`${rule.text}\nthe solver reads it otherwise: ${said.answer}`);
    tally.asked += 1;
  }
}

const newTally = (): Tally => ({ compared: 0, cut: 0, asked: 0, outcomes: [0, 0, 0] });

describe("a rule's formulas", () => {
  it("are its machine code, for the whole catalogue", () => {
    const tally = newTally();
    for (const { id, text } of CATALOGUE) compare(parsed(text, `_${id}`), vectors(200), tally, true);
    expect(tally).toMatchObject({ compared: CATALOGUE.length * 200, cut: 0, asked: CATALOGUE.length * ASKED });
  });

  it("are its machine code, for random C", () => {
    const tally = newTally();
    const texts = fc.sample(generated, { seed: SEED, numRuns: RANDOM_RULES });
    let tooLong = 0;
    for (const [at, text] of texts.entries()) {
      try {
        compare(parsed(text(`f${at}`).rule, `f${at}`), vectors(VECTORS), tally, at % EVERY === 0);
      } catch (error) {
        if (error !== TOO_LONG) throw error;
        tooLong += 1;
      }
    }
    console.log(`random C: ${JSON.stringify({ ...tally, tooLong })}`);
    expect(tooLong).toBeLessThan(RANDOM_RULES / 20);
    expect(tally.compared).toBeGreaterThan((RANDOM_RULES * VECTORS * 9) / 10);
    for (const count of tally.outcomes) expect(count).toBeGreaterThan(100);
  });
});

const holdsFor = (text: string, term: (terms: RuleTerms) => Term): string =>
  solver.check(smtText([term(ruleTerms(parsed(text, "rule"), free(""), "rule"))])).answer;

const shifts = (guard: string): string =>
  `static bool f(u64 offset) { int n = 0; ${guard} while (!(offset & 1)) { offset >>= 1; n++; } return n > 3; }`;

describe("a loop", () => {
  it("that ends for every input within the unrolling is followed to its end", () => {
    expect(holdsFor(shifts("if (!offset) return true;"), ({ cut }) => cut)).toBe("unsat");
  });

  it("that some input never leaves is cut for that input", () => {
    expect(holdsFor(shifts(""), ({ cut }) => cut)).toBe("sat");
  });

  it("of a fixed length costs no open iterations", () => {
    const text = "static bool f(u64 offset) { int n = 0; for (int i = 0; i < 1000; i++) n += 2; return offset == n; }";
    expect(holdsFor(text, ({ cut }) => cut)).toBe("unsat");
    expect(holdsFor(text, ({ accepts }) => accepts)).toBe("sat");
  });

  it("that burns too much fuel is no end, for every input", () => {
    const text =
      "static bool f(u64 offset, u64 size) { while (true) { offset++; if (!size && size) break; } return offset; }";
    expect(holdsFor(text, ({ cut }) => not(cut))).toBe("unsat");
  });

  it("that makes the formula too large is given up", () => {
    const loops = "for (int i = 0; i < 60; i++) for (int j = 0; j < 60; j++)";
    const text = `static bool f(u64 offset) { ${loops} offset = offset * 3 + (offset ^ i) + (offset & j) + (offset | i) + (offset ^ j) * offset * offset * offset * offset * offset * offset * offset * offset * offset * offset * offset * offset * offset * offset; return offset; }`;
    let thrown: unknown;
    try {
      ruleTerms(parsed(text, "rule"), free(""), "rule");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(TOO_LONG);
  });
});
