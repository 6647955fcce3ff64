/** Going on from the state of a judging that was ended early. */

import { existsSync } from "node:fs";
import { parseInput } from "../../../sim/schema/parse.ts";
import type { Row } from "../../judge/jobs/schedule.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import { readText } from "../terminal/files.ts";
import { UsageError } from "../terminal/io.ts";
import type { JudgeContext, Plan } from "./flags.ts";
import { STATE } from "./read.ts";
import { recheck } from "./recheck.ts";
import { keyOf, stateFile } from "./resume.ts";

export interface Resumed {
  /** For each rule, what of it was done. */
  readonly rows: readonly Pick<Row, "hunted" | "judged">[];
  readonly spent: number;
}

type State = ReturnType<typeof parseInput<typeof STATE>>;

function rowOf(row: State["rows"][number], plan: Plan, at: number, book: Rulebook): Resumed["rows"][number] {
  const { hunt: hunted, verdicts, undefined: undefinedInputs } = row;
  const rule = plan.rules[at];
  if (rule === undefined || verdicts === undefined) return { hunted };
  if (undefinedInputs === undefined) throw new RangeError(`rows[${at}].undefined: missing`);
  const judgements = verdicts.map((read) => recheck(read, rule, plan.options.setting, book));
  return { hunted, judged: { rule, judgements, undefinedInputs } };
}

/** @throws UsageError when there is nothing to go on from, or it is of another judging */
export function loadState(out: string, plan: Plan, { version, book }: JudgeContext): Resumed {
  const path = stateFile(out);
  if (!existsSync(path)) throw new UsageError(`--resume: ${path} is not there: nothing was ended early`);
  try {
    const state = parseInput(STATE, JSON.parse(readText(path)));
    if (state.key !== keyOf(plan, version)) {
      throw new UsageError(`${path}: saved by a judging with other rules or options, or by another version`);
    }
    return { rows: state.rows.map((row, at) => rowOf(row, plan, at, book)), spent: state.spent_ms };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw new UsageError(`${path}: damaged: ${error.message}`, { cause: error });
  }
}
