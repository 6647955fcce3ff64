/** The picture outside of a browser: librsvg knows no CSS variables, and what it makes of ours must not be a black card. */

import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { STYLE } from "../../../sim/picture/svg-style.ts";
import { toSvg } from "../../../sim/script/svg.ts";
import { pixelsOf } from "../../support/png.ts";
import { CASES } from "../../support/script-cases.ts";

const there = spawnSync("rsvg-convert", ["--version"]).status === 0;
const STORIES = ["below", "neighbour", "translate"].map((name) => [name, CASES[name]] as const);

/** A reader's colours: paper, ink, and the fill or stroke of every bar there is. */
const BARS = new Map([
  ["below", ["#cfe6f5", "#fbe9c0", "#ffe3d3", "#b3430a"]],
  ["neighbour", ["#cfe6f5", "#d3efe5", "#fbe9c0", "#ffe3d3"]],
  ["translate", ["#cfe6f5", "#fbe9c0", "#f6dfec", "#8f3f73"]],
]);

describe.skipIf(!there)("a picture as librsvg draws it", () => {
  it.each(STORIES)("%s is dark on light, each bar in its colour", (name, ce) => {
    if (ce === undefined) throw new Error("no case");
    const svg = toSvg(ce);
    const { width, height, colours } = pixelsOf(execFileSync("rsvg-convert", [], { input: svg }));
    expect([width, height]).toEqual([960, Number(/height="(\d+)"/.exec(svg)?.[1])]);
    expect((colours.get("#ffffff") ?? 0) / (width * height)).toBeGreaterThan(0.6);
    expect((colours.get("#000000") ?? 0) / (width * height)).toBeLessThan(0.01);
    for (const colour of ["#1b1f24", ...(BARS.get(name) ?? [])]) {
      expect([colour, colours.get(colour) ?? 0]).toEqual([colour, expect.toSatisfy((n: number) => n > 20)]);
    }
  });
});

it.each(STORIES)("%s needs no style sheet: what it has is for dark screens alone", (_, ce) => {
  if (ce === undefined) throw new Error("no case");
  const svg = toSvg(ce);
  expect(svg.match(/<style>[^]*?<\/style>/g)).toEqual([`<style>${STYLE}</style>`]);
  expect(STYLE).toMatch(/^@media screen and \(prefers-color-scheme:dark\)\{[^@]*\}$/);
  expect(svg).not.toContain("var(");
  for (const [shape] of svg
    .replace(/<style>[^]*<\/style>/, "")
    .matchAll(/<(?:rect|line|text|polygon|circle)\b[^>]*>/g)) {
    expect(shape).toMatch(/ (?:fill|stroke)="(?:#[\da-f]{6}|none|url\(#\w+\))"/);
  }
});
