/** Judging the contracts of what was named: one after another, in this thread. */

import type { Ask } from "../../prove/ask.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
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
  book: Rulebook,
): Promise<readonly JudgedContract[]> {
  const judged: JudgedContract[] = [];
  if (contracts.length === 0) return judged;
  const { judgeContract } = await import("../../contract/judge.ts");
  const { CANARY_CONTRACT, checkContractCanary } = await import("../../contract/canary.ts");
  const { engines, seed, numRuns } = options;
  const ask = async (): Promise<Ask> => (await prover()).ask;
  const asked = { seed, runs: Math.min(numRuns, MOST_RUNS), ask };
  for (const contract of contracts) {
    const one = await judgeContract(contract, { ...asked, engines, stop: io.interrupted }); // oxlint-disable-line no-await-in-loop -- one solver
    if (io.interrupted()) break;
    judged.push(one);
  }
  const earned = engines.filter((engine) =>
    judged.some((one) => one.judgements.some((each) => each.engine === engine)),
  );
  const parsed = book.parse(CANARY_CONTRACT, { contracts: true });
  const canary = parsed.ok ? parsed.contracts?.[0] : undefined;
  if (canary === undefined) throw new Error("the contract's canary cannot be read");
  await checkContractCanary(canary, earned, asked);
  return judged;
}
