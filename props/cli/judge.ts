/** `foliofence judge`, and the bare command: verdicts, scripts, an exit code. */

import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { checkCanary } from "../canary.ts";
import type { JudgeOptions, Judged } from "../judge.ts";
import { claimsOf, judgeRule } from "../judge.ts";
import type { Prover } from "../prove.ts";
import type { Rulebook } from "../rulebook.ts";
import type { Judgement } from "../verdict.ts";
import { exitCode } from "../verdict.ts";
import { writableDirectory } from "./files.ts";
import type { Io } from "./io.ts";
import { EXIT, UsageError } from "./io.ts";
import { judgeJson } from "./judge-json.ts";
import { paint } from "./paint.ts";
import { progressOf } from "./progress.ts";
import { ruleReport, settingText, tableReport, undefinedText } from "./report.ts";
import { writeScripts } from "./scripts.ts";
import type { SettingWords } from "./setting-options.ts";
import { claimsFrom, enginesFrom, settingFrom, wholeNumber } from "./setting-options.ts";
import { rulesFrom } from "./sources.ts";

/** As commander gives them; text until it is checked here. */
export interface JudgeFlags extends SettingWords {
  readonly expression?: readonly string[];
  readonly kind?: string;
  readonly claims?: string;
  readonly engine?: string;
  readonly seed?: string;
  readonly path?: string;
  readonly runs?: string;
  readonly time?: string;
  readonly bound?: string;
  readonly out?: string | false;
  readonly json?: boolean;
}

export interface JudgeContext {
  readonly io: Io;
  readonly version: string;
  readonly book: Rulebook;
  readonly prover: () => Promise<Prover>;
}

export const DEFAULT_SEED = 1;
export const DEFAULT_RUNS = 10_000;
export const DEFAULT_OUT = "counterexamples";

const KINDS: readonly RuleKind[] = ["bind", "map", "level"];

function kindFrom(word: string | undefined): { kind?: RuleKind } {
  if (word === undefined) return {};
  const kind = KINDS.find((known) => known === word);
  if (kind === undefined) throw new UsageError(`--kind: "${word}" is none of ${KINDS.join(", ")}`);
  return { kind };
}

/** The flags, checked and completed. */
function optionsFrom(flags: JudgeFlags, { io, book, prover }: JudgeContext): JudgeOptions {
  const time = flags.time === undefined ? Infinity : wholeNumber("--time", 1, 1e9)(flags.time) * 1000;
  const deadline = io.now() + time;
  const bound = wholeNumber("--bound", 1, 3)(flags.bound ?? "1");
  // With a time limit the runs go on until it is over.
  const runs = flags.runs ?? (flags.time === undefined ? `${DEFAULT_RUNS}` : `${2 ** 31 - 1}`);
  return {
    setting: settingFrom(flags, book.has),
    claims: claimsFrom(flags.claims),
    engines: enginesFrom(flags.engine),
    seed: wholeNumber("--seed", -(2 ** 31), 2 ** 31 - 1)(flags.seed ?? `${DEFAULT_SEED}`),
    numRuns: wholeNumber("--runs", 1, 2 ** 31 - 1)(runs),
    bound: bound === 1 ? 1 : bound === 2 ? 2 : 3,
    ...(flags.path === undefined ? {} : { path: flags.path }),
    ruleById: book.byId,
    prover,
    stop: () => io.interrupted() || io.now() > deadline,
  };
}

/** Judge the rules one after the other; on Ctrl-C, those that were judged by then. */
async function judgeAll(rules: readonly Rule[], options: JudgeOptions, io: Io): Promise<Judged[]> {
  const progress = progressOf(io, rules.length);
  const judged: Judged[] = [];
  for (const rule of rules) {
    if (io.interrupted()) break;
    judged.push(await judgeRule(rule, { ...options, onProgress: progress.tell }));
    progress.done();
  }
  progress.end();
  return judged;
}

/** Scripts of all counterexamples, by judgement. */
function writeAll(out: string | false, judged: readonly Judged[]): Map<Judgement, readonly string[]> {
  const files = new Map<Judgement, readonly string[]>();
  if (out === false) return files;
  for (const { judgements } of judged) {
    for (const judgement of judgements) {
      if (judgement.counterexample !== undefined) files.set(judgement, writeScripts(out, judgement.counterexample));
    }
  }
  return files;
}

export interface Outcome {
  readonly judged: readonly Judged[];
  readonly written: number;
  readonly out: string | false;
  readonly canary: string;
  readonly options: JudgeOptions;
}

/** Everything but the telling. */
export async function runJudge(
  words: readonly string[],
  flags: JudgeFlags,
  context: JudgeContext,
): Promise<{
  readonly outcome: Outcome;
  readonly files: ReadonlyMap<Judgement, readonly string[]>;
}> {
  const { io, book } = context;
  const options = optionsFrom(flags, context);
  const rules = rulesFrom(book, { words, expressions: flags.expression ?? [], ...kindFrom(flags.kind) });
  const idle = rules.find((rule) => claimsOf(rule, options.claims).length === 0);
  if (idle !== undefined) {
    throw new UsageError(`--claims: ${idle.id} is a ${idle.kind} rule and has no say in what is allocated`);
  }
  const out = flags.out ?? DEFAULT_OUT;
  if (out !== false) writableDirectory(out);
  if (options.engines.includes("prove")) void options.prover();
  const canary = checkCanary(book.canary, options.setting.orders, options.engines, options.seed);
  const judged = await judgeAll(rules, options, io);
  const files = writeAll(out, judged);
  return { outcome: { judged, written: files.size, out, canary, options }, files };
}

export async function judgeCommand(
  words: readonly string[],
  flags: JudgeFlags,
  context: JudgeContext,
): Promise<number> {
  const { io, version } = context;
  const { outcome, files } = await runJudge(words, flags, context);
  const { judged, options, canary, out } = outcome;
  const { setting, seed } = options;
  const undefinedInputs = judged.flatMap((one) => one.undefinedInputs);
  if (flags.json === true) {
    io.out(judgeJson({ version, seed, setting, canary, judged, filesOf: (judgement) => files.get(judgement) ?? [] }));
  } else {
    const ink = paint(io.color);
    const few = words.length + (flags.expression?.length ?? 0) > 0;
    const lines = few ? judged.flatMap((one) => ruleReport(one, ink)) : tableReport(judged, ink);
    lines.push(...undefinedInputs.map((input) => ink.bad(undefinedText(input))));
    lines.push(ink.faint(`${settingText(setting)}; seed ${seed}; canary: ${canary}`));
    if (out !== false && files.size > 0) lines.push(`${files.size} counterexamples written to ${out}/`);
    io.out(`${lines.join("\n")}\n`);
  }
  if (io.interrupted()) return EXIT.interrupted;
  const code = exitCode(judged.flatMap(({ judgements }) => judgements));
  return code !== EXIT.refuted && undefinedInputs.length > 0 ? EXIT.refuted : code;
}
