/**
 * All that the prover asks, asked again of solvers that share nothing with it. Started by solvers.mjs, which compiles it.
 *
 *   node test/tools/solvers.mjs [--rules 2000] [--seed 1] [--no-catalogue] [--solver 'z3 -t:20000']…
 *
 * A solver is a command that takes a file of SMT-LIB text as its last word. Each query is a process of its own.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { x86_64 } from "../../model/arch.ts";
import { CLAIM_NAMES } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { claimsOf, rulesOf } from "../../props/judge/context.ts";
import { judgeRule } from "../../props/judge/judge.ts";
import { openRulebook } from "../../props/judge/rulebook.ts";
import type { Query } from "../../props/prove/question.ts";
import { openProver } from "../../props/prove/prover.ts";
import { lemmaTexts, REDUCTION } from "../../props/prove/reduction.ts";
import type { Setting } from "../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import { proposals } from "../support/agree-rules.ts";

const { values } = parseArgs({
  options: {
    rules: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    solver: {
      type: "string",
      multiple: true,
      default: ["z3 -t:20000", "cvc5 --bitblast=eager --bv-sat-solver=cadical --tlimit-per=20000"],
    },
    "no-catalogue": { type: "boolean", default: false },
  },
});

type Answer = "sat" | "unsat";

/** Each text once, with what the prover's own solver said. */
const asked = new Map<string, Answer>();
let unknown = 0;
const failures: string[] = [];

const [book, prover] = await Promise.all([openRulebook(), openProver()]);
const start = performance.now();
const seconds = (): string => ((performance.now() - start) / 1000).toFixed(0);

const note = ({ text, answer }: Query): void => {
  if (answer === "unknown") unknown++;
  else asked.set(text, answer);
};

/** All that judging asks, smaller counterexamples included. */
async function judge(rule: Rule): Promise<void> {
  await judgeRule(rule, {
    setting: DEFAULT_SETTING,
    claims: claimsOf(rule, CLAIM_NAMES),
    engines: ["prove"],
    seed: 1,
    numRuns: 0,
    ruleById: book.byId,
    prover: () => Promise.resolve(prover),
    onQuery: (_, __, query) => note(query),
  });
}

/** Whether each claim holds. */
async function prove(rule: Rule, setting: Setting): Promise<void> {
  const question = { rules: rulesOf(rule, { setting, ruleById: book.byId }), setting, arch: x86_64 };
  for (const claim of claimsOf(rule, CLAIM_NAMES)) (await prover.prove(question, claim)).queries.forEach(note); // oxlint-disable-line no-await-in-loop -- one after the other
}

/** Settings in which the catalogue is judged. */
const SETTINGS: readonly Setting[] = [
  [0, 9, 18],
  [0, 9],
].flatMap((orders) =>
  (["any", "before-bind", "never"] as const).map((resize) => ({ ...DEFAULT_SETTING, orders, resize })),
);

if (!values["no-catalogue"]) {
  for (const lemma of REDUCTION) for (const text of lemmaTexts(lemma)) asked.set(text, lemma.expected);
  for (const rule of book.all) {
    await judge(rule); // oxlint-disable-line no-await-in-loop -- one after the other
    for (const setting of SETTINGS) await prove(rule, setting); // oxlint-disable-line no-await-in-loop -- one after the other
  }
}
console.log(`catalogue: ${asked.size} queries, ${seconds()} s`);

let unread = 0;
for (const [at, { kind, text }] of proposals(Number(values.seed), Number(values.rules)).entries()) {
  const parsed = book.parse(text, { id: `random_${at}`, kind });
  const rule = parsed.ok ? parsed.rules.at(-1) : undefined;
  if (rule === undefined) unread++;
  else await prove(rule, DEFAULT_SETTING); // oxlint-disable-line no-await-in-loop -- one after the other
  if (at % 100 === 99) console.error(`${at + 1} of ${values.rules} rules, ${asked.size} queries, ${seconds()} s`);
}
await prover.close();

const queries = [...asked];
const sat = queries.filter(([, answer]) => answer === "sat").length;
console.log(
  `with ${values.rules} random rules (seed ${values.seed}, not read: ${unread}): ${queries.length} queries, ${sat} sat, ${queries.length - sat} unsat, ${unknown} unknown and not asked again; ${seconds()} s`,
);

const folder = mkdtempSync(join(tmpdir(), "foliofence-solvers-"));

/** What a solver says of a query. */
function answerOf(command: readonly string[], text: string): string {
  const file = join(folder, "query.smt2");
  writeFileSync(file, text);
  const [program = "", ...words] = command;
  const { stdout, error } = spawnSync(program, [...words, file], { encoding: "utf8" });
  if (error !== undefined) throw error;
  return stdout.trim();
}

let solvers = 0;
for (const solver of values.solver) {
  const command = solver.split(" ");
  const version = spawnSync(command[0] ?? "", ["--version"], { encoding: "utf8" });
  if (version.error !== undefined) {
    console.log(`${command[0]} is not installed`);
    continue;
  }
  solvers++;
  const from = performance.now();
  let late = 0;
  let wrong = 0;
  for (const [at, [text, answer]] of queries.entries()) {
    if (at % 1000 === 999) console.error(`${command[0]}: ${at + 1} of ${queries.length} queries`);
    const said = answerOf(command, text);
    if (said === answer) continue;
    if (said === "unknown" || said === "timeout" || said.includes("interrupted by timeout")) {
      late++;
      continue;
    }
    wrong++;
    failures.push(`ours ${answer}, ${command[0]} ${said}\n${text}`);
  }
  const took = ((performance.now() - from) / 1000).toFixed(0);
  console.log(
    `${version.stdout.split("\n")[0]}: ${queries.length - late} queries answered, ${wrong} differences, ${late} too late; ${took} s`,
  );
}
rmSync(folder, { recursive: true });

for (const failure of failures.slice(0, 20)) console.log(`\n${failure}`);
// That nobody was asked is no agreement.
if (solvers === 0) process.exitCode = 2;
if (failures.length > 0) process.exitCode = 5;
