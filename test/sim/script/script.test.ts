/** Every format of every case: it says the same, and it can be read back. */

import { describe, expect, it } from "vitest";
import { toSvg } from "../../../sim/script/svg.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { rulesOf } from "../../../sim/words/claim.ts";
import { importScript } from "../../../sim/script/import.ts";
import { toJson } from "../../../sim/script/json.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { fileStem } from "../../../sim/words/name.ts";
import { CASES } from "../../support/script-cases.ts";

const FORMATS = { json: toJson, mjs: toMjs, txt: toMail, c: toC, svg: toSvg } as const;
const formats = Object.entries(FORMATS);
const cases = Object.entries(CASES);

describe.each(cases)("%s", (_name, ce) => {
  it.each(formats)(".%s is read back with the same ops, rule, claim and setting", (extension, write) => {
    const back = importScript(write(ce), `finding.${extension}`);
    const { id, kind, text } = ce.rule;
    expect(back).toEqual({
      ok: true,
      id: ce.id,
      ops: ce.ops,
      rule: { id, kind, text: extension === "json" ? text : text.replace(/\n+$/, "") },
      claim: ce.claim,
      setting: ce.setting,
    });
    expect(write(ce)).toBe(write(ce));
  });

  it("names its files with the id, short enough for a line of a mail", () => {
    expect(fileStem(ce)).toContain(ce.id);
    expect(fileStem(ce).length).toBeLessThanOrEqual(68);
  });

  it(".txt is ASCII, at most 72 columns but for the quoted C and the Link: line", () => {
    const mail = toMail(ce);
    expect(mail).toMatch(/^[\t\n -~]*$/);
    const quoted = new Set(
      [ce.rule, ce.control.rule, ...Object.values(ce.rules)].flatMap(({ text }) => text.split("\n")),
    );
    expect(mail.split("\n").filter((line) => line.length > 72 && !quoted.has(line))).toEqual(
      mail.split("\n").filter((line) => line.length > 72 && /^Link: https:\S+( \(in a reply\))?$/.test(line)),
    );
  });

  it(".svg has no script, no outside address, and balanced text", () => {
    const svg = toSvg(ce);
    expect(svg).not.toMatch(/<script|@import|url\((?!#)|href=/);
    expect(svg.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
    expect(svg).not.toMatch(/NaN|undefined<|Infinity/);
  });
});

describe.each(cases)(".c of %s", (_name, ce) => {
  const source = toC(ce);

  it("has lines of at most 100 columns, tabs of 8, but for the quoted C", () => {
    const given = new Set(rulesOf(ce).flatMap(({ text }) => text.split("\n")));
    const wide = source.split("\n").filter((line) => line.replaceAll("\t", " ".repeat(8)).length > 100);
    expect(wide.filter((line) => !given.has(line))).toEqual([]);
  });

  it("says of exit 4 only where something can be undefined", () => {
    expect(source.includes("4 if the check is undefined")).toBe(source.includes("undefined("));
  });
});
