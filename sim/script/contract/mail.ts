/** A broken contract as a mail: plain text, ASCII, at most 72 columns but for the quoted C. */

import type { ContractFinding } from "../../contract.ts";
import { inputText, resultText } from "../../words/contract.ts";
import { givenLines } from "../../words/given.ts";
import { ascii, wrap } from "../../words/wrap.ts";
import { quotedLines, sentenceOf } from "./parts.ts";

export function contractToMail(finding: ContractFinding): string {
  const { contract, claim, inputs, given, after, id } = finding;
  const result = resultText(finding);
  const values = [
    ...inputs.map(inputText),
    ...(result === "" ? [] : [`result = ${result}`]),
    ...after.map((each) => `${inputText(each)} after the call`),
  ];
  const required = contract.requires.flatMap((clause) => wrap(`requires(${clause.text})`, "  ", "      "));
  const lines = [
    ...wrap(`Subject: [RFC] ${contract.function}(): ${claim.name} does not hold`, "", " "),
    "",
    ...wrap(sentenceOf(finding)),
    "",
    ...values.map((each) => `  ${each}`),
    ...givenLines(given).flatMap((each) => wrap(`given ${each}`, "  ", "      ")),
    "",
    ...(required.length === 0 ? [] : ["What is required holds:", ...required, ""]),
    "What is to hold then does not:",
    ...wrap(`ensures(${claim.text})`, "  ", "      "),
    "",
    ...wrap(
      finding.notSmallest === undefined
        ? "No inputs are smaller: fewer other than 0, then fewer bits, then smaller numbers, in the order of the parameters."
        : `There may be smaller inputs: ${finding.notSmallest}.`,
    ),
    "",
    "To run it (exits with 1 while the function does this):",
    `  cc -fwrapv *-${id}.c && ./a.out  # or node *-${id}.mjs`,
    "",
    "The function, with its contract:",
    "",
    ...quotedLines(finding).map((line) => `  ${line}`.trimEnd()),
    "",
  ];
  return ascii(lines.join("\n"));
}
