/** What the page asks of the hunt beside it, and what it knows of each claim by what that has reported. */

import { CLAIM_NAMES } from "../../../model/claim.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { judgingOf } from "../../../props/page/state/derive.ts";
import type { HuntReport } from "../../../props/page/judging/hunted.ts";
import { after, requestOf, WAITING } from "../../../props/page/judging/hunted.ts";
import type { Rulebook } from "../../../props/judge/rulebook.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { Judgement } from "../../../props/judge/verdict.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";

describe("the page's hunt", () => {
  let book: Rulebook;
  beforeAll(async () => {
    book = await openRulebook();
  });

  it("is asked for every claim, of the judged rule in its setting", () => {
    const read = judgingOf(book, { text: "offset == 0", pick: 0 }, DEFAULT_SETTING);
    if (!read.ok) throw new Error(read.error.message);
    const { rule, rules } = read.judging;
    expect(requestOf(book, read.judging)).toEqual({
      rule,
      rules,
      setting: { ...DEFAULT_SETTING, bind_rule: "expression" },
      claims: CLAIM_NAMES,
      seed: 1,
      firstRuns: 500,
      numRuns: 20_000,
      catalogue: [rule, ...["folio_order", "stock", "offset_and_size_1g", "congruent_1g"].map(book.byId)],
    });
  });

  it("knows the rules beside a rule of the reader's own by their names, though it has the name of one of them", () => {
    const text = "bool none(u64 index) { return index; }\nbool other(u64 offset) { return offset; }";
    const read = judgingOf(book, { text, pick: 0 }, DEFAULT_SETTING);
    if (!read.ok) throw new Error(read.error.message);
    const { rule, catalogue } = requestOf(book, read.judging);
    expect([rule.id, rule.kind]).toEqual(["none", "map"]);
    // As the worker does: the last of a name counts.
    const byId = new Map(catalogue.map((each) => [each.id, each]));
    expect(byId.get("none")).toBe(book.byId("none"));
    expect(byId.get("congruent_order")).toBe(book.byId("congruent_order"));
  });

  it("goes from waiting to what is reported last", () => {
    const [first, second, third, fourth] = CLAIM_NAMES;
    if (first === undefined || second === undefined || third === undefined || fourth === undefined) throw new Error();
    const judgement: Judgement = { rule: "ctz", claim: second, verdict: "exhausted", engine: "exhaust", witnesses: {} };
    const reports: readonly HuntReport[] = [
      { is: "started", claim: first, engine: "hunt" },
      { is: "started", claim: second, engine: "hunt" },
      { is: "judged", claim: second, judgement },
      { is: "failed", claim: third, message: "no memory" },
    ];
    expect([...WAITING]).toEqual(CLAIM_NAMES.map((claim) => [claim, { is: "waiting" }]));
    const known = reports.reduce(after, WAITING);
    expect(Object.fromEntries(known)).toEqual({
      ...Object.fromEntries(WAITING),
      [first]: { is: "searching", engine: "hunt" },
      [second]: { is: "judged", judgement },
      [third]: { is: "failed", message: "no memory" },
    });
    // What was started and not judged is no matter of this kind of rule.
    expect(Object.fromEntries(after(known, { is: "done" }))).toEqual({
      ...Object.fromEntries(CLAIM_NAMES.map((claim) => [claim, { is: "not_asked" }])),
      [second]: { is: "judged", judgement },
      [third]: { is: "failed", message: "no memory" },
    });
  });
});
