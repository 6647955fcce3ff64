/** What commands open when they need it: the rules that were read, and the prover. */

import type { Rulebook } from "../judge/rulebook.ts";
import type { SolverName } from "../prove/solvers.ts";
import type { JudgeContext } from "./judge/flags.ts";
import type { Io } from "./terminal/io.ts";
import { UsageError } from "./terminal/io.ts";
import { VERSION } from "./terminal/version.ts";

const loadProver = async (solvers: readonly SolverName[]): ReturnType<JudgeContext["prover"]> => {
  const [{ openProver }, { NoZ3 }] = await Promise.all([import("../prove/prover.ts"), import("../prove/solvers.ts")]);
  try {
    return await openProver({ solvers });
  } catch (error) {
    throw error instanceof NoZ3 ? new UsageError(`--engine z3: ${error.message}`) : error;
  }
};

let opened: Promise<Rulebook> | undefined;
export const openBook = (): Promise<Rulebook> => (opened ??= readBook());

/** The grammar first: other threads compile it while this one reads the engines. */
async function readBook(): Promise<Rulebook> {
  const { loadGrammar } = await import("../../sim/c/syntax/grammar.ts");
  const [grammar, { rulebook }] = await Promise.all([loadGrammar(), import("../judge/rulebook.ts")]);
  return rulebook(grammar);
}

/** What judging needs; the prover is loaded when it is first asked for. */
export async function openJudging(io: Io): Promise<JudgeContext> {
  let prover: ReturnType<JudgeContext["prover"]> | undefined;
  const book = await openBook();
  return { io, version: VERSION, book, prover: (solvers) => (prover ??= loadProver(solvers)) };
}
