/**
 * The bare command: judge the whole catalogue and hold every verdict against the recorded one. Those are of the default
 * setting: in another one it is `judge` of the whole catalogue, in a table.
 */

import type { Setting } from "../../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { recordedVerdict } from "../../judge/recorded.ts";
import type { Judgement } from "../../judge/verdict.ts";
import { codeOf, tellReport } from "../format/format.ts";
import { EXIT } from "../terminal/io.ts";
import { footer } from "./command.ts";
import type { JudgeContext, JudgeFlags } from "./flags.ts";
import { planFrom } from "./flags.ts";
import { settingJson } from "../format/json.ts";
import { runPlan } from "./run.ts";
import { paint } from "../terminal/paint.ts";
import { tableReport } from "../format/text.ts";

function isRecorded({ rule, claim, verdict, inconclusive }: Judgement): boolean {
  // A search that met nothing does not contradict the proof that there is nothing to meet.
  if (inconclusive !== undefined && recordedVerdict(rule, claim) === "vacuous") return verdict === "sampled";
  const holds = verdict === "proved" || verdict === "exhausted" || verdict === "sampled";
  return recordedVerdict(rule, claim) === (holds ? "holds" : verdict);
}

const hasRecords = (setting: Setting): boolean =>
  JSON.stringify(settingJson(setting)) === JSON.stringify(settingJson(DEFAULT_SETTING));

export async function mainJob(flags: JudgeFlags, context: JudgeContext): Promise<number> {
  const { io } = context;
  const plan = planFrom([], flags, context);
  const records = hasRecords(plan.options.setting);
  const report = { ...(await runPlan(plan, context)), ...(records && { expected: isRecorded }) };
  const { judged, interrupted, shard, notWritten } = report;
  const judgements = judged.flatMap((one) => one.judgements);
  // A shard's verdicts are not the whole's.
  const whole = records && !interrupted && shard === undefined;
  const differences = whole ? judgements.filter((judgement) => !isRecorded(judgement)) : [];
  if (plan.format === "text") {
    const ink = paint(io.color);
    const lines = [
      ...tableReport(judged, ink),
      "refuted: a smallest sequence of ops breaks the claim     proved: no input that the ioctl lets through does",
      "vacuous: nothing large was ever mapped, so a pass would be empty",
      ...footer(report, plan.out, ink),
    ];
    if (whole && differences.length === 0) {
      lines.push(`all ${judgements.length} verdicts are the recorded ones`);
    }
    io.out(`${lines.join("\n")}\n`);
  } else {
    await tellReport(report, plan.format, io);
  }
  for (const { rule, claim, verdict } of differences) {
    io.err(`${rule} ${claim}: ${verdict}, but the catalogue records ${recordedVerdict(rule, claim)}\n`);
  }
  if (notWritten !== undefined) throw notWritten;
  if (interrupted) return EXIT.interrupted;
  if (!records && shard === undefined) return codeOf(report);
  return differences.length === 0 ? EXIT.holds : EXIT.disagree;
}
