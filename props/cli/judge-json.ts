/** Judgements as the JSON object of the contract. u64 values are "0x…" strings, page quantities numbers. */

import type { Op } from "../../sim/op.ts";
import { orderText } from "../../sim/setting.ts";
import type { Setting } from "../../sim/setting.ts";
import type { Judged } from "../judge.ts";
import type { Judgement } from "../verdict.ts";
import type { UndefinedInput } from "../world.ts";

export const SCHEMA = 1;

interface JsonCounterexample {
  readonly id: string;
  readonly ops: readonly Op[];
  readonly excess_pages: number;
  readonly control: string;
  readonly files: readonly string[];
}

function verdictJson({ counterexample, ...judgement }: Judgement, files: readonly string[]): object {
  if (counterexample === undefined) return judgement;
  const told: JsonCounterexample = {
    id: counterexample.id,
    ops: counterexample.ops,
    excess_pages: counterexample.violation.excess,
    control: counterexample.control.rule.id,
    files,
  };
  return { ...judgement, counterexample: told };
}

const undefinedJson = ({ rule, site, inputs }: UndefinedInput): object => ({
  rule,
  line: site.line,
  column: site.column,
  what: site.what,
  inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, `0x${value.toString(16)}`])),
});

export interface JudgeJson {
  readonly version: string;
  readonly seed: number;
  readonly setting: Setting;
  readonly canary: string;
  readonly judged: readonly Judged[];
  /** Files written for a counterexample, by its rule and claim. */
  readonly filesOf: (judgement: Judgement) => readonly string[];
}

export function judgeJson({ version, seed, setting, canary, judged, filesOf }: JudgeJson): string {
  const { orders, resize, map_rule, level_rule } = setting;
  const undefinedInputs = judged.flatMap((one) => one.undefinedInputs);
  return `${JSON.stringify(
    {
      foliofence: version,
      schema: SCHEMA,
      seed,
      setting: { orders: orders.map(orderText), resize, map_rule, level_rule },
      canary,
      verdicts: judged.flatMap(({ judgements }) =>
        judgements.map((judgement) => verdictJson(judgement, filesOf(judgement))),
      ),
      ...(undefinedInputs.length > 0 ? { undefined: undefinedInputs.map(undefinedJson) } : {}),
    },
    undefined,
    2,
  )}\n`;
}
