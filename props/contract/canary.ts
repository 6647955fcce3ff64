/** A contract that nothing keeps: an engine that does not break it can break nothing. */

import type { Contract } from "../../model/rule/contract.ts";
import type { ContractEngine, ContractOptions } from "./judge.ts";
import { judgeContract } from "./judge.ts";

/** Broken by half of all numbers. */
export const CANARY_CONTRACT = `ensures(!result)
static bool contract_canary(unsigned long x)
{
	return x & 1;
}
`;

/** @throws Error when an engine that earned a verdict does not break it */
export async function checkContractCanary(
  canary: Contract,
  engines: readonly ContractEngine[],
  options: Omit<ContractOptions, "engines">,
): Promise<void> {
  for (const engine of engines) {
    const { judgements } = await judgeContract(canary, { ...options, engines: [engine] }); // oxlint-disable-line no-await-in-loop -- one solver
    const [inputs] = judgements.map(({ finding }) => finding?.inputs.map(({ value }) => value).join(","));
    if (inputs !== "1") throw new Error(`the contract's canary survived ${engine}`);
  }
}
