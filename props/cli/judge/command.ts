/** `foliofence judge`: verdicts, scripts, an exit code. */

import { archOf } from "../../../sim/setting.ts";
import { refuseUndefined, withOwnClaims } from "../../judge/own-claims.ts";
import { withMustAccept } from "../../judge/must-accept.ts";
import type { Counterexample } from "../../../sim/counterexample.ts";
import { generalWords } from "../../../sim/words/general.ts";
import { solversOf } from "../../judge/verdict.ts";
import { codeOf, formatFrom, tellReport } from "../format/format.ts";
import type { Io } from "../terminal/io.ts";
import { EXIT, readingOnly, UsageError } from "../terminal/io.ts";
import { ofFunction } from "./own-function.ts";
import { explainText } from "./explain.ts";
import { knowingBeside } from "./beside.ts";
import { asUsage } from "../terminal/usage.ts";
import type { JudgeContext, JudgeFlags } from "./flags.ts";
import type { Plan } from "./flags.ts";
import { claimsOfFlags, planFrom, refuseOthers, rulesOfFlags } from "./flags.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Report } from "../format/json.ts";
import { withPatches } from "./patches.ts";
import { runPlan } from "./run.ts";
import type { Paint } from "../terminal/paint.ts";
import { paint } from "../terminal/paint.ts";
import { contractReport } from "../format/contract-text.ts";
import {
  besideReport,
  patchReport,
  ruleReport,
  settingText,
  tableReport,
  toldOf,
  undefinedText,
} from "../format/text.ts";

export type { JudgeContext, JudgeFlags } from "./flags.ts";

/** What stands under every report. */
export function footer(report: Report, out: string | false, ink: Paint): string[] {
  const { judged, setting, seed, canary, filesOf, contracts = [], filesOfContract = () => [] } = report;
  const files = [
    ...judged.flatMap(({ judgements }) => judgements.map(filesOf)),
    ...contracts.flatMap(({ judgements }) => judgements.map(filesOfContract)),
  ];
  const written = files.filter((each) => each.length > 0).length;
  // Which slots there are matters to rules only.
  const kinds = judged.map(({ rule }) => rule.kind);
  const world = judged.length > 0 || contracts.length === 0 ? `${settingText(setting, kinds)}; ` : "";
  return [
    ...[...judged, ...contracts].flatMap((one) => one.undefinedInputs).map((input) => ink.bad(undefinedText(input))),
    ink.faint(`${world}seed ${seed}; canary: ${canary}`),
    ...(out !== false && written > 0
      ? [`${written} ${written === 1 ? "counterexample" : "counterexamples"} written to ${out}/`]
      : []),
    ...(report.interrupted ? [`interrupted: this is what was found by then`] : []),
  ];
}

/** Rule by rule where some were named, else a table. */
export function tellText(
  report: Report,
  few: boolean,
  out: string | false,
  io: Io,
  general: ReadonlyMap<Counterexample, string> = new Map(),
  beside: readonly Rule[] = [],
): void {
  const ink = paint(io.color);
  const { judged } = report;
  const lines = [
    ...beside.flatMap((rule) => besideReport(rule, ink)),
    ...(report.patches ?? []).flatMap((patch) => patchReport(patch, ink)),
    ...(few
      ? judged.flatMap((one) => ruleReport(one, report.setting, ink, (told) => general.get(told) ?? ""))
      : tableReport(judged, ink)),
    ...(report.contracts ?? []).flatMap((one) => contractReport(one, ink)),
    ...(report.notices ?? []),
  ];
  io.out(`${[...lines, ...footer(report, out, ink)].join("\n")}\n`);
}

/** With what --must-accept and --claim say. @throws UsageError where a text of theirs cannot be read */
export function knowingAsked(flags: JudgeFlags, context: JudgeContext): JudgeContext {
  if (flags.mustAccept === undefined && flags.claim === undefined) return context;
  const must = flags.mustAccept === undefined ? {} : { must_accept: flags.mustAccept };
  try {
    return { ...context, book: withOwnClaims(withMustAccept(context.book, must), claimsOfFlags(flags)) };
  } catch (error) {
    throw asUsage(error);
  }
}

/** What does not matter in the counterexamples that are told, of one rule: of many it is asked by itself. */
async function generalOf(
  { judged, shard, interrupted }: Report,
  { options }: Plan,
  { prover }: JudgeContext,
): Promise<ReadonlyMap<Counterexample, string>> {
  const general = new Map<Counterexample, string>();
  const [only, ...more] = judged;
  if (only === undefined || more.length > 0 || shard !== undefined || interrupted) return general;
  const told = toldOf(only.judgements);
  if (told.length === 0 || !options.engines.includes("prove")) return general;
  const asked = await prover(solversOf(options.engines));
  for (const ce of told) {
    const { freed } = await asked.general(
      { rules: ce.rules, setting: ce.setting, arch: archOf(ce.setting) },
      ce.claim,
      ce.ops,
    ); // oxlint-disable-line no-await-in-loop -- one solver
    general.set(ce, generalWords(freed));
  }
  return general;
}

export async function judgeCommand(words: readonly string[], said: JudgeFlags, given: JudgeContext): Promise<number> {
  const { flags: asSaid, asked } = ofFunction(words, said);
  const { flags, book } = knowingBeside(asSaid, given.book);
  const context = knowingAsked(flags, { ...given, book });
  const mode = (["compare", "fix", "explain"] as const).find((each) => flags[each] !== undefined);
  if (asked && mode !== undefined) {
    throw new UsageError(`--${mode} does not go with what is asked of a function's own parameters`);
  }
  if (flags.compare === true && flags.fix === true) throw new UsageError("--compare and --fix do not go together");
  if (flags.allInputs === true && flags.compare !== true) {
    throw new UsageError("--all-inputs goes with --compare: a claim is about slots, which the ioctl lets through");
  }
  if (flags.compare === true) refuseOthers("--compare", flags);
  if (flags.fix === true) refuseOthers("--fix", flags);
  if (flags.compare === true) return (await import("./compare.ts")).compareCommand(words, flags, context);
  if (flags.fix === true) return (await import("./fix.ts")).fixCommand(words, flags, context);
  if (flags.explain !== undefined) {
    if (formatFrom(flags) !== "text") throw new UsageError("--explain is told as text");
    const rules = readingOnly(context.io, () => rulesOfFlags(words, flags, context.book));
    context.io.out(explainText(rules, flags.explain));
    return EXIT.holds;
  }
  const plan = readingOnly(context.io, () => planFrom(words, flags, context, asked));
  await refuseUndefined(context.book, plan.options.claims, plan.options.setting, () => context.prover(["own"])).catch(
    (error: unknown) => {
      throw asUsage(error);
    },
  );
  const report = await withPatches(await runPlan(plan, context), plan, context);
  const few = words.length + (flags.expression?.length ?? 0) > 0;
  const { beside = [] } = plan.options.setting;
  const standing = beside.map(({ id }) => book.byId(id));
  if (plan.format === "text")
    tellText(report, few, plan.out, context.io, few ? await generalOf(report, plan, context) : undefined, standing);
  else await tellReport(report, plan.format, context.io);
  if (report.notWritten !== undefined) throw report.notWritten;
  return codeOf(report);
}
