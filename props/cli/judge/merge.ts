/**
 * `foliofence merge`: results of shards become the result of the whole. Runs and witnesses add up, a counterexample
 * beats everything, proofs carry over. When every shard is there, the bytes are those that one judging without shards
 * would have given, unless every claim fell: then each shard stopped by itself, and ran more than one would have.
 */

import { firstMet, sumWitnesses } from "../../search/blocks.ts";
import { compareOps } from "../../../sim/op-order.ts";
import { isNeverMet, sampled } from "../../judge/passed.ts";
import { unmet } from "../../claims/sometimes.ts";
import type { Witnesses } from "../../claims/sometimes.ts";
import type { Judgement } from "../../judge/verdict.ts";
import { codeOf, formatFrom, tellReport } from "../format/format.ts";
import type { Io } from "../terminal/io.ts";
import { EXIT, UsageError } from "../terminal/io.ts";
import { tellText } from "./command.ts";
import type { JudgeContext } from "./flags.ts";
import type { Report, ShardHunt } from "../format/json.ts";
import { settingJson } from "../format/json.ts";
import type { ReadReport } from "./merge-read.ts";
import { readReport } from "./merge-read.ts";

export interface MergeFlags {
  readonly format?: string;
  readonly json?: boolean;
}

const least = (words: readonly string[]): string | undefined => words.toSorted()[0];

/** The judgement that told its finding first, and the smallest finding: by order of engines, then of runs. */
function mergedRefutation(refuted: readonly Judgement[], witnesses: Witnesses): Judgement {
  const smallest = refuted.reduce((a, b) => {
    const [one, other] = [a.counterexample?.ops ?? [], b.counterexample?.ops ?? []];
    return compareOps(other, one) < 0 ? b : a;
  });
  const engines = (["hunt", "exhaust", "prove", "z3"] as const).map((engine) =>
    refuted.filter((one) => one.engine === engine),
  );
  const [first = smallest, ...others] = engines.find((found) => found.length > 0) ?? [];
  const earliest = others.reduce((a, b) => ((b.runs ?? Infinity) < (a.runs ?? Infinity) ? b : a), first);
  const counterexample = smallest.counterexample;
  if (counterexample === undefined) throw new Error("a refutation without a counterexample");
  return { ...earliest, ...(earliest.engine === "exhaust" ? {} : { witnesses }), counterexample };
}

