/** Files that were changed on purpose: what is read of them, and which line says why not. */

import { describe, expect, it } from "vitest";
import { toC } from "../../../sim/script/c/program.ts";
import { importScript } from "../../../sim/script/import.ts";
import { toJson } from "../../../sim/script/json.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { CASES } from "../../support/script-cases.ts";

const ce = CASES["two_vms"];
if (ce === undefined) throw new Error("no case");
const { id, ops, rule, claim, setting } = ce;
const MAIL = toMail(ce);
const JSON_TEXT = toJson(ce);

const told = (text: string, file: string): string => {
  const result = importScript(text, file);
  return result.ok ? "read" : `${result.line} ${result.message}`;
};

/** Line of the first occurrence, from 1. */
const lineOf = (text: string, part: string): number => text.split("\n").findIndex((line) => line.includes(part)) + 1;

/** What is said of the text with one part changed, and the place it should begin with: another part's line, or the end. */
function changed(text: string, file: string, part: string, into: string, where: string): [string, string] {
  expect(text).toContain(part);
  const after = text.replace(part, () => into);
  const line = where === "" ? after.split("\n").length : lineOf(after, where);
  expect(line).toBeGreaterThan(0);
  return [told(after, file), `${line} ${file}:${line}: `];
}

const whole = { ok: true, id, ops, rule: { id: rule.id, kind: rule.kind, text: rule.text }, claim, setting };

describe("a mail", () => {
  it.each([
    ["---- rule none (bind) ----", "", "", 'no "---- rule ... ----" in it: not written by us, or cut short'],
    ["---- rule none (bind) ----", "---- rule none ----", "---- rule", '"none" names no rule and kind'],
    ["rule none (bind)", "rule none (bind) (sic)", "---- rule", '"none (bind) (sic)" names no rule and kind'],
    ["rule none (bind)", "rule none (fault)", "---- rule", '"none (fault)" names no rule and kind'],
    ["---- end of rule ----", "", "", 'cut short: "---- end of rule ----" is missing'],
    ["---- setting", "----", "", 'no "---- setting ... ----" in it: not written by us, or cut short'],
    ["---- end of setting ----", "", "", 'cut short: "---- end of setting ----" is missing'],
    ["---- end of operations ----", "", "", 'cut short: "---- end of operations ----" is missing'],
    ["claim=", "claims=", "---- setting", "the setting names no claim or no orders"],
    ["orders=", "order=", "---- setting", "the setting names no claim or no orders"],
    ["orders=4K", "orders=4.5K", "---- setting", 'orders[0]: "4.5K" is no power of two from 4K to 1G'],
    ["resize=any", "resize=some", "---- setting", 'resize: "some" is none of any, before-bind, never'],
    ["resize=any", "", "---- setting", "resize: missing"],
    ["bind_rule=none", "", "---- setting", "bind_rule: missing"],
    ["map_rule=folio_order", "", "---- setting", "map_rule: missing"],
    ["level_rule=stock", "", "---- setting", "level_rule: missing"],
    [
      `operations ${id}`,
      "operations 0123456789ab",
      "---- operations",
      'the operations do not have the id 0123456789ab: damaged, or edited (then write "edited" in its place)',
    ],
    ["set_order order=9", "set_order order=x", "set_order order=x", 'order is no number: "x"'],
  ])("with %j as %j", (part, into, where, what) => {
    const [said, place] = changed(MAIL, "a.txt", part, into, where);
    expect(said).toBe(place + what);
  });

  it("needs the end after the beginning", () => {
    expect(told(`---- end of rule ----\n${MAIL}`, "a.txt")).toBe("read");
    expect(told(MAIL.replace("---- end of rule ----", "").replace(/^/, "---- end of rule ----\n"), "a.txt")).toContain(
      "cut short",
    );
  });

  it("may begin with the first mark, and be told with a carriage return in each line", () => {
    const rules = MAIL.slice(MAIL.indexOf("---- rule"));
    const first = MAIL.slice(MAIL.indexOf("---- operations"), MAIL.indexOf("---- rule"));
    expect(importScript(`${rules}\n${first}`, "a.txt")).toEqual(whole);
    expect(importScript(MAIL.replaceAll("\n", "\r\n"), "a.txt")).toEqual(whole);
  });

  it.each(["> ", "> > ", ">", ">> "])("quoted with %j in an answer is read as it was", (quote) => {
    const quoted = MAIL.split("\n")
      .map((line) => (quote + line).trimEnd())
      .join("\n");
    expect(importScript(quoted, "a.txt")).toEqual(whole);
    const [said, place] = changed(quoted, "a.txt", "set_order order=9", "set_order order=x", "order=x");
    expect(said).toBe(`${place}order is no number: "x"`);
  });

  it("may be called .json.txt, and is no JSON then", () => {
    expect(told(MAIL, "a.json.txt")).toBe("read");
    expect(told(`${MAIL}{`, "a.txt")).toBe("read");
  });
});

