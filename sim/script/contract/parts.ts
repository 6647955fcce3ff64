/** What the scripts of a broken contract have in common. */

import type { ContractFinding } from "../../contract.ts";
import { contractLines, resultText, valueText } from "../../words/contract.ts";
import { givenLines } from "../../words/given.ts";
import { short } from "../../words/name.ts";

/** `${contractStem(finding)}.json`, `.mjs`, `.txt`, `.c` and `.svg`. */
export const contractStem = ({ contract, claim, id }: ContractFinding): string =>
  `${short(contract.id)}-${short(claim.name)}-${id}`;

/** f(a = 0x1, b = 0x2) */
export const callText = ({ contract, inputs }: ContractFinding): string => {
  const args = contract.parameters.map(({ name, isPointer }) => {
    const input = inputs.find((each) => each.name === name);
    return input === undefined ? (isPointer ? name : "...") : `${name} = ${valueText(input.type, input.value)}`;
  });
  return `${contract.function}(${args.join(", ")})`;
};

/** One sentence: what is broken, by which inputs, and what the function makes of them. */
export function sentenceOf(finding: ContractFinding): string {
  const result = resultText(finding);
  const given = finding.given.length === 0 ? "" : `, given ${givenLines(finding.given).join(" and ")}`;
  const behind = finding.inputs
    .filter(({ name }) => !finding.contract.parameters.some((each) => each.name === name))
    .map(({ name, type, value }) => `${name} being ${valueText(type, value)}`);
  const where = behind.length === 0 ? "" : `, ${behind.join(", ")},`;
  const does = result === "" ? "comes back" : `returns ${result}`;
  return `${callText(finding)}${where} ${does}${given}, and ${finding.claim.name} does not hold: ${finding.claim.text}.`;
}

/** The function with what is required and the one claim that is broken. */
export const quotedLines = ({ contract, claim }: ContractFinding): string[] =>
  contractLines({ ...contract, claims: [claim] });
