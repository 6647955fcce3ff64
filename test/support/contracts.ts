/** Contracts, read and judged as `foliofence judge FILE` does. */

import type { Contract } from "../../model/rule/contract.ts";
import type { ContractJudgement, ContractOptions, JudgedContract } from "../../props/contract/judge.ts";
import { judgeContract } from "../../props/contract/judge.ts";
import { openRulebook } from "../../props/judge/rulebook.ts";
import { openProver } from "../../props/prove/prover.ts";

const book = await openRulebook();
const prover = await openProver();

/** @throws SyntaxError with line:column */
export function contractsIn(text: string): readonly Contract[] {
  const parsed = book.parse(text, { contracts: true });
  if (!parsed.ok) throw new SyntaxError(`${parsed.error.line}:${parsed.error.column}: ${parsed.error.message}`);
  return parsed.contracts ?? [];
}

export function contractIn(text: string): Contract {
  const [only, ...more] = contractsIn(text);
  if (only === undefined || more.length > 0) throw new Error("not one contract");
  return only;
}

export const judged = (text: string, options: Partial<ContractOptions> = {}): Promise<JudgedContract> =>
  judgeContract(contractIn(text), {
    engines: ["hunt", "exhaust", "prove"],
    seed: 1,
    runs: 2000,
    ask: () => Promise.resolve(prover.ask),
    ...options,
  });

/** "ensures_1 refuted x=0x1 y=-0x2 result=0x3", a line a claim. */
export const told = ({ judgements }: Pick<JudgedContract, "judgements">): string[] =>
  judgements.map(({ claim, verdict, finding }) =>
    [`${claim.name} ${verdict}`, ...(finding === undefined ? [] : [valuesOf(finding)])].join(" "),
  );

const number = (value: bigint): string => (value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`);

function valuesOf({ inputs, result }: NonNullable<ContractJudgement["finding"]>): string {
  const all = [...inputs, ...(result === undefined ? [] : [{ name: "result", value: result }])];
  return all.map(({ name, value }) => `${name}=${number(value)}`).join(" ");
}
