/** What breaks a claim, and which of the engines that found something has the word. */

import type { ClaimName } from "../../model/claim.ts";
import { isPlain } from "../../sim/op-order.ts";
import type { Op } from "../../sim/op.ts";
import { givenOf } from "../../sim/op.ts";
import type { Witnesses } from "../claims/sometimes.ts";
import type { Proof } from "../prove/question.ts";
import type { Hunt } from "../search/blocks.ts";
import type { Exhausted } from "../search/exhaust.ts";
import type { Engine, Judgement } from "./verdict.ts";

/** What breaks a claim, and who found it. */
export interface Found {
  readonly engine: Engine;
  readonly ops: readonly Op[];
  readonly witnesses: Witnesses;
  readonly figures: Partial<Judgement>;
}

/** z3, if any answer was its. */
export const proverOf = ({ queries }: Proof): "prove" | "z3" =>
  queries.some(({ by }) => by === "z3") ? "z3" : "prove";

/** Things went well in every value that it was given. */
export const isOfPlain = (ops: readonly Op[]): boolean => ops.every((op) => givenOf(op).every(isPlain));

/** What an engine found that breaks the claim; the engine asked first has the word. */
export function foundOf(
  claim: ClaimName,
  hunted: Hunt | undefined,
  exhausted: Exhausted | undefined,
  proof: Proof | undefined,
): Found | undefined {
  const finding = hunted?.findings.get(claim);
  // A solver's counterexample takes the plainest values there are.
  if (hunted !== undefined && finding !== undefined && (isOfPlain(finding.ops) || proof?.status !== "refuted")) {
    const { run, seed, path, ops } = finding;
    return { engine: "hunt", ops, witnesses: hunted.witnesses, figures: { runs: run, seed, path } };
  }
  const walked = exhausted?.found.get(claim);
  if (exhausted !== undefined && walked !== undefined) {
    const { witnesses, states } = exhausted;
    return { engine: "exhaust", ops: walked, witnesses, figures: { states } };
  }
  if (proof?.status !== "refuted") return undefined;
  return { engine: proverOf(proof), ops: proof.ops, witnesses: hunted?.witnesses ?? {}, figures: {} };
}
