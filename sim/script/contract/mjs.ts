/** A broken contract as a Node script that imports nothing and reads top to bottom. */

import { afterCall, RESULT } from "../../../model/rule/contract.ts";
import { isSigned, WIDTH } from "../../../model/rule/tree.ts";
import type { ContractFinding } from "../../contract.ts";
import { givenLines } from "../../words/given.ts";
import { wrap } from "../../words/wrap.ts";
import { toJavaScript } from "../mjs/rule.ts";
import { contractStem, quotedLines, sentenceOf } from "./parts.ts";

const WIDE = 100;

const comment = (lines: readonly string[]): string[] => lines.map((line) => `// ${line}`.trimEnd());
const paragraph = (text: string): string[] => comment(wrap(text, "", "", WIDE));
const literal = (value: bigint): string => (value < 0n ? `-0x${(-value).toString(16)}n` : `0x${value.toString(16)}n`);

export function contractToMjs(finding: ContractFinding): string {
  const { contract, claim, inputs, given } = finding;
  const { tree } = claim;
  const shown = new Set([RESULT, ...contract.parameters.map(({ name }) => afterCall(name))]);
  const cells = tree.cells.flatMap(({ name }, at) => (shown.has(name) ? [at] : []));
  const unknowns = tree.unknowns.map(
    ({ text, line, column, type, lifetime, plain, is }) =>
      `  { text: ${JSON.stringify(text)}, at: "${line}:${column}", bits: ${WIDTH[type]}, signed: ${isSigned(type)}, plain: ${plain}n, isRun: ${lifetime === "run"}, isInput: ${is === "input"} },`,
  );
  const told = given.map(
    ({ at, text, times, value }) =>
      `  { text: ${JSON.stringify(text)}, at: "${at}", times: ${times}, value: ${literal(value)} },`,
  );
  const args = [
    ...(unknowns.length > 0 ? ["{}", "answer"] : []),
    ...(cells.length > 0 ? ["(all) => void (seen = all)"] : []),
  ];
  return [
    ...paragraph(sentenceOf(finding)),
    "//",
    ...comment([
      `Run:          node ${contractStem(finding)}.mjs`,
      "Exit status:  1 if what the contract claims does not hold, 0 if it does.",
    ]),
    "//",
    ...paragraph("The function as it was written, in C, with what it requires and what it is to ensure:"),
    "//",
    ...comment(quotedLines(finding)),
    "",
    "const INPUTS = {",
    ...inputs.map(({ name, value }) => `  ${JSON.stringify(name)}: ${literal(value)},`),
    "};",
    ...(given.length === 0
      ? []
      : [...paragraph(`What is called or read and not shown. Given: ${givenLines(given).join(" and ")}.`)]),
    "const GIVEN = [",
    ...told,
    "];",
    "",
    ...paragraph(
      "The same in JavaScript: true where what is required does not hold, or what is claimed does. u64 is BigInt; every result is cut to the width of its C type.",
    ),
    toJavaScript(tree, "contract", cells),
    "",
    "const UNKNOWNS = [",
    ...unknowns,
    "];",
    `\
const reached = UNKNOWNS.map(() => 0);
const kept = new Map();
const answer = (i) => {
  const { text, at, bits, signed, plain, isRun, isInput } = UNKNOWNS[i];
  const times = isRun ? 0 : (reached[i] += 1);
  const said = GIVEN.find((one) => one.text === text && one.times === times && (isRun || one.at === at));
  const value = isInput ? (INPUTS[text] ?? 0n) : ((isRun ? kept.get(text) : undefined) ?? said?.value ?? plain);
  if (isRun) kept.set(text, value);
  return bits === 1 ? (value === 0n ? 0n : 1n) : signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
};

const hex = (n) => (typeof n !== "bigint" ? String(n) : n < 0n ? \`-0x\${(-n).toString(16)}\` : \`0x\${n.toString(16)}\`);
let seen = {};
const holds = contract(${args.join(", ")});
for (const [name, value] of Object.entries({ ...INPUTS, ...seen })) console.log(\`\${name} = \${hex(value)}\`);`,
    `console.log(holds ? ${JSON.stringify(`${claim.name} holds.`)} : ${JSON.stringify(`${claim.name} does not hold: ${claim.text}`)});`,
    "process.exitCode = holds ? 0 : 1;",
    "",
  ].join("\n");
}
