/**
 * The evaluator against a C compiler: what gcc computes, we compute, bit for bit, and what is undefined there is
 * found undefined here.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../model/rule/catalogue/catalogue.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import type { ParameterName } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { parseRules } from "../../../sim/c/parse.ts";
import { toJavaScript } from "../../../sim/script/mjs/rule.ts";
import { generated, PARAMETERS, type Spelt } from "../../support/c-generate.ts";
import { main, PRELUDE, VECTOR } from "../../support/c-prelude.ts";

const SEED = 0x6b766d;
const FUNCTIONS = 510;
const VECTORS = 2000;
const JAVASCRIPT_VECTORS = 60;
const CATALOGUE_VECTORS = 10_000;

/** As many times a million evaluations, of other functions each time. */
const ROUNDS = Array.from({ length: Number(process.env["FOLIOFENCE_ROUNDS"] ?? 1) }, (_, round) => round);

const CC = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
if (CC === undefined) console.log("c-differential: skipped, there is no C compiler (cc, gcc, clang) on this machine");

let grammar: Grammar;
let folder: string;

beforeAll(async () => {
  grammar = await loadGrammar();
  folder = mkdtempSync(join(tmpdir(), "foliofence-c-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A u64, where integers go wrong: around powers of two, sign changes, page sizes. */
const edgy = fc
  .oneof(
    { arbitrary: fc.bigInt({ min: 0n, max: 5n }), weight: 2 },
    {
      arbitrary: fc
        .tuple(fc.integer({ min: 0, max: 63 }), fc.bigInt({ min: -2n, max: 2n }))
        .map(([k, d]) => (1n << BigInt(k)) + d),
      weight: 4,
    },
    { arbitrary: fc.bigInt({ min: -4n, max: -1n }), weight: 1 },
    {
      arbitrary: fc
        .tuple(fc.integer({ min: 1, max: 64 }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }))
        .map(([k, n]) => n >> BigInt(64 - k)),
      weight: 4,
    },
    { arbitrary: fc.integer({ min: 0, max: 4096 }).map((n) => BigInt(n) << 20n), weight: 2 },
  )
  .map((n) => BigInt.asUintN(64, n));

const vectors = (count: number, seed = SEED): bigint[][] =>
  fc.sample(fc.tuple(...VECTOR.map(() => edgy)), { seed, numRuns: count });

function compileAndRun(text: string, inputs: readonly (readonly bigint[])[]): Uint8Array {
  writeFileSync(join(folder, "all.c"), text);
  const flags = ["-std=gnu11", "-O0", "-fwrapv", "-fno-strict-aliasing", "-w", "-o", "all", "all.c"];
  execFileSync(CC ?? "cc", flags, { cwd: folder });
  writeFileSync(join(folder, "vectors"), BigUint64Array.from(inputs.flat()));
  return execFileSync(join(folder, "all"), [join(folder, "vectors")], { maxBuffer: 1 << 28 });
}

function parsed(text: string, options: Parameters<typeof parseRules>[2] = {}): Rule {
  const result = parseRules(grammar, text, options);
  if (!result.ok) throw new Error(`${JSON.stringify(result.error)}\n${text}`);
  const rule = result.rules.at(-1);
  if (!rule) throw new Error("no rule");
  return rule;
}

function named(vector: readonly bigint[]): Partial<Record<ParameterName, bigint>> {
  const values = Object.fromEntries(VECTOR.map((name, i) => [name, vector[i] ?? 0n]));
  const [pgoff = 0n, extra = 0n] = [values["pgoff"], values["userspace_addr"]];
  return {
    ...values,
    folio_size: extra,
    index: pgoff + extra,
    order: extra,
    nr_pages: 1n << (extra & 63n),
    ugfn: extra >> 12n,
  };
}

type Tally = {
  readonly differences: readonly string[];
  readonly evaluations: number;
  /** How often each outcome was met. */
  readonly outcomes: readonly number[];
  /** Rules that came to the same on every input. */
  readonly constant: readonly string[];
};

function compare(rules: readonly Rule[], inputs: readonly (readonly bigint[])[], expected: Uint8Array): Tally {
  const records = inputs.map(named);
  const wrong = new Map<Rule, string>();
  const outcomes = [0, 0, 0, 0];
  const constant: string[] = [];
  for (const [i, rule] of rules.entries()) {
    const { bytes } = compileRule(rule);
    const met = [0, 0, 0, 0];
    for (const [j, record] of records.entries()) {
      const outcome = bytes(record);
      const wanted = expected[i * inputs.length + j];
      met[outcome] = (met[outcome] ?? 0) + 1;
      if (outcome !== wanted) wrong.set(rule, `${rule.text}\nC ${wanted}, here ${outcome}: ${show(record)}`);
    }
    for (const [outcome, count] of met.entries()) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    if (met.includes(inputs.length)) constant.push(rule.id);
  }
  return { differences: shortest([...wrong.values()]), evaluations: rules.length * inputs.length, outcomes, constant };
}

/** The shortest text is the easiest to look into. */
const shortest = (list: readonly string[]): string[] => list.toSorted((a, b) => a.length - b.length).slice(0, 2);

const show = (record: object): string =>
  Object.entries(record)
    .map(([name, value]) => `${name}=0x${BigInt(value).toString(16)}`)
    .join(" ");

/** The same rules as JavaScript text, run by a Node that knows nothing of us. */
function inJavaScript(rules: readonly Rule[], inputs: readonly (readonly bigint[])[]): Uint8Array {
  const script = `import { readFileSync, writeSync } from "node:fs";
${rules.map((rule, i) => toJavaScript(rule, `rule${i}`)).join("\n")}
const words = new BigUint64Array(new Uint8Array(readFileSync(process.argv[2])).buffer);
const out = [];
const outcome = (rule, reads) => {
  try { const value = rule(reads); if (typeof value !== "boolean") throw new TypeError("no bool"); return value ? 1 : 0; }
  catch (error) { if (error.constructor !== Error) throw error; return error.message.startsWith("undefined in C") ? 2 : 3; }
};
for (const rule of [${rules.map((_, i) => `rule${i}`).join(", ")}])
  for (let at = 0; at < words.length; at += ${VECTOR.length})
    out.push(outcome(rule, { ${VECTOR.map((name, i) => `${name}: ${name === "i_size" ? `BigInt.asIntN(64, words[at + ${i}])` : `words[at + ${i}]`}`).join(", ")} }));
writeSync(1, Uint8Array.from(out));
`;
  writeFileSync(join(folder, "rules.mjs"), script);
  writeFileSync(join(folder, "words"), BigUint64Array.from(inputs.flat()));
  return execFileSync(process.execPath, [join(folder, "rules.mjs"), join(folder, "words")], { maxBuffer: 1 << 28 });
}

describe.skipIf(CC === undefined)("the evaluator against a C compiler", () => {
  it.each(ROUNDS)("agrees on random functions, round %i", { timeout: 60_000 }, (round) => {
    const functions = fc
      .sample(generated, { seed: SEED + round, numRuns: FUNCTIONS })
      .map((make, i): Spelt => make(`f${i}`));
    const inputs = vectors(VECTORS, SEED + round);
    const calls = functions.map(
      (_, i) => `f${i}(${PARAMETERS.map(argument).join(", ")}, ${argument("userspace_addr")})`,
    );
    const text = [PRELUDE, ...functions.map((each) => each.checked), main(calls)].join("\n");
    const expected = compileAndRun(text, inputs);
    const rules = functions.map((each) => parsed(each.rule));

    const tally = compare(rules, inputs, expected);
    expect(tally.differences).toEqual([]);
    expect(tally.evaluations).toBeGreaterThanOrEqual(1_000_000);
    // No outcome is so rare that agreement would mean nothing.
    const [rejects = 0, accepts = 0, undefineds = 0, endless = 0] = tally.outcomes;
    expect(Math.min(rejects, accepts, undefineds)).toBeGreaterThan(tally.evaluations / 20);
    expect(endless).toBe(0);

    const few = inputs.slice(0, JAVASCRIPT_VECTORS);
    const found = inJavaScript(rules, few);
    const wrong = rules.flatMap((rule, i) =>
      few.flatMap((vector, j) => {
        const [wanted, got] = [expected[i * inputs.length + j], found[i * few.length + j]];
        return wanted === got ? [] : [`C ${wanted}, JavaScript ${got}: ${show(named(vector))}\n${rule.text}`];
      }),
    );
    expect(shortest(wrong)).toEqual([]);
  });

  it("agrees on every rule of the catalogue", { timeout: 60_000 }, () => {
    const inputs = vectors(CATALOGUE_VECTORS);
    const rules = CATALOGUE.map(({ id, kind, text }) => parsed(text, { id, kind }));
    const texts = rules.map((rule, i) => inC(rule, i));
    const text = [PRELUDE, ...texts.map((each) => each.text), main(texts.map((each) => each.call))].join("\n");
    const tally = compare(rules, inputs, compileAndRun(text, inputs));
    expect(tally.differences).toEqual([]);
    expect(tally.outcomes[2]).toBe(0);
    // Each rule both accepted and refused, but for the one that cannot refuse.
    expect(tally.constant).toEqual(["folio_order"]);
  });
});

/** A rule's C under names of its own, and a call of it with what its parameters are called. */
function inC(rule: Rule, i: number): { readonly text: string; readonly call: string } {
  const names = rule.functions.map((each) => each.name);
  const text = names.reduce((all, name) => all.replaceAll(new RegExp(`\\b${name}\\b`, "g"), `${name}_${i}`), rule.text);
  const entry = names.at(-1) ?? "";
  const takes = new RegExp(`\\b${entry}\\(([^)]*)\\)`).exec(rule.text)?.[1] ?? "";
  const args = takes.split(",").map((each) => argument(/(\w+)$/.exec(each.trim())?.[1] ?? ""));
  return {
    text: text.replaceAll(/^#define (\w+)/gm, "#undef $1\n#define $1"),
    call: `${entry}_${i}(${args.join(", ")})`,
  };
}

/** map and level parameters have no place in a vector: they are made of what is there. */
const MADE: Readonly<Record<string, string>> = {
  folio_size: "v[3]",
  index: "v[5] + v[3]",
  order: "(int)v[3]",
  nr_pages: "1ULL << (v[3] & 63)",
  ugfn: "v[3] >> 12",
  slot: "&(struct kvm_memory_slot){ v[4], v[6], { v[5] } }",
};
const argument = (name: string): string => MADE[name] ?? `v[${VECTOR.findIndex((each) => each === name)}]`;
