/** The page's colours can be told from their grounds. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** WCAG 2's relative luminance of #rrggbb. */
const luminance = (color: string): number => {
  const [r = 0, g = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
};

/** WCAG 2: the ratio of the lighter one's luminance to the darker one's. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const colors = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/--([\w-]+): (#[\da-f]{6})/g)].map(([, name = "", value = ""]) => [name, value]));
const on = (backs: string, ...inks: string[]): (readonly [string, string])[] =>
  backs.split(" ").flatMap((back) => inks.map((ink) => [ink, back] as const));

describe("contrast", () => {
  const css = readFileSync(new URL("../../../props/page/style.css", import.meta.url), "utf8");
  const [light = "", dark = ""] = css.split("@media screen and (prefers-color-scheme: dark)");
  const pairs = [
    ...on("paper raised faint", "ink", "quiet", "bad", "good", "slot", "folio"),
    ...on("slot-back", "slot", "ink"),
    ...on("other-back", "ink"),
    ...on("folio-back", "folio"),
    ...on("bad-back", "bad", "ink"),
    ...on("mapped-back", "mapped"),
    ...on("slot", "paper"),
  ];

  it.each([
    ["light", light],
    ["dark", dark],
  ])("of every text is AA in %s", (_scheme, text) => {
    const known = colors(text);
    const poor = pairs.filter(([ink, back]) => contrast(known.get(ink) ?? "", known.get(back) ?? "") < 4.5);
    expect(known.size).toBeGreaterThan(14);
    expect(poor).toEqual([]);
  });
});
