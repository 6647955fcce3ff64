/**
 * The verdict on a claim that nothing refuted: the strongest that an engine earned. It is vacuous only where it was shown
 * that nothing can be exercised. An engine that never met what a pass needs, and showed nothing, has not settled the claim.
 */

import type { ClaimName } from "../../model/claim.ts";
import type { Witnesses } from "../claims/sometimes.ts";
import { unmet } from "../claims/sometimes.ts";
import type { Proof } from "../prove/question.ts";
import type { Hunt } from "../search/blocks.ts";
import type { Exhausted } from "../search/exhaust.ts";
import type { Engine, Judgement } from "./verdict.ts";

/** With 95 % confidence a run breaks the claim less often than this: the rule of three. */
export const residualRate = (runs: number): number => 3 / runs;

const NEVER_MET = "never met: ";
/** Why a search that met too little settles nothing. */
export const neverMet = (missing: readonly string[]): string => `${NEVER_MET}${missing.join(", ")}`;
export const isNeverMet = (reason: string): boolean => reason.startsWith(NEVER_MET);

/** What the engines came to; each that was asked. */
export interface Came {
  readonly hunted?: Hunt | undefined;
  /** The hunt was ended before its last run. */
  readonly endedEarly: boolean;
  readonly exhausted?: Exhausted | undefined;
  readonly proof?: Proof | undefined;
  /** Which solver the proof is of. */
  readonly prover: Engine;
  /** Why a pass says nothing of what is bound, where the text leaves that open. */
  readonly doubt?: string | undefined;
}

export function passed(rule: string, claim: ClaimName, orders: readonly number[], came: Came): Judgement {
  const { hunted, endedEarly, exhausted, proof, prover, doubt } = came;
  const base = { rule, claim };
  const missing = (witnesses: Witnesses): readonly string[] => unmet(claim, orders, witnesses);
  const witnesses = hunted?.witnesses ?? {};
  if (proof !== undefined) {
    const { premises, undecided = [] } = proof;
    const impossible = Object.entries(premises).flatMap(([name, possible]) => (possible ? [] : [name]));
    const common = { ...base, engine: prover, premises, witnesses };
    if (impossible.length > 0) return { ...common, verdict: "vacuous", unmet: impossible };
    // What the solver left open a search may have met.
    const open = undecided.length > 0 && missing({ ...witnesses }).length > 0;
    if (proof.status === "proved" && !open) return { ...common, verdict: "proved" };
    if (proof.status === "proved") {
      const inconclusive = `it holds, but whether this can be is not known: ${undecided.join(", ")}`;
      return { ...common, verdict: "sampled", inconclusive };
    }
  }
  const gaveUp = doubt ?? (proof?.status === "unknown" ? proof.reason : endedEarly ? "time is up" : undefined);
  const why = gaveUp === undefined ? {} : { inconclusive: gaveUp };
  if (exhausted !== undefined) {
    const { states, bound } = exhausted;
    const lacks = missing(exhausted.witnesses);
    const common = { ...base, engine: "exhaust" as const, states, bound, witnesses: exhausted.witnesses };
    return lacks.length > 0
      ? { ...common, verdict: "sampled", unmet: lacks, inconclusive: gaveUp ?? neverMet(lacks) }
      : { ...common, verdict: "exhausted", ...why };
  }
  return sampled({ ...base, engine: "hunt", runs: hunted?.runs ?? 0, witnesses }, missing(witnesses), gaveUp);
}

/** What a hunt came to that refuted nothing. */
export function sampled(
  base: Pick<Judgement, "rule" | "claim" | "engine" | "witnesses"> & { readonly runs: number },
  missing: readonly string[],
  gaveUp: string | undefined,
): Judgement {
  if (missing.length > 0) {
    return { ...base, verdict: "sampled", unmet: missing, inconclusive: gaveUp ?? neverMet(missing) };
  }
  const why = gaveUp === undefined ? {} : { inconclusive: gaveUp };
  return { ...base, verdict: "sampled", residual_rate: residualRate(base.runs), ...why };
}
