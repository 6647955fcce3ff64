/**
 * The finding as a picture that stands alone: what was done, the file as a ruler with the slots, the folio and the pages
 * outside, and for claims about mappings the guest's addresses as a second one. No script, no font from outside.
 */

import type { Counterexample } from "../counterexample.ts";
import { allGiven, givenInText } from "../words/given-line.ts";
import { givenBlock, askedBlocks, operationsBlock, ruleBlock, settingBlock } from "../words/block.ts";
import { claimOf } from "../../model/claim.ts";
import { called } from "../words/name.ts";
import { inText } from "../words/op-line.ts";
import { opening, describeEffect } from "../words/story.ts";
import { wrap } from "../words/wrap.ts";
import { amount } from "../words/amount.ts";
import { sceneOf } from "../words/geometry.ts";
import { escaped, rulerInSvg, text, WIDTH } from "../picture/svg-ruler.ts";
import { look, PATTERNS, STYLE } from "../picture/svg-style.ts";

/** Letters of the running text that fit the width. */
const LETTERS = 118;

function operations(ce: Counterexample, top: number): { readonly svg: string; readonly bottom: number } {
  const lines = ce.trace.flatMap(({ op, effect }, i) => {
    const said = op.op === "set_order" ? `${amount(2 ** op.order)} folios from now on` : describeEffect(effect);
    return wrap(`${i + 1}. ${inText(op, ce.ops)}${said === "ok" ? "" : `: ${said}`}`, "", "   ", LETTERS);
  });
  const svg = lines.map((each, i) => text(24, top + i * 19, each, "mono", 'xml:space="preserve"'));
  return { svg: svg.join("\n"), bottom: top + lines.length * 19 };
}

function caption(ce: Counterexample, isCut: boolean, top: number): { readonly svg: string; readonly bottom: number } {
  const lines = wrap(
    `${opening(ce).join(" ")}${isCut ? " A slanted cut marks a stretch that is not to scale." : ""}`,
    "",
    "",
    LETTERS,
  );
  const svg = lines.map((each, i) => text(24, top + i * 19, each, "soft"));
  return { svg: svg.join("\n"), bottom: top + lines.length * 19 };
}

export function toSvg(ce: Counterexample): string {
  const data = [
    ...ruleBlock(ce),
    ...settingBlock(ce),
    ...askedBlocks(ce),
    ...operationsBlock(
      ce,
      ce.ops.map((op) => inText(op, ce.ops)),
    ),
    ...givenBlock(ce, allGiven(ce.ops).map(givenInText)),
  ];
  const story = operations(ce, 70);
  const drawn: string[] = [];
  let y = story.bottom + 12;
  for (const ruler of sceneOf(ce)) {
    const { svg, bottom } = rulerInSvg(ruler, y);
    drawn.push(svg);
    y = bottom + 22;
  }
  const under = caption(
    ce,
    drawn.some((each) => each.includes("gap")),
    y + 4,
  );
  const height = under.bottom + 6;
  return `\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">${escaped(`${called(ce.rule)}: ${claimOf(ce.claim).broken}`)}</title>
<desc id="desc">${escaped(opening(ce).join(" "))}</desc>
<metadata>
${escaped(data.join("\n"))}
</metadata>
<style>${STYLE}</style>
<defs>${PATTERNS}</defs>
<rect ${look("paper")} width="${WIDTH}" height="${height}" rx="8"/>
${text(24, 36, `${called(ce.rule)}: ${claimOf(ce.claim).broken}`, "title")}
${story.svg}
${drawn.join("\n")}
${under.svg}
</svg>
`;
}
