/** A broken contract as JSON: what `replay` reads. */

import type { Given } from "../../../model/given.ts";
import { placeOf } from "../../answers.ts";
import type { ContractFinding, ContractInput } from "../../contract.ts";
import { hex } from "../../contract.ts";
import { givenToJson } from "../../op.ts";
import { sentenceOf } from "./parts.ts";

/** Says what the file is. */
export const CONTRACT_FILE = "contract counterexample";
export const CONTRACT_SCHEMA = 1;

export const valuesToJson = (values: readonly ContractInput[]): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map(({ name, value }) => [name, hex(value)]));

/** Which of the tree's unknowns it is: read again, the text has other places. */
const numberOf = ({ claim: { tree } }: ContractFinding, { at, text, times }: Given): number =>
  tree.unknowns.findIndex((each) => each.is !== "input" && each.text === text && (times === 0 || placeOf(each) === at));

export function contractToJson(finding: ContractFinding): string {
  const { id, contract, claim, inputs, given, result, after } = finding;
  const members: Readonly<Record<string, unknown>> = {
    foliofence: CONTRACT_FILE,
    schema: CONTRACT_SCHEMA,
    id,
    function: contract.function,
    contract: contract.id,
    text: contract.text,
    requires: contract.requires.map((clause) => clause.text),
    claim: claim.name,
    ensures: claim.text,
    sentence: sentenceOf(finding),
    inputs: valuesToJson(inputs),
    given: given.map((each) => ({ ...givenToJson(each), unknown: numberOf(finding, each) })),
    ...(result !== undefined && { result: hex(result) }),
    ...(after.length > 0 && { after: valuesToJson(after) }),
  };
  const lines = Object.entries(members).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}
