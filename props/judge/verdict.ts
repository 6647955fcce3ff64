/** What a judgement comes to, strongest first, and what each strength rests on. */

import type { ClaimName } from "../../model/claim.ts";
import type { Counterexample } from "../../sim/counterexample.ts";
import type { Witnesses } from "../claims/sometimes.ts";
import type { SolverName } from "../prove/solvers.ts";

/** z3 proves too: what the prover's own solver leaves open, or all of it where that is not asked. */
export const ENGINES = ["hunt", "exhaust", "prove", "z3"] as const;
export type Engine = (typeof ENGINES)[number];

/** Who answers the prover's questions. */
export const solversOf = (engines: readonly Engine[]): readonly SolverName[] => [
  ...(engines.includes("prove") ? (["own"] as const) : []),
  ...(engines.includes("z3") ? (["z3"] as const) : []),
];

export const proves = (engines: readonly Engine[]): boolean => solversOf(engines).length > 0;

/**
 * refuted: a sequence of ops breaks the claim. proved: no 64-bit input that the ioctl lets through does. exhausted: no
 * state inside the bound does. sampled: not found in `runs` runs. vacuous: it was shown that the claim cannot be exercised,
 * so a pass would mean nothing.
 */
export const VERDICTS = ["refuted", "proved", "exhausted", "sampled", "vacuous"] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Judgement {
  readonly rule: string;
  readonly claim: ClaimName;
  readonly verdict: Verdict;
  /** Which engine earned it. */
  readonly engine: Engine;
  /** Runs that the hunt made until it met the counterexample, or in all. */
  readonly runs?: number;
  /** refuted by the hunt: with these, fast-check's first run is the one that met it. */
  readonly seed?: number;
  readonly path?: string;
  /** sampled: with 95 % confidence, fewer than this share of runs break the claim (3 / runs). */
  readonly residual_rate?: number;
  /** exhausted: states visited, all of them, and the bound in words. */
  readonly states?: number;
  readonly bound?: string;
  /** proved: premises that the solver found possible. */
  readonly premises?: Readonly<Record<string, boolean>>;
  readonly witnesses: Witnesses;
  /** vacuous: the witnesses or premises that were not met. */
  readonly unmet?: readonly string[];
  /** An engine was asked and did not come to an end (a solver's unknown, time used up), and why. */
  readonly inconclusive?: string;
  readonly counterexample?: Counterexample;
  /** Why the counterexample's given values are all that it was given, though fewer may do. */
  readonly givenInFull?: string;
  /** Engines that were asked for and do not serve such a rule. */
  readonly notRun?: readonly Engine[];
  /** Where it was asked: "proved", no counterexample weighs less; or "unknown: " and why that is not known. */
  readonly smallest?: string;
}

/** 0: every asked claim holds, by proof, exhaustion or sample. 1 refuted, 4 vacuous, 3 inconclusive. */
export function exitCode(judgements: readonly Pick<Judgement, "verdict" | "inconclusive">[]): number {
  if (judgements.some(({ verdict }) => verdict === "refuted")) return 1;
  if (judgements.some(({ verdict }) => verdict === "vacuous")) return 4;
  return judgements.some(({ inconclusive }) => inconclusive !== undefined) ? 3 : 0;
}
