/** What importScript says of a file that is not as we wrote it. */

import { describe, expect, it } from "vitest";
import { toSvg } from "../../../sim/script/svg.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { importScript } from "../../../sim/script/import.ts";
import { toJson } from "../../../sim/script/json.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { CASES } from "../../support/script-cases.ts";

const ce = CASES["two_vms"];
if (ce === undefined) throw new Error("no case");
const TEXTS: readonly (readonly [string, string])[] = [
  ["a.json", toJson(ce)],
  ["a.mjs", toMjs(ce)],
  ["a.txt", toMail(ce)],
  ["a.c", toC(ce)],
  ["a.svg", toSvg(ce)],
];

const messageOf = (text: string, file: string): string => {
  const result = importScript(text, file);
  return result.ok ? "" : result.message;
};

describe.each(TEXTS)("%s", (file, text) => {
  it("cut short anywhere, is refused in one line with its place, or is whole", () => {
    for (let length = 0; length < text.length; length += 37) {
      const result = importScript(text.slice(0, length), file);
      const said = result.ok ? JSON.stringify(result.ops) : result.message;
      if (said === JSON.stringify(ce.ops)) continue;
      expect(said).toMatch(new RegExp(`^${file}:\\d+: [^\\n]+$`));
    }
  });

  it("with a changed digit, is not taken for the finding that it was", () => {
    const changed = text.replaceAll("0x1000", "0x3000").replaceAll('"npages":1', '"npages":3');
    expect(messageOf(changed, file)).toMatch(/ do not have the id "?[\da-f]{12}"?: damaged, or edited/);
  });
});

describe("edited on purpose", () => {
  it("is read when the mark says so", () => {
    const edited = toMail(ce)
      .replaceAll("size=0x1000", "size=0x3000")
      .replace(`operations ${ce.id}`, "operations edited");
    expect(importScript(edited, "a.txt")).toMatchObject({ ok: true });
  });

  it("names the line of an op that is none", () => {
    const lines = toMail(ce).split("\n");
    const at = lines.findIndex((line) => line.startsWith("fault "));
    const broken = lines.with(at, "fault gpa=0x123").join("\n");
    expect(messageOf(broken, "a.txt")).toBe(`a.txt:${at + 1}: gpa is no multiple of 0x1000`);
  });
});

describe("no file of ours", () => {
  it.each([
    ["hello", "x.txt", 'x.txt:1: no "---- rule ... ----" in it: not written by us, or cut short'],
    ["{}", "x.json", "x.json:1: no counterexample of ours: it does not say so"],
    ["", "x.json", "x.json:1: not whole JSON: Unexpected end of JSON input"],
    ["\0\u{1}", "x.c", 'x.c:1: no "---- rule ... ----" in it: not written by us, or cut short'],
  ])("%j", (text, file, message) => {
    expect(messageOf(text, file)).toBe(message);
  });
});
