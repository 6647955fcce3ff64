/** Contracts and their verdicts as JSON, in the shape that rules and theirs have. */

import type { Contract } from "../../../model/rule/contract.ts";
import type { ContractInput } from "../../../sim/contract.ts";
import { hex } from "../../../sim/contract.ts";
import { takenText } from "../../../sim/words/contract.ts";
import { givenLines } from "../../../sim/words/given.ts";
import type { ContractJudgement } from "../../contract/judge.ts";

export function contractJson(contract: Contract): object {
  const { id, file, line, text, requires, claims } = contract;
  const taken = takenText(contract);
  return {
    id,
    file,
    line,
    text,
    requires: requires.map((clause) => clause.text),
    ...(taken === undefined ? {} : { taken }),
    ensures: claims.map(({ name, text: claim, line: at }) => ({ claim: name, ensures: claim, line: at })),
  };
}

export const valuesJson = (values: readonly ContractInput[]): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map(({ name, value }) => [name, hex(value)]));

/** What it reads that no model knows. */
export const arbitraryOfContract = ({
  premise,
  claims,
}: Contract): { text: string; line: number; column: number }[] => {
  const all = [premise, ...claims.map(({ tree }) => tree)].flatMap(({ unknowns }) => unknowns);
  const byPlace = new Map(
    all.flatMap(({ is, text, line, column }) =>
      is === "input" ? [] : [[`${line}:${column} ${text}`, { text, line, column }] as const],
    ),
  );
  return [...byPlace.values()];
};

/** Parameters, and what they lead to. */
export const inputsOfContract = ({ premise, claims }: Contract): string[] => [
  ...new Set(
    [premise, ...claims.map(({ tree }) => tree)].flatMap(({ unknowns }) =>
      unknowns.flatMap(({ is, text }) => (is === "input" ? [text] : [])),
    ),
  ),
];

export function contractVerdictJson(
  judgement: ContractJudgement,
  {
    filesOfContract,
    certificateOf,
  }: {
    readonly filesOfContract?: (judgement: ContractJudgement) => readonly string[];
    readonly certificateOf?: (judgement: ContractJudgement) => string | null;
  },
): object {
  const { contract, claim, verdict, engine, runs, seed, residual_rate, premises, witnesses } = judgement;
  const { unmet, inconclusive, notRun, finding } = judgement;
  const given = finding && givenLines(finding.given);
  return {
    rule: contract.id,
    claim: claim.name,
    verdict,
    engine,
    runs,
    seed,
    residual_rate,
    premises,
    witnesses,
    unmet,
    inconclusive,
    not_run: notRun,
    smallest: finding && (finding.notSmallest === undefined ? "proved" : `unknown: ${finding.notSmallest}`),
    certificate: engine === "z3" ? null : certificateOf?.(judgement),
    kind: "contract",
    ensures: claim.text,
    reads: inputsOfContract(contract).map((text) => ({ text, as: text })),
    arbitrary: arbitraryOfContract(contract),
    given,
    counterexample: finding && {
      id: finding.id,
      inputs: valuesJson(finding.inputs),
      ...(finding.result !== undefined && { result: hex(finding.result) }),
      ...(finding.after.length > 0 && { after: valuesJson(finding.after) }),
      given,
      files: filesOfContract?.(judgement) ?? [],
    },
  };
}