/** One claim's judgements in all the shards, as one. `hunt` is what the hunts came to together. */
function merged(all: readonly Judgement[], hunt: ShardHunt, orders: readonly number[]): Judgement {
  const { witnesses, runs } = hunt;
  const refuted = all.filter(({ verdict }) => verdict === "refuted");
  if (refuted.length > 0) return mergedRefutation(refuted, witnesses);
  const proof = all.find(({ engine }) => engine === "prove" || engine === "z3");
  if (proof !== undefined) return { ...proof, witnesses };
  const exhausted = all.find(({ engine }) => engine === "exhaust");
  if (exhausted !== undefined) return exhausted;
  const [first] = all;
  if (first === undefined) throw new Error("a claim that no shard judged");
  // What one shard never met another may have.
  const why = least(
    all.flatMap(({ inconclusive = "" }) => (inconclusive === "" || isNeverMet(inconclusive) ? [] : inconclusive)),
  );
  const base = { rule: first.rule, claim: first.claim, engine: first.engine, runs, witnesses };
  return sampled(base, unmet(first.claim, orders, witnesses), why);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const rulesIn = ({ judged }: Report): unknown => judged.map(({ rule }) => [rule.id, rule.kind, rule.text]);

/** Files of one judging, or a line that says why not. */
function compatible(files: readonly ReadReport[]): void {
  const [first] = files;
  if (first === undefined) throw new UsageError("merge: name at least one file");
  const seen = new Map<number, string>();
  for (const { file, report } of files) {
    const { report: one } = first;
    const differs = (what: string): never => {
      throw new UsageError(`${file}: not of the same judging as ${first.file}: another ${what}`);
    };
    if (report.version !== one.version) differs("version of foliofence");
    if (report.seed !== one.seed) differs("seed");
    if (!same(settingJson(report.setting), settingJson(one.setting))) differs("setting");
    if (!same(report.asked, one.asked)) differs("choice of claims, engines, runs or bound");
    if (!same(rulesIn(report), rulesIn(one))) differs("list of rules");
    if (report.canary !== one.canary) differs("canary");
    if (report.shard === undefined) throw new UsageError(`${file}: not the result of one shard: nothing to merge`);
    if (report.shard.of !== one.shard?.of) differs("number of shards");
    for (const shard of report.shard.has) {
      const before = seen.get(shard);
      if (before !== undefined) throw new UsageError(`${file}: shard ${shard} is in ${before} too`);
      seen.set(shard, file);
    }
  }
}

/** The files of a counterexample: of the shards that wrote it, those that come first by name. */
function writtenFor(
  { counterexample }: Judgement,
  told: readonly { readonly judgement: Judgement; readonly written: readonly string[] }[],
): readonly string[] {
  const lists = told.flatMap(({ judgement, written }) =>
    counterexample !== undefined && judgement.counterexample?.id === counterexample.id && written.length > 0
      ? [written]
      : [],
  );
  return lists.toSorted((a, b) => (a.join("\n") < b.join("\n") ? -1 : 1))[0] ?? [];
}

const ascending = (a: number, b: number): number => a - b;

/** All the shards' results as one; in the order of the shards, whatever the order of the files. */
export function mergeReports(files: readonly ReadReport[]): Report {
  compatible(files);
  const reports = files
    .map(({ report }) => report)
    .toSorted((a, b) => Math.min(...(a.shard?.has ?? [])) - Math.min(...(b.shard?.has ?? [])));
  const [first] = reports;
  if (first?.shard === undefined) throw new Error("no shard");
  const { setting, shard } = first;
  const hunts = first.judged.map(({ rule }): ShardHunt => {
    const parts = reports.flatMap((one) => (one.shard?.hunts ?? []).filter((hunt) => hunt.rule === rule.id));
    const runs = parts.reduce((sum, hunt) => sum + hunt.runs, 0);
    return { rule: rule.id, runs, witnesses: sumWitnesses(parts.map(({ witnesses }) => witnesses)) };
  });
  const written = new Map<Judgement, readonly string[]>();
  const judged = first.judged.map((one, at) => {
    const hunt = hunts[at] ?? { rule: one.rule.id, runs: 0, witnesses: {} };
    const judgements = one.judgements.map((_, i) => {
      const told = reports.flatMap((report) => {
        const judgement = report.judged[at]?.judgements[i];
        return judgement === undefined ? [] : [{ judgement, written: report.filesOf(judgement) }];
      });
      const judgement = merged(
        told.map((each) => each.judgement),
        hunt,
        setting.orders,
      );
      written.set(judgement, writtenFor(judgement, told));
      return judgement;
    });
    const met = reports.flatMap((report) => report.judged[at]?.undefinedInputs ?? []);
    return { rule: one.rule, judgements, undefinedInputs: firstMet(met) };
  });
  const has = reports.flatMap((report) => report.shard?.has ?? []).toSorted(ascending);
  const { shard: _, ...rest } = first;
  return {
    ...rest,
    judged,
    interrupted: reports.some(({ interrupted }) => interrupted),
    filesOf: (judgement) => written.get(judgement) ?? [],
    ...(has.length === shard.of ? {} : { shard: { of: shard.of, has, hunts } }),
  };
}

/** Shards that are not there. */
const missingOf = ({ shard }: Report): number[] =>
  shard === undefined
    ? []
    : Array.from({ length: shard.of }, (_, at) => at + 1).filter((number) => !shard.has.includes(number));

export async function mergeCommand(
  files: readonly string[],
  flags: MergeFlags,
  { io, version, book }: Pick<JudgeContext, "version" | "book"> & { readonly io: Io },
): Promise<number> {
  const format = formatFrom(flags);
  const report = mergeReports(files.map((file) => readReport(file, version, book)));
  if (format === "text") tellText(report, false, false, io);
  else await tellReport(report, format, io);
  const missing = missingOf(report);
  if (missing.length === 0) return codeOf(report);
  const told = missing.length > 10 ? `${missing.slice(0, 10).join(", ")}, …` : missing.join(", ");
  io.err(`not all shards are there: of ${report.shard?.of ?? 0}, ${told} missing\n`);
  const code = codeOf(report);
  return code === EXIT.holds ? EXIT.inconclusive : code;
}
