/** A broken contract as a picture that stands alone: a table of the inputs and of what comes of them. */

import type { ContractFinding } from "../../contract.ts";
import { inputText, resultText } from "../../words/contract.ts";
import { givenLines } from "../../words/given.ts";
import { wrap } from "../../words/wrap.ts";
import { escaped, text, WIDTH } from "../../picture/svg-ruler.ts";
import { look, STYLE } from "../../picture/svg-style.ts";
import { quotedLines, sentenceOf } from "./parts.ts";

/** Letters of the running text that fit the width. */
const LETTERS = 108;
const ROW = 24;

type Row = { readonly name: string; readonly value: string; readonly isWrong?: true };

function rowsOf(finding: ContractFinding): Row[] {
  const split = (line: string): Row => {
    const at = line.indexOf(" = ");
    return { name: line.slice(0, at), value: line.slice(at + 3) };
  };
  const result = resultText(finding);
  return [
    ...finding.inputs.map(inputText).map(split),
    ...(result === "" ? [] : [{ name: "result", value: result, isWrong: true as const }]),
    ...finding.after.map((each) => ({ ...split(inputText(each)), isWrong: true as const })),
  ];
}

function table(rows: readonly Row[], top: number): { readonly svg: string; readonly bottom: number } {
  const bottom = top + rows.length * ROW;
  const cells = rows.flatMap(({ name, value, isWrong }, at) => {
    const y = top + at * ROW;
    return [
      `<rect ${look(isWrong ? "hatch-under" : "paper")} x="24" y="${y}" width="${WIDTH - 48}" height="${ROW}"/>`,
      `<line ${look("axis")} x1="24" y1="${y}" x2="${WIDTH - 24}" y2="${y}"/>`,
      text(32, y + 17, isWrong ? `${name}, after the call` : name, "name"),
      text(WIDTH / 2, y + 17, value, "mono"),
    ];
  });
  const last = `<line ${look("axis")} x1="24" y1="${bottom}" x2="${WIDTH - 24}" y2="${bottom}"/>`;
  return { svg: [...cells, last].join("\n"), bottom };
}

export function contractToSvg(finding: ContractFinding): string {
  const { contract, claim, given } = finding;
  const title = `${contract.function}(): ${claim.name} does not hold`;
  const lines = (of: readonly string[], top: number, as: "mono" | "soft"): { svg: string; bottom: number } => ({
    svg: of.map((each, i) => text(24, top + i * 19, each, as, as === "mono" ? 'xml:space="preserve"' : "")).join("\n"),
    bottom: top + of.length * 19,
  });
  const wanted = lines(
    [
      ...contract.requires.flatMap((clause) => wrap(`requires(${clause.text})`, "", "    ", LETTERS)),
      ...wrap(`ensures(${claim.text})`, "", "    ", LETTERS),
    ],
    68,
    "mono",
  );
  const values = table(rowsOf(finding), wanted.bottom);
  const said = [sentenceOf(finding), ...givenLines(given).map((each) => `Given ${each}.`)];
  const under = lines(
    said.flatMap((each) => wrap(each, "", "", LETTERS)),
    values.bottom + 28,
    "soft",
  );
  const height = under.bottom + 6;
  return `\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">${escaped(title)}</title>
<desc id="desc">${escaped(sentenceOf(finding))}</desc>
<metadata>
${escaped(quotedLines(finding).join("\n"))}
</metadata>
<style>${STYLE}</style>
<rect ${look("paper")} width="${WIDTH}" height="${height}" rx="8"/>
${text(24, 36, title, "title")}
${wanted.svg}
${values.svg}
${under.svg}
</svg>
`;
}
