/**
 * The proving engine: no 64-bit input that the ioctl lets through breaks the claim, or here are ops that do.
 *
 * A claim's negation becomes a formula over free inputs. The prover's own solver takes it apart bit by bit and proves what
 * it says (sat/); the same formula can be saved as SMT-LIB text for any other solver. A model found is replayed on the
 * simulated machine before it is reported.
 */

import type { ClaimName } from "../../model/claim.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Op } from "../../sim/op.ts";
import type { Fixes } from "./fix/fix.ts";
import { weakestFixes } from "./fix/fix.ts";
import type { Ask } from "./ask.ts";
import { asker } from "./ask.ts";
import type { General } from "./general.ts";
import { general } from "./general.ts";
import { leastGiven } from "./given.ts";
import { proveClaim } from "./verdict.ts";
import { compareRules } from "./compare.ts";
import { proveSmallest } from "./smallest.ts";
import { findUndefined } from "./undefined.ts";
import type { Question, Proof, Undefinedness, Relation, Comparing, Smallest, LeastGiven } from "./question.ts";
import type { Budget } from "./sat/decide.ts";
import type { SolverName } from "./solvers.ts";
import { openSolvers } from "./solvers.ts";

export interface Prover {
  readonly prove: (question: Question, claim: ClaimName) => Promise<Proof>;
  /** Is there a counterexample to the claim that weighs less than these ops? */
  readonly smallest: (question: Question, claim: ClaimName, ops: readonly Op[]) => Promise<Smallest>;
  /** On which of the values that these ops were given, all of them told, does their breaking the claim rest? */
  readonly leastGiven: (question: Question, claim: ClaimName, ops: readonly Op[]) => Promise<LeastGiven>;
  /** What does not matter in a counterexample to the claim. */
  readonly general: (question: Question, claim: ClaimName, ops: readonly Op[]) => Promise<General>;
  /** Is there an input, reached in this world, for which the rule of this kind is undefined? */
  readonly undefined: (question: Question, kind: RuleKind) => Promise<Undefinedness>;
  readonly compare: (first: Rule, second: Rule, question: Comparing) => Promise<Relation>;
  /** Which premises, added to the rules, would make the claim hold. */
  readonly fixes: (question: Question, claim: ClaimName) => Promise<Fixes>;
  /** From now on the own solver may do so many propagations, over all that it is asked; Infinity for what each may by itself. */
  readonly limitTo?: (propagations: number) => void;
  /** Of formulas that are not about slots. */
  readonly ask: Ask;
  /** The solvers and their versions, for reports. */
  readonly solver: string;
  /** Nothing is left open: kept for those who wrote it for a prover with threads. */
  readonly close: () => Promise<void>;
}

export interface ProverOptions {
  /** Who is asked, in order; z3 is an optional package. Without it only the prover's own solver is. */
  readonly solvers?: readonly SolverName[];
}

/**
 * The prover runs in this thread, in Node and in a page alike, and starts none.
 * @throws NoZ3 where z3 is asked for and not installed
 */
export async function openProver({ solvers = ["own"] }: ProverOptions = {}): Promise<Prover> {
  const budget: Budget = { left: Infinity };
  const opened = await openSolvers(solvers, budget);
  const ask = asker(opened);
  return {
    prove: (question, claim) => proveClaim(ask, question, claim),
    smallest: (question, claim, ops) => proveSmallest(ask, question, claim, ops),
    leastGiven: (question, claim, ops) => leastGiven(ask, question, claim, ops),
    general: (question, claim, ops) => general(ask, question, claim, ops),
    undefined: (question, kind) => findUndefined(ask, question, kind),
    compare: (first, second, world) => compareRules(ask, first, second, world),
    fixes: (question, claim) => weakestFixes(ask, question, claim),
    limitTo: (propagations) => {
      budget.left = propagations;
    },
    ask,
    solver: opened.names,
    close: () => Promise.resolve(),
  };
}
