/** What a patch changes: the verdicts before it and after it, and an input that tells the two apart. */

import { archOf } from "../../../sim/setting.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { rulesBefore } from "./before.ts";
import type { Judged } from "../../judge/judge.ts";
import { solversOf } from "../../judge/verdict.ts";
import type { Differ, JudgedPatch, Report } from "../format/json.ts";
import type { JudgeContext, Plan } from "./flags.ts";

/** The report on what is there after the patches, with what was there before beside it. */
export async function withPatches(report: Report, plan: Plan, context: JudgeContext): Promise<Report> {
  const { patches, notices } = plan;
  if (patches.length === 0) return { ...report, notices };
  const before = new Set(rulesBefore(patches));
  const judgedOf = (rules: readonly Rule[]): Judged[] =>
    rules.flatMap((rule) => report.judged.filter((one) => one.rule.id === rule.id));
  const told: JudgedPatch[] = [];
  for (const { file, function: name, before: old, after: now } of patches) {
    told.push({
      file,
      function: name,
      before: judgedOf(old),
      after: judgedOf(now),
      differ: await differenceOf(old, now, plan, context),
    });
  }
  const ids = new Set([...before].map(({ id }) => id));
  return { ...report, judged: report.judged.filter(({ rule }) => !ids.has(rule.id)), patches: told, notices };
}

/** The first input that the two answer differently: one that is taken after the patch only, if there is any. */
async function differenceOf(
  before: readonly Rule[],
  after: readonly Rule[],
  { options }: Plan,
  context: JudgeContext,
): Promise<Differ | null> {
  const { setting, engines } = options;
  const solvers = solversOf(engines);
  for (const now of after) {
    const suffix = /\[.*/.exec(now.id)?.[0] ?? "";
    const old = before.find((rule) => rule.id.endsWith(`${suffix}[before]`)) ?? before[0];
    if (old === undefined || old.kind !== now.kind || solvers.length === 0) continue;
    const relation = await (await context.prover(solvers)).compare(old, now, { setting, arch: archOf(setting) });
    if ("only_second" in relation) return { inputs: relation.only_second, taken: "after" };
    if ("only_first" in relation) return { inputs: relation.only_first, taken: "before" };
  }
  return null;
}
