/** Who answers the prover's questions: its own solver, or z3 where that is asked for. */

import type { Budget } from "./sat/decide.ts";
import { decide } from "./sat/decide.ts";
import { modelAmong } from "./likely-broken.ts";
import type { Answer } from "./smt/answer.ts";
import type { Term } from "./smt/term.ts";
import { smtText } from "./smt/text.ts";

/** Solvers in the order in which they are asked; the next is asked what the one before left open. */
export type SolverName = "own" | "z3";

/** An answer, and who gave it. */
export interface Said {
  readonly answer: Answer;
  readonly by: SolverName;
}

export interface Solvers {
  /** Names and versions, for reports. */
  readonly names: string;
  /** @param likely models that are tried before the prover's own solver */
  readonly check: (term: Term, likely?: readonly ReadonlyMap<string, bigint>[]) => Said;
}

/** z3 was asked for and is not there. */
export class NoZ3 extends Error {
  constructor() {
    super("the package z3-solver is not installed; npm install z3-solver");
  }
}

/**
 * @param budget of the own solver, for all that it is asked
 * @throws NoZ3
 */
export async function openSolvers(names: readonly SolverName[], budget?: Budget): Promise<Solvers> {
  const byOwn: Solvers["check"] = (term, likely = []) => {
    const model = modelAmong(likely, term);
    return { answer: model === undefined ? decide(term, undefined, budget) : { answer: "sat", model }, by: "own" };
  };
  if (!names.includes("z3")) return { names: "own", check: byOwn };
  const z3 = await (await import("./smt/z3.ts")).loadZ3();
  if (z3 === undefined) throw new NoZ3();
  const byZ3 = (term: Term): Said => ({ answer: z3.check(smtText([term])), by: "z3" });
  if (!names.includes("own")) return { names: z3.version, check: byZ3 };
  const check: Solvers["check"] = (term, likely) => {
    const said = byOwn(term, likely);
    return said.answer.answer === "unknown" ? byZ3(term) : said;
  };
  return { names: `own, then ${z3.version}`, check };
}
