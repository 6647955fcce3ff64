/** Verdicts on contracts as text for a terminal, as those on rules are told. */

import { contractLines, findingLines, takenText } from "../../../sim/words/contract.ts";
import type { ContractJudgement, JudgedContract } from "../../contract/judge.ts";
import type { Paint } from "../terminal/paint.ts";
import { table } from "../terminal/table.ts";
import { arbitraryOfContract } from "./contract-json.ts";

/** What a verdict rests on, in a few words. */
export function contractGrounds(judgement: ContractJudgement): string {
  const { verdict, engine, runs, residual_rate, inconclusive, finding, notRun = [] } = judgement;
  const idle = notRun.length === 0 ? "" : `; ${notRun.join(", ")} is not run on a contract`;
  const open = inconclusive === undefined ? "" : `; inconclusive: ${inconclusive}`;
  switch (verdict) {
    case "refuted": {
      const found = engine === "hunt" ? `run ${runs ?? 0}` : `by ${engine === "z3" ? "z3" : "proof"}`;
      const small =
        finding?.notSmallest === undefined
          ? "no inputs are smaller"
          : `there may be smaller inputs: ${finding.notSmallest}`;
      return `${found}; ${small}; ${finding?.id ?? ""}${idle}`;
    }
    case "proved":
      return `ensures(${judgement.claim.text})${idle}`;
    case "vacuous":
      return `what is required is never met, or the function never comes to an end then${idle}`;
    case "sampled":
      return residual_rate === undefined
        ? `not found in ${runs ?? 0} runs${open}${idle}`
        : `not found in ${runs ?? 0} runs: below ${residual_rate.toExponential(1)} at 95 %${open}${idle}`;
    default:
      return verdict satisfies never;
  }
}

export function contractReport({ contract, judgements }: JudgedContract, ink: Paint): string[] {
  const where = contract.file === undefined ? "" : ` (${contract.file}:${contract.line})`;
  const arbitrary = arbitraryOfContract(contract);
  const taken = takenText(contract);
  const lines = [
    `${ink.strong(contract.id)}: contract${where}`,
    ...contractLines(contract).map((line) => `    ${line}`.trimEnd()),
    ...(taken === undefined ? [] : [`  taken: ${taken}`]),
    ...(arbitrary.length === 0
      ? []
      : [`  arbitrary: ${arbitrary.map(({ text, line, column }) => `${text} (${line}:${column})`).join(", ")}`]),
    "",
    ...table(
      judgements.map((judgement) => [
        `  ${judgement.claim.name}`,
        ink.verdict(judgement.verdict),
        ink.faint(contractGrounds(judgement)),
      ]),
    ),
    ...(judgements.some(({ verdict }) => verdict === "proved") ? [`  ${ink.faint(PROVED)}`] : []),
    "",
  ];
  for (const { finding } of judgements) {
    if (finding === undefined) continue;
    const [first = "", ...rest] = findingLines(finding);
    lines.push(first, ...rest.map((line) => `  ${line}`), "");
  }
  return lines;
}

const PROVED = "proved for every value of every parameter that requires(…) lets through";
