/** What the formats for machines say of a contract's verdict, in the words that they have for a rule's. */

import type { Contract } from "../../../model/rule/contract.ts";
import { findingLines } from "../../../sim/words/contract.ts";
import type { ContractJudgement, JudgedContract } from "../../contract/judge.ts";
import { contractGrounds } from "./contract-text.ts";
import type { Report } from "./json.ts";
import type { Standing } from "./words.ts";

/** A verdict, ready to be told. */
export interface ToldVerdict {
  readonly judgement: ContractJudgement;
  readonly standing: Standing;
  /** One line: function, claim, verdict and what it rests on. */
  readonly headline: string;
  /** What breaks it, in plain lines; for any other verdict none. */
  readonly story: readonly string[];
}

export interface ToldContract {
  /** As rules are told: the function's id, and where it stands. */
  readonly rule: Pick<Contract, "id" | "file" | "line" | "text" | "function">;
  readonly verdicts: readonly ToldVerdict[];
  readonly undefinedInputs: JudgedContract["undefinedInputs"];
}

function standingOf({ verdict, inconclusive }: ContractJudgement): Standing {
  if (verdict === "refuted" || verdict === "vacuous") return verdict;
  return inconclusive === undefined ? "good" : "inconclusive";
}

export const contractsTold = ({ contracts = [], filesOfContract = () => [] }: Report): readonly ToldContract[] =>
  contracts.map(({ contract, judgements, undefinedInputs }) => ({
    rule: contract,
    undefinedInputs,
    verdicts: judgements.map((judgement) => ({
      judgement,
      standing: standingOf(judgement),
      headline: `${contract.id}, ${judgement.claim.name}: ${judgement.verdict}: ${contractGrounds(judgement)}`,
      story:
        judgement.finding === undefined
          ? []
          : [...findingLines(judgement.finding), ...filesOfContract(judgement).map((file) => `script: ${file}`)],
    })),
  }));
