/** Judging: the pieces handed out, progress shown, the state kept, scripts and queries written. No telling. */

import { join } from "node:path";
import type { Query } from "../../prove/question.ts";
import { lemmaTexts, REDUCTION } from "../../prove/reduction.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { ownBlocks, ownRuns } from "../../search/blocks.ts";
import type { Canary } from "../../judge/canary.ts";
import { checkCanary, enginesOf } from "../../judge/canary.ts";
import type { Asks, Concluded, Task, Work } from "../../judge/jobs/task.ts";
import { perform } from "../../judge/jobs/task.ts";
import type { Row, RowOutcome } from "../../judge/jobs/schedule.ts";
import { queriesOf, runRows } from "../../judge/jobs/schedule.ts";
import type { ContractJudgement } from "../../contract/judge.ts";
import type { Judged } from "../../judge/judge.ts";
import type { Judgement } from "../../judge/verdict.ts";
import { proves, solversOf } from "../../judge/verdict.ts";
import { judgeContracts } from "./contracts.ts";
import { writableDirectory, writeWhole } from "../terminal/files.ts";
import { UsageError } from "../terminal/io.ts";
import type { JudgeContext, Plan } from "./flags.ts";
import type { Report, ShardPart } from "../format/json.ts";
import { CONCLUSION_BLOCKS, executorFor, rowsOf, workOf } from "./work.ts";
import { progressOf } from "../terminal/progress.ts";
import { dropState, saveState, stateFile } from "./resume.ts";

/** A long judging is saved so often, in milliseconds. */
const SAVE_EVERY = 30_000;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** How far it is, from 0 to 1: by blocks and conclusions, or by time where that is what ends it. */
function shareOf(rows: readonly Row[], outcomes: readonly RowOutcome[], time: number, spent: number): number {
  const concluded = outcomes.filter((one) => one.concluded !== undefined).length;
  if (time !== Infinity) return Math.min(1, spent / time) * 0.95 + (0.05 * concluded) / rows.length;
  const total = sum(rows.map(({ plan }) => ownBlocks(plan) + CONCLUSION_BLOCKS));
  const done = sum(
    outcomes.map(({ hunt, concluded: end }, at) => {
      const row = rows[at];
      return end === undefined || row === undefined ? hunt.blocks : ownBlocks(row.plan) + CONCLUSION_BLOCKS;
    }),
  );
  return done / total;
}

/** A rule's verdicts; if its judging was ended early, its counterexamples by then, and how far the hunt came. */
async function judgedOf(
  work: Work,
  asks: Asks,
  rule: number,
  { hunt, settled, concluded }: RowOutcome,
): Promise<Judged | undefined> {
  if (concluded !== undefined) return concluded.judged;
  if (hunt.runs === 0 && settled === undefined) return undefined;
  const before = settled === undefined ? {} : { settled };
  const done = await perform(work, { task: "conclude", rule, engines: [], hunted: hunt, ...before }, asks);
  if (done.task !== "conclude") throw new Error(`unexpected task kind ${done.task}`);
  const { judgements } = done.judged;
  const isSettled = ({ verdict }: Judgement): boolean =>
    verdict === "refuted" || (settled !== undefined && (verdict === "proved" || verdict === "vacuous"));
  const open = judgements.map((one) => (isSettled(one) ? one : { ...one, inconclusive: "interrupted" }));
  return { ...done.judged, judgements: open };
}

/** Writes scripts of counterexamples, each rule's once. */
async function scriptWriter(out: string | false): Promise<{
  readonly write: (judged: Judged) => void;
  readonly filesOf: (judgement: Judgement) => readonly string[];
}> {
  if (out === false) return { write: () => undefined, filesOf: () => [] };
  const { writeScripts } = await import("./scripts.ts");
  const files = new Map<Judgement, readonly string[]>();
  return {
    write: ({ judgements }) => {
      for (const judgement of judgements) {
        const { counterexample } = judgement;
        if (counterexample === undefined || files.has(judgement)) continue;
        files.set(judgement, writeScripts(out, counterexample));
      }
    },
    filesOf: (judgement) => files.get(judgement) ?? [],
  };
}

function shardPart({ rules, options }: Plan, outcomes: readonly RowOutcome[]): { shard?: ShardPart } {
  const { shard } = options;
  if (shard === undefined) return {};
  const hunts = outcomes.flatMap(({ hunt }, at) => {
    const rule: Rule | undefined = rules[at];
    return rule === undefined ? [] : [{ rule: rule.id, runs: hunt.runs, witnesses: hunt.witnesses }];
  });
  return { shard: { of: shard.of, has: [shard.index + 1], hunts } };
}

const doing = (task: Task): string =>
  task.task === "hunt" ? `hunting, block ${task.stretch.from} on` : proves(task.engines) ? "proving" : "concluding";

function writeQueries(directory: string, concluded: readonly Pick<Concluded, "queries">[]): void {
  for (const { rule, claim, query } of concluded.flatMap(({ queries }) => queries)) {
    const words = query.name.startsWith(claim) ? [rule, query.name] : [rule, claim, query.name];
    const stem = words.join("-").replaceAll(/[^\w.-]+/g, "_");
    writeWhole(join(directory, `${stem}.smt2`), query.text);
  }
}