describe("a comment before every line", () => {
  it.each([
    ["a.mjs", toMjs(ce)],
    ["a.c", toC(ce)],
  ])("of %s is not part of the rule; what lacks it is taken as it stands", (file, text) => {
    expect(importScript(text, file)).toEqual(whole);
    const mark = /^(.*)---- setting/mu.exec(text)?.[1] ?? "";
    expect(mark.trim()).toMatch(/^(?:\/\/|\*)$/);
    expect(importScript(text.replace(`${mark}claim=`, "claim="), file)).toEqual(whole);
  });
});

describe("JSON", () => {
  it("tells the rules of every question, and one op a line", () => {
    const shown = Object.entries(ce.rules).map(([kind, one]) => [kind, { id: one.id, kind: one.kind, text: one.text }]);
    expect(JSON.parse(JSON_TEXT)).toMatchObject({ rules: Object.fromEntries(shown) });
    expect(JSON_TEXT.split("\n").filter((line) => line.startsWith('    {"op":'))).toHaveLength(ops.length);
    expect(importScript(JSON_TEXT, "a.json")).toEqual(whole);
    expect(importScript(`\n${JSON_TEXT}`, "a.txt")).toEqual(whole);
  });

  it.each([
    ['"schema": 1', '"schema": 2', '"schema"', "schema 2 is not known, only 1"],
    ['"schema": 1,', "", "{", "schema undefined is not known, only 1"],
    ['"foliofence": "counterexample"', '"foliofence": "trace"', "{", "no counterexample of ours: it does not say so"],
    [
      `"id": "${id}"`,
      '"id": "0123456789ab"',
      '"ops"',
      'the "ops" do not have the id "0123456789ab": damaged, or edited (then write "edited" in its place)',
    ],
    ['"ops": [', '"ops": [], "was": [', '"ops"', "ops: empty: at least one op is wanted"],
    ['"ops": [', '"ops": 7, "was": [', '"ops"', "ops: 7 is no list"],
    ['"rule": {', '"rule": 7, "was": {', '"rule"', "rule: 7 is no object"],
    ['"rule": {', '"rule": null, "was": {', '"rule"', "rule: null is no object"],
    ['"setting": {', '"setting": "x", "was": {', '"setting"', 'setting: "x" is no object'],
    ['"claim": "', '"claim": 5, "was": "', '"claim"', "claim: 5 is no text"],
    ['"kind":"bind"', '"kind":7', '"kind"', "rule.kind: 7 is no text"],
    ['"orders":["4K",', '"orders":["5K",', '"orders"', 'setting.orders[0]: "5K" is no power of two from 4K to 1G'],
    ['"orders":[', '"orders":"4K","was":[', '"orders"', 'setting.orders: "4K" is no list'],
    ['"resize":"any"', '"resize":"some"', '"resize"', 'setting.resize: "some" is none of any, before-bind, never'],
    ['"order":9', '"order":"9"', '"order"', 'ops[2].order: "9" is no whole number from 0 to 18'],
  ])("with %j as %j", (part, into, where, what) => {
    const [said, place] = changed(JSON_TEXT, "a.json", part, into, where);
    expect(said).toBe(place + what);
  });

  it.each(["null", "7", '"x"', "[]"])("that is %s is none of ours", (text) => {
    expect(told(text, "a.json")).toBe("1 a.json:1: no counterexample of ours: it does not say so");
  });

  it("may do without an id, or say that it was edited", () => {
    expect(importScript(JSON_TEXT.replace(`"id": "${id}",`, ""), "a.json")).toEqual(whole);
    expect(importScript(JSON_TEXT.replace(`"id": "${id}"`, '"id": "edited"'), "a.json")).toEqual(whole);
  });

  it("that is broken is told of with the line, where the engine says where", () => {
    const lines = JSON_TEXT.split("\n");
    const cut = lines.slice(0, 12).join("\n");
    expect(told(`${cut}\n\n`, "a.json")).toMatch(/^\d+ a\.json:\d+: not whole JSON: [^\n]+$/);
    // Unquoted in line 12: V8 tells the position of some errors.
    const odd = `{\n${"\n".repeat(10)}"a" 7}`;
    expect(told(odd, "a.json")).toMatch(/^12 a\.json:12: not whole JSON: /);
    expect(told('{\n"a": 1,\n\n"b":\n\n', "a.json")).toMatch(/^4 a\.json:4: not whole JSON: .*end of JSON/);
  });
});
