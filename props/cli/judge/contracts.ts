/** Judging the contracts of what was named: one after another, in this thread. */

import type { Prover } from "../../prove/prover.ts";
import type { JudgedContract } from "../../contract/judge.ts";
import type { Io } from "../terminal/io.ts";
import type { Plan } from "./flags.ts";

/** Runs that are made where the hunt goes by time: as many as without a limit. */
const MOST_RUNS = 100_000;

export async function judgeContracts(
  { contracts, options }: Plan,
  prover: () => Promise<Prover>,
  io: Io,
): Promise<readonly JudgedContract[]> {
  const judged: JudgedContract[] = [];
  if (contracts.length === 0) return judged;
  const { judgeContract } = await import("../../contract/judge.ts");
  const { engines, seed, numRuns } = options;
  for (const contract of contracts) {
    if (io.interrupted()) break;
    judged.push(
      // oxlint-disable-next-line no-await-in-loop -- one solver
      await judgeContract(contract, {
        engines,
        seed,
        runs: Math.min(numRuns, MOST_RUNS),
        ask: async () => (await prover()).ask,
        stop: io.interrupted,
      }),
    );
  }
  return judged;
}