function writeContractQueries(directory: string, contract: string, queries: readonly Query[]): void {
  for (const { name, text } of queries) {
    writeWhole(join(directory, `${[contract, name].join("-").replaceAll(/[^\w.-]+/g, "_")}.smt2`), text);
  }
}

/** What every proof rests on, whatever the rule: one file a formula. */
function writeReduction(directory: string): void {
  const under = join(directory, "reduction");
  writableDirectory(under);
  for (const lemma of REDUCTION) {
    for (const [at, text] of lemmaTexts(lemma).entries()) writeWhole(join(under, `${lemma.name}-${at}.smt2`), text);
  }
}

/** Do what was planned. Ended early it says so, saves how far it came, and reports what was found by then. */
export async function runPlan(plan: Plan, context: JudgeContext): Promise<Report> {
  const { io, version, book } = context;
  const { out, options, asked, time, smt2, certificate } = plan;
  const resumed =
    plan.resume && out !== false ? (await import("./resume-read.ts")).loadState(out, plan, context) : undefined;
  for (const directory of [out, smt2, certificate]) if (typeof directory === "string") writableDirectory(directory);
  const rows = rowsOf(plan, context, resumed);
  const work = workOf(plan);
  const executor = await executorFor(plan, work, rows, context);
  const started = io.now() - (resumed?.spent ?? 0);
  const spent = (): number => io.now() - started;
  const progress = progressOf(io);
  let saved = io.now();
  const scripts = await scriptWriter(out);
  let notWritten: UsageError | undefined;
  const unlessFull = (write: () => void): void => {
    if (notWritten !== undefined) return;
    try {
      write();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      notWritten = error;
    }
  };
  const onDone = (outcomes: readonly RowOutcome[]): void => {
    // At once, while threads judge on: what was found is not lost if the rest goes wrong.
    for (const { concluded } of outcomes)
      if (concluded !== undefined) unlessFull(() => scripts.write(concluded.judged));
    const judged = outcomes.filter(({ concluded }) => concluded !== undefined).length;
    const runs = sum(outcomes.map(({ hunt }) => hunt.runs));
    const total = time === Infinity ? ` of ${sum(rows.map((row) => ownRuns(row.plan)))}` : "";
    progress.done(shareOf(rows, outcomes, time, spent()), `${judged}/${rows.length} rules, ${runs}${total} runs`);
    if (out === false || io.now() - saved < SAVE_EVERY) return;
    saved = io.now();
    unlessFull(() => saveState(out, plan, context, outcomes, spent()));
  };
  let outcomes: readonly RowOutcome[];
  try {
    outcomes = await runRows(rows, executor, {
      inTurns: time !== Infinity,
      timeIsUp: () => spent() > time,
      interrupted: io.interrupted,
      onStart: (at, task) => progress.tell(plan.rules[at]?.id ?? "", doing(task)),
      onDone,
    });
  } finally {
    progress.end();
    await executor.close();
  }
  const isCut = io.interrupted() && outcomes.some(({ concluded }) => concluded === undefined);
  if (out !== false && isCut) {
    unlessFull(() => {
      saveState(out, plan, context, outcomes, spent());
      io.err(`saved in ${stateFile(out)}: the same command with --resume goes on from there\n`);
    });
  } else if (out !== false) {
    dropState(out);
  }
  const prover = (): ReturnType<JudgeContext["prover"]> => context.prover(solversOf(options.engines));
  const all = await Promise.all(outcomes.map((one, at) => judgedOf(work, { ruleById: book.byId, prover }, at, one)));
  const judged = all.filter((one) => one !== undefined);
  const { setting, seed, claims } = options;
  const contracts = await judgeContracts(plan, prover, io, book);
  const interrupted = isCut || contracts.length < plan.contracts.length;
  const falling = { orders: setting.orders, engines: enginesOf([...judged, ...contracts]), claims, seed, prover };
  const canary: Canary = await checkCanary(book.canaryWorld, falling);
  if (smt2 !== undefined) {
    unlessFull(() => writeQueries(smt2, [{ queries: queriesOf(outcomes) }]));
    for (const { contract, queries } of contracts) unlessFull(() => writeContractQueries(smt2, contract.id, queries));
    unlessFull(() => writeReduction(smt2));
  }
  for (const one of judged) unlessFull(() => scripts.write(one));
  const contractFiles = new Map<ContractJudgement, readonly string[]>();
  if (out !== false && contracts.some(({ judgements }) => judgements.some(({ finding }) => finding))) {
    const { writeContractScripts } = await import("./scripts.ts");
    for (const judgement of contracts.flatMap(({ judgements }) => judgements)) {
      const { finding } = judgement;
      if (finding) unlessFull(() => contractFiles.set(judgement, writeContractScripts(out, finding)));
    }
  }
  let certificateOf: Report["certificateOf"];
  if (certificate !== undefined) {
    const { writeCertificates } = await import("./certificates.ts");
    unlessFull(() => (certificateOf = writeCertificates(certificate, version, judged, options, contracts)));
  }
  return {
    version,
    contracts,
    seed: options.seed,
    setting: options.setting,
    asked,
    canary,
    judged,
    ...shardPart(plan, outcomes),
    interrupted,
    ...(notWritten === undefined ? {} : { notWritten }),
    filesOf: scripts.filesOf,
    filesOfContract: (judgement) => contractFiles.get(judgement) ?? [],
    ...(certificateOf === undefined ? {} : { certificateOf }),
  };
}
