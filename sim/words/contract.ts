/** A contract and what breaks it, in words that every format has alike. */

import type { Contract } from "../../model/rule/contract.ts";
import type { IntType } from "../../model/rule/int-type.ts";
import type { ContractFinding, ContractInput } from "../contract.ts";
import { givenLines } from "./given.ts";

export const clauseLines = ({ requires, claims }: Pick<Contract, "requires" | "claims">): string[] => [
  ...requires.map((clause) => `requires(${clause.text})`),
  ...claims.map((claim) => `ensures(${claim.text})`),
];

/** The function with its contract above it. */
export const contractLines = ({ text, ...clauses }: Pick<Contract, "requires" | "claims" | "text">): string[] => [
  ...clauseLines(clauses),
  ...text.trimEnd().split("\n"),
];

/** What is taken of its pointers, if it has any: the premise of every verdict. */
export function takenText({ parameters }: Contract): string | undefined {
  const pointers = parameters.filter(({ isPointer }) => isPointer).map(({ name }) => name);
  if (pointers.length === 0) return undefined;
  if (pointers.length === 1) return `${pointers[0] ?? ""} is not NULL, and nothing else leads to its object`;
  return `${pointers.join(", ")} are not NULL, and each leads to an object of its own`;
}

/** As C reads it: hexadecimal, of what is negative the number itself. */
export function valueText(type: IntType, value: bigint): string {
  if (type === "bool") return value === 0n ? "false" : "true";
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

export const inputText = ({ name, type, value, pointer }: ContractInput): string =>
  `${name} = ${pointer ? (value === 0n ? "NULL" : "not NULL") : valueText(type, value)}`;

/** What the function returns: its type's own value, or an address. */
export function resultText({ contract, result }: ContractFinding): string {
  if (result === undefined) return "";
  const type = contract.returns;
  return type === undefined ? (result === 0n ? "NULL" : "not NULL") : valueText(type, result);
}

/** "ensures_1 breaks: f() returns true where …" */
export function findingHeadline(finding: ContractFinding): string {
  const { contract, claim } = finding;
  const result = resultText(finding);
  const does = result === "" ? "comes back" : `returns ${result}`;
  const given = finding.given.length === 0 ? "" : `, given ${givenLines(finding.given).join(" and ")}`;
  return `${claim.name} breaks: ${contract.function}() ${does}${given}`;
}

/** The headline, then a line an input, what is after the call, and what does not hold. */
export const findingLines = (finding: ContractFinding): string[] => [
  findingHeadline(finding),
  ...finding.inputs.map(inputText),
  ...(finding.result === undefined ? [] : [`result = ${resultText(finding)}`]),
  ...finding.after.map((each) => `${inputText(each)} after the call`),
  `does not hold: ensures(${finding.claim.text})`,
];
