/** The state of a judging that was ended early. The file is written whole or not at all. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Hunt } from "../../search/blocks.ts";
import type { RowOutcome } from "../../judge/jobs/schedule.ts";
import { writeWhole } from "../terminal/files.ts";
import { opToJson } from "../../../sim/op.ts";
import type { JudgeContext, Plan } from "./flags.ts";
import { ruleJson, settingJson, undefinedJson, verdictJson } from "../format/json.ts";

export const stateFile = (out: string): string => join(out, "foliofence-resume.json");

/** What has to be the same for a state to be gone on from: everything that a verdict depends on. */
export function keyOf({ rules, options, asked }: Plan, version: string): string {
  const { seed, setting, shard } = options;
  return JSON.stringify({ version, seed, setting: settingJson(setting), asked, shard, rules: rules.map(ruleJson) });
}

function huntJson({ blocks, runs, witnesses, findings, undefinedInputs }: Hunt): object {
  const found = [...findings].map(([claim, finding]) => ({
    claim,
    ...finding,
    ops: finding.ops.map(opToJson),
  }));
  return { blocks, runs, witnesses, findings: found, undefined: undefinedInputs.map(undefinedJson) };
}

/** `spent`: milliseconds of --time that are used up. */
export function saveState(
  out: string,
  plan: Plan,
  { version }: JudgeContext,
  outcomes: readonly RowOutcome[],
  spent: number,
): void {
  const rows = outcomes.map(({ hunt, concluded }) => {
    if (concluded === undefined) return { hunt: huntJson(hunt) };
    const { rule, judgements, undefinedInputs } = concluded.judged;
    return {
      hunt: huntJson(hunt),
      verdicts: judgements.map((judgement) => verdictJson(judgement, [], rule)),
      undefined: undefinedInputs.map(undefinedJson),
    };
  });
  const state = { foliofence_resume: 1, key: keyOf(plan, version), spent_ms: Math.round(spent), rows };
  writeWhole(stateFile(out), `${JSON.stringify(state)}\n`);
}

export const dropState = (out: string): void => rmSync(stateFile(out), { force: true });
