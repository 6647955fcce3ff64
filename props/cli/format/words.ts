/** What the formats for machines say of a judgement, in the same words. */

import { saidText } from "../../../sim/words/said.ts";
import { isOwn, nameOf, textOf } from "../../../model/claim.ts";
import { brokenBy } from "../../../sim/words/claim.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { givenWords } from "../../../sim/words/given.ts";
import { inText } from "../../../sim/words/op-line.ts";
import { interval } from "../../../sim/words/story.ts";
import type { Judgement } from "../../judge/verdict.ts";
import type { Report } from "./json.ts";
import { groundsOf } from "./text.ts";

/**
 * How a judgement counts where there is only good and bad. An expected verdict is good, whatever it is; a pass where the
 * catalogue records a refutation is unexpected.
 */
export type Standing = "good" | "refuted" | "vacuous" | "inconclusive" | "unexpected";

export function standingOf(judgement: Judgement, { expected, shard }: Report): Standing {
  const { verdict, inconclusive } = judgement;
  if (expected?.(judgement) === true) return "good";
  if (verdict === "refuted") return "refuted";
  // Of a shard only a counterexample is final.
  if (shard !== undefined) return "good";
  if (verdict === "vacuous") return "vacuous";
  if (inconclusive !== undefined) return "inconclusive";
  return expected === undefined ? "good" : "unexpected";
}

/** The file a rule was read from, where there is one to point at. */
export const fileOf = ({ file }: Pick<Rule, "file">): string | undefined =>
  file === "-e" || file === "stdin" ? undefined : file;

/** One line: rule, claim, verdict and what it rests on. */
export const headline = (judgement: Judgement): string =>
  `${judgement.rule}, ${nameOf(judgement.claim)}: ${judgement.verdict}: ${groundsOf(judgement)}`;

/** The headline, and of a pass that should be none, that it is not the recorded verdict. */
export const standingLine = (standing: Standing, judgement: Judgement): string =>
  standing === "unexpected" ? `${headline(judgement)}: not the recorded verdict` : headline(judgement);

/** The story of a counterexample in plain lines; for any other judgement, its headline. */
export function storyLines(judgement: Judgement, { filesOf }: Report): string[] {
  const { counterexample, seed, path } = judgement;
  if (counterexample === undefined) return [headline(judgement)];
  const { violation, control, ops } = counterexample;
  return [
    brokenBy(judgement.claim, violation.excess),
    ...ops.map((op, at) => `${at + 1}. ${inText(op, ops)}`),
    ...givenWords(ops).map((each) => `given ${each}`),
    isOwn(judgement.claim)
      ? `expected ${textOf(judgement.claim)}, is ${saidText(counterexample, judgement.claim)}`
      : `expected ${violation.unit === "file pages" ? "file" : "gpa"} ${interval(violation.expected)}, is ${interval(violation.actual)}`,
    control.fails ? `happens with ${control.rule.id} too` : `does not happen with ${control.rule.id}`,
    ...(seed === undefined || path === undefined ? [] : [`fast-check: seed ${seed}, path "${path}"`]),
    ...filesOf(judgement).map((file) => `script: ${file}`),
  ];
}
