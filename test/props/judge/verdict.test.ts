/** The exit code of a run: the worst of what its judgements came to. */

import { expect, it } from "vitest";
import type { Judgement } from "../../../props/judge/verdict.ts";
import { exitCode } from "../../../props/judge/verdict.ts";

const judged = (verdict: Judgement["verdict"], over: Partial<Judgement> = {}): Judgement => ({
  rule: "r",
  claim: "folio_starts_in_slot",
  verdict,
  engine: "hunt",
  witnesses: {},
  ...over,
});
const undecided = judged("sampled", { inconclusive: "timeout" });

it.each<[string, Judgement[], number]>([
  ["nothing was asked", [], 0],
  ["every claim holds, in whatever strength", [judged("proved"), judged("exhausted"), judged("sampled")], 0],
  ["a claim is refuted", [judged("proved"), judged("refuted")], 1],
  ["a claim is refuted, whatever else", [judged("vacuous"), undecided, judged("refuted")], 1],
  ["a pass is empty", [judged("proved"), judged("vacuous")], 4],
  ["a pass is empty, and another claim open", [undecided, judged("vacuous")], 4],
  ["an engine did not come to an end", [judged("proved"), undecided], 3],
])("%s", (_what, judgements, code) => {
  expect(exitCode(judgements)).toBe(code);
});
