/**
 * The evaluator against a C compiler: what gcc computes, we compute, bit for bit, and what is undefined there is
 * found undefined here.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileRule } from "../model/rule/evaluate.ts";
import type { ParameterName } from "../model/rule/parameters.ts";
import type { Rule } from "../model/rule/tree.ts";
import { type Grammar, loadGrammar } from "../sim/c/grammar.ts";
import { parseRules } from "../sim/c/parse.ts";
import { toJavaScript } from "../sim/c/to-javascript.ts";
import { generated, PARAMETERS, type Spelt } from "./c-generate.ts";
import { main, PRELUDE, VECTOR } from "./c-prelude.ts";

const SEED = 0x6b766d;
const FUNCTIONS = 510;
const VECTORS = 2000;
const JAVASCRIPT_VECTORS = 60;

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

const vectors = (count: number): bigint[][] =>
  fc.sample(fc.tuple(...VECTOR.map(() => edgy)), { seed: SEED, numRuns: count });

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

const named = (vector: readonly bigint[]): Partial<Record<ParameterName, bigint>> =>
  Object.fromEntries(VECTOR.map((name, i) => [name, vector[i] ?? 0n]));

type Tally = { evaluations: number; differences: string[]; outcomes: number[] };

function differences(rules: readonly Rule[], inputs: readonly (readonly bigint[])[], expected: Uint8Array): Tally {
  const tally: Tally = { evaluations: 0, differences: [], outcomes: [0, 0, 0, 0] };
  const records = inputs.map(named);
  const found = new Map<Rule, string>();
  for (const [i, rule] of rules.entries()) {
    const { bytes } = compileRule(rule);
    for (const [j, record] of records.entries()) {
      const outcome = bytes(record);
      const wanted = expected[i * inputs.length + j];
      tally.evaluations += 1;
      tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
      if (outcome !== wanted) found.set(rule, `${rule.text}\nC ${wanted}, here ${outcome}: ${show(record)}`);
    }
  }
  tally.differences.push(...shortest([...found.values()]));
  return tally;
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
  it("agrees on random functions", { timeout: 60_000 }, () => {
    const functions = fc.sample(generated, { seed: SEED, numRuns: FUNCTIONS }).map((make, i): Spelt => make(`f${i}`));
    const inputs = vectors(VECTORS);
    const at = (name: string): string => `v[${VECTOR.findIndex((each) => each === name)}]`;
    const calls = functions.map((_, i) => `f${i}(${PARAMETERS.map(at).join(", ")}, ${at("userspace_addr")})`);
    const text = [PRELUDE, ...functions.map((each) => each.checked), main(calls)].join("\n");
    const expected = compileAndRun(text, inputs);
    const rules = functions.map((each) => parsed(each.rule));

    const tally = differences(rules, inputs, expected);
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
});
