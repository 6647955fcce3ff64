/** A counterexample from outside the page. */

import { beforeAll, describe, expect, it } from "vitest";
import { judgingOf } from "../../../props/page/state/derive.ts";
import { fromHash, toHash } from "../../../props/page/state/hash.ts";
import { givenOf, stateOf } from "../../../props/page/state/given.ts";
import type { Rulebook } from "../../../props/judge/rulebook.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { toJson } from "../../../sim/script/json.ts";
import type { Counterexample } from "../../../sim/counterexample.ts";
import { CASES } from "../../support/script-cases.ts";

const found = CASES["below"];
if (found === undefined) throw new Error("no such case");
const { rule, setting, ops } = found;

describe("what the page is given", () => {
  let book: Rulebook;
  beforeAll(async () => {
    book = await openRulebook();
  });
  const opened = (ce: Counterexample): unknown => stateOf(book, { name: "x.json", text: toJson(ce) });

  it("reads its check as it was read, in a link, too", () => {
    const settled: Counterexample = {
      ...found,
      setting: { ...setting, assume: ["size > 3"], let: ["x=gpa"], strict_calls: true },
    };
    const loaded = stateOf(book, { name: "x.json", text: toJson(settled) });
    if (!loaded.ok) throw new Error(loaded.message);
    expect("text" in loaded.state.check).toBe(true);
    expect(fromHash(toHash(loaded.state))).toMatchObject({
      ok: true,
      state: { setting: { assume: ["size > 3"], let: ["x=gpa"], strict_calls: true } },
    });
    const text = { check: { text: "x == 0", pick: 0 }, setting: { ...DEFAULT_SETTING, let: ["x=gpa"] } };
    expect(judgingOf(book, text.check, text.setting)).toMatchObject({
      ok: true,
      judging: { rules: { bind: { reads: ["gpa"] } } },
    });
    expect(judgingOf(book, text.check, { ...text.setting, let: ["x"] })).toMatchObject({ ok: false });
  });

  it.each([
    "null",
    "0",
    '"text"',
    "[]",
    "{}",
    '{"name":"a"}',
    '{"text":"a"}',
    '{"name":1,"text":"a"}',
    '{"name":"a","text":1}',
  ])("is no file: %s", (json) => expect(givenOf(json)).toBeUndefined());

  it("is named, where it is a rule of the catalogue by its text too", () => {
    const state = { check: { id: rule.id }, setting, ops, at: ops.length - 1, own: true };
    expect(opened(found)).toEqual({ ok: true, state });
    expect(opened({ ...found, rule: { ...rule, text: `\n${rule.text}\n` } })).toEqual({ ok: true, state });
  });

  it.each([
    ["another text", { text: "offset % 3 == 0" }],
    ["a name of its own", { id: "mine" }],
  ])("is quoted with %s, and nothing of the catalogue is said to stand where it stands", (_, change) => {
    const own = { ...rule, ...change };
    const odd = { ...setting, map_rule: "order_zero", level_rule: "or_offset", bind_rule: "mine" };
    expect(opened({ ...found, rule: own, setting: odd })).toEqual({
      ok: true,
      state: {
        check: { text: own.text, pick: 0 },
        setting: { ...odd, bind_rule: DEFAULT_SETTING.bind_rule },
        ops,
        at: ops.length - 1,
        own: true,
      },
    });
  });

  it("says what is wrong with it", () => {
    expect(stateOf(book, { name: "x.json", text: "" })).toEqual({
      ok: false,
      message: "x.json:1: not whole JSON: Unexpected end of JSON input",
    });
  });
});
