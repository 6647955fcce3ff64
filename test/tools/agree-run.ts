/**
 * The engines on the whole catalogue and many random rules, in every setting. Started by agree-run.mjs, which compiles it.
 *
 *   node test/tools/agree-run.mjs [--rules 500] [--first 0] [--seed N] [--runs 3000] [--no-catalogue] [--several FILE]
 *     [--smt2 DIR [--every 20] [--z3 /usr/bin/z3]]
 *
 * --several writes every cell whose counterexamples differ; the terminal gets the first 20.
 */

import { CLAIM_NAMES } from "../../model/claim.ts";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { claimsOf } from "../../props/judge/context.ts";
import { openProver } from "../../props/prove/prover.ts";
import { openRulebook } from "../../props/judge/rulebook.ts";
import type { Setting } from "../../sim/setting.ts";
import { DEFAULT_SETTING, orderText } from "../../sim/setting.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { askEngines } from "../support/agree-engines.ts";
import type { Proposed } from "../support/agree-rules.ts";
import { proposals } from "../support/agree-rules.ts";

const { values } = parseArgs({
  options: {
    rules: { type: "string", default: "500" },
    first: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "3000" },
    several: { type: "string" },
    smt2: { type: "string" },
    every: { type: "string", default: "20" },
    z3: { type: "string" },
    "no-catalogue": { type: "boolean", default: false },
  },
});
const first = Number(values.first);
const count = Number(values.rules);
const seed = Number(values.seed);
const numRuns = Number(values.runs);

const SETTINGS: readonly Setting[] = [
  [0, 9],
  [0, 9, 18],
].flatMap((orders) => (["any", "never"] as const).map((resize) => ({ ...DEFAULT_SETTING, orders, resize })));

const [book, prover] = await Promise.all([openRulebook(), openProver()]);
let unread = 0;
function read({ kind, text }: Proposed, at: number): Rule[] {
  const parsed = book.parse(text, { id: `random_${at}`, kind });
  if (!parsed.ok) {
    unread++;
    console.error(`not read: ${parsed.error.message}\n${text}`);
  }
  return parsed.ok ? parsed.rules.slice(-1) : [];
}
const random = proposals(seed, first + count)
  .slice(first)
  .flatMap((rule, at) => read(rule, first + at));
const rules = [...(values["no-catalogue"] ? [] : book.all), ...random];

const total = { cells: 0, unknown: 0, shared: 0, queries: 0 };
const tally: Record<string, number> = {};
const spent = { hunt: 0, exhaust: 0, prove: 0 };
const slowest = { hunt: 0, exhaust: 0, prove: 0 };
const contradictions: string[] = [];
const several: string[] = [];
const failures: string[] = [];
const start = performance.now();
const saved = new Set<string>();

for (const [at, rule] of rules.entries()) {
  for (const setting of SETTINGS) {
    const name = `${rule.id} ${setting.orders.map(orderText).join(",")} ${setting.resize}`;
    try {
      const came = await askEngines({ book, prover }, rule, {
        setting,
        claims: claimsOf(rule, CLAIM_NAMES),
        seed,
        numRuns,
        onQuery: ({ text, answer }) => {
          total.queries++;
          if (
            values.smt2 === undefined ||
            answer === "unknown" ||
            total.queries % Number(values.every) !== 0 ||
            saved.has(text)
          )
            return;
          mkdirSync(values.smt2, { recursive: true });
          writeFileSync(
            join(
              values.smt2,
              `${String(first).padStart(4, "0")}-${String(saved.size).padStart(6, "0")}-${answer}.smt2`,
            ),
            text,
          );
          saved.add(text);
        },
      });
      total.cells += came.cells;
      total.unknown += came.unknown;
      total.shared += came.shared;
      contradictions.push(...came.contradictions);
      several.push(...came.several);
      for (const [words, n] of Object.entries(came.tally)) tally[words] = (tally[words] ?? 0) + n;
      for (const engine of ["hunt", "exhaust", "prove"] as const) {
        const took = came.milliseconds[engine];
        spent[engine] += took;
        if (took > slowest[engine]) {
          slowest[engine] = took;
          if (took > 5000) console.error(`slow: ${engine} took ${Math.round(took)} ms on ${name}\n${rule.text}`);
        }
      }
    } catch (error) {
      failures.push(`${name}: ${String(error)}\n${rule.text}`);
    }
  }
  if (at % 10 === 9)
    console.error(`${at + 1} of ${rules.length} rules, ${Math.round((performance.now() - start) / 1000)} s`);
}
await prover.close();

/** Each saved query, asked again of another build of the solver: what it said, against what is in the file's name. */
function recheck(z3: string, folder: string): void {
  const files = readdirSync(folder).filter((name) => name.endsWith(".smt2"));
  const wrong: string[] = [];
  let late = 0;
  for (const name of files) {
    const { stdout } = spawnSync(z3, ["-T:120", join(folder, name)], { encoding: "utf8" });
    const said = stdout.trim();
    if (said === "timeout") late++;
    else if (!name.endsWith(`-${said}.smt2`)) wrong.push(`${name}: ${said}`);
  }
  const version = spawnSync(z3, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`re-checked by ${version}: ${files.length} queries, ${wrong.length} differences, ${late} too late`);
  failures.push(...wrong);
}

const part = (title: string, lines: readonly string[]): void => {
  console.log(`\n${title}: ${lines.length}`);
  for (const line of lines.slice(0, 20)) console.log(line);
};
console.log(
  `rules tried: ${rules.length}, of which random: ${random.length} (seed ${seed}, from number ${first}), not read: ${unread}`,
);
console.log(`settings: ${SETTINGS.length}, cells: ${total.cells}, queries: ${total.queries}, saved: ${saved.size}`);
for (const [words, n] of Object.entries(tally).toSorted(([, a], [, b]) => b - a)) console.log(`  ${n} x ${words}`);
console.log(`unknown to the solver: ${total.unknown}`);
console.log(`cells refuted by several engines: ${total.shared}`);
const seconds = (of: typeof spent): string =>
  Object.entries(of)
    .map(([engine, took]) => `${engine} ${(took / 1000).toFixed(1)} s`)
    .join(", ");
console.log(
  `time: ${((performance.now() - start) / 1000).toFixed(0)} s (${seconds(spent)}); slowest rule: ${seconds(slowest)}`,
);
if (values.smt2 !== undefined && values.z3 !== undefined) recheck(values.z3, values.smt2);
if (values.several !== undefined) writeFileSync(values.several, several.map((cell) => `${cell}\n\n`).join(""));
part("cells whose counterexamples differ", several);
part("failures", failures);
part("contradictions", contradictions);
process.exitCode = contradictions.length + failures.length > 0 ? 5 : 0;
