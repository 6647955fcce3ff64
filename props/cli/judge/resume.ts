/** The state of a judging that was ended early, and going on from it. The file is written whole or not at all. */

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Hunt } from "../../search/blocks.ts";
import type { Row, RowOutcome } from "../../judge/jobs/schedule.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import { readText, writeWhole } from "../terminal/files.ts";
import { UsageError } from "../terminal/io.ts";
import type { JudgeContext, Plan } from "./flags.ts";
import { ruleJson, settingJson, undefinedJson, verdictJson } from "../format/json.ts";
import {
  claimOf,
  countOf,
  countsOf,
  fieldsOf,
  judgementOf,
  listOf,
  maybe,
  opsOf,
  textOf,
  undefinedOf,
} from "./read.ts";
import { retell } from "./recheck.ts";

export const stateFile = (out: string): string => join(out, "foliofence-resume.json");

/** What has to be the same for a state to be gone on from: everything that a verdict depends on. */
function keyOf({ rules, options, asked }: Plan, version: string): string {
  const { seed, setting, shard } = options;
  return JSON.stringify({ version, seed, setting: settingJson(setting), asked, shard, rules: rules.map(ruleJson) });
}

function huntJson({ blocks, runs, witnesses, findings, undefinedInputs }: Hunt): object {
  const found = [...findings].map(([claim, finding]) => ({ claim, ...finding }));
  return { blocks, runs, witnesses, findings: found, undefined: undefinedInputs.map(undefinedJson) };
}

function huntOf(value: unknown, name: string): Hunt {
  const fields = fieldsOf(value, name);
  const findings = listOf(fields["findings"], "findings", (one, of) => {
    const finding = fieldsOf(one, of);
    const { run, seed, path, ops } = finding;
    return [
      claimOf(finding["claim"], "claim"),
      { run: countOf(run, "run"), seed: countOf(seed, "seed"), path: textOf(path, "path"), ops: opsOf(ops, "ops") },
    ] as const;
  });
  return {
    blocks: countOf(fields["blocks"], "blocks"),
    runs: countOf(fields["runs"], "runs"),
    witnesses: countsOf(fields["witnesses"], "witnesses"),
    findings: new Map(findings),
    undefinedInputs: listOf(fields["undefined"], "undefined", undefinedOf),
  };
}

/** `spent`: milliseconds of --time that are used up. */
export function saveState(
  out: string,
  plan: Plan,
  { version }: JudgeContext,
  outcomes: readonly RowOutcome[],
  spent: number,
): void {
  const rows = outcomes.map(({ hunt, concluded }) =>
    concluded === undefined
      ? { hunt: huntJson(hunt) }
      : {
          hunt: huntJson(hunt),
          verdicts: concluded.judged.judgements.map((judgement) => verdictJson(judgement, [])),
          undefined: concluded.judged.undefinedInputs.map(undefinedJson),
        },
  );
  const state = { foliofence_resume: 1, key: keyOf(plan, version), spent_ms: Math.round(spent), rows };
  writeWhole(stateFile(out), `${JSON.stringify(state)}\n`);
}

export const dropState = (out: string): void => rmSync(stateFile(out), { force: true });

export interface Resumed {
  /** For each rule, what of it was done. */
  readonly rows: readonly Pick<Row, "hunted" | "judged">[];
  readonly spent: number;
}

function rowOf(value: unknown, plan: Plan, at: number, book: Rulebook): Resumed["rows"][number] {
  const fields = fieldsOf(value, "rows");
  const hunted = huntOf(fields["hunt"], "hunt");
  const { verdicts } = maybe(fields, "verdicts", (list, name) => listOf(list, name, judgementOf));
  const rule = plan.rules[at];
  if (rule === undefined || verdicts === undefined) return { hunted };
  const judgements = verdicts.map((read) => retell(read, rule, plan.options.setting, book));
  return {
    hunted,
    judged: { rule, judgements, undefinedInputs: listOf(fields["undefined"], "undefined", undefinedOf) },
  };
}

/** @throws UsageError when there is nothing to go on from, or it is of another judging */
export function loadState(out: string, plan: Plan, { version, book }: JudgeContext): Resumed {
  const path = stateFile(out);
  if (!existsSync(path)) throw new UsageError(`--resume: ${path} is not there: nothing was ended early`);
  try {
    const state = fieldsOf(JSON.parse(readText(path)), "state");
    if (state["key"] !== keyOf(plan, version)) {
      throw new UsageError(`${path}: saved by a judging with other rules or options, or by another version`);
    }
    const rows = listOf(state["rows"], "rows", (one) => one).map((one, at) => rowOf(one, plan, at, book));
    return { rows, spent: countOf(state["spent_ms"], "spent_ms") };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw new UsageError(`${path}: damaged: ${error.message}`, { cause: error });
  }
}
