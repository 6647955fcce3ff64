/** `judge --fix` and `--compare` with a prover that says what it is told to: every answer, to the letter. */

import type { ClaimName } from "../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { judgeCommand } from "../../props/cli/judge/command.ts";
import type { JudgeFlags } from "../../props/cli/judge/flags.ts";
import type { Fixes } from "../../props/prove/fix/fix.ts";
import { fixOf } from "../../props/prove/fix/fix.ts";
import type { PremiseName } from "../../props/prove/fix/premises.ts";
import type { Prover } from "../../props/prove/prover.ts";
import type { Relation } from "../../props/prove/question.ts";
import { openRulebook } from "../../props/judge/rulebook.ts";
import { keepingIo } from "../support/cli-io.ts";

const book = await openRulebook();
const LARGEST = 18;

const notAsked = (): Promise<never> => Promise.reject(new Error("not asked"));
const proverOf = (says: Pick<Partial<Prover>, "compare" | "fixes">): Prover => ({
  prove: notAsked,
  undefined: notAsked,
  smallest: notAsked,
  ask: () => Promise.reject(new Error("not asked")),
  leastGiven: notAsked,
  general: () => Promise.resolve({ freed: [], queries: [] }),
  compare: notAsked,
  fixes: notAsked,
  solver: "none",
  close: async () => Promise.resolve(),
  ...says,
});

/** @param looks how often Ctrl-C is looked for before it was pressed */
async function told(words: readonly string[], flags: JudgeFlags, prover: Prover, looks = Infinity) {
  let looked = 0;
  const said = keepingIo(() => ++looked > looks);
  const context = { io: said.io, version: "1.2.3", book, prover: async () => Promise.resolve(prover) };
  const code = await judgeCommand(words, { out: false, ...flags }, context);
  return { code, out: said.out() };
}

const SETTING = "folios of 4K, 2M, 1G, resize any, map rule folio_order, level rule stock\n";

/** Without the queries that were asked for it. */
type Said = Relation extends infer One ? (One extends unknown ? Omit<One, "queries"> : never) : never;

describe("--compare", () => {
  const only_first = { offset: 0x1000n, gpa: 0n };
  const only_second = { gpa: 0x20_0000n, offset: 2n };
  const compared = (relation: Said, flags: JudgeFlags = {}, words: readonly string[] = ["ctz", "fls64"]) =>
    told(
      words,
      { compare: true, ...flags },
      proverOf({ compare: async () => Promise.resolve({ ...relation, queries: [] }) }),
    );

  it.each<[Said, number, string, object]>([
    [
      { relation: "equivalent" },
      0,
      "ctz and fls64 are equivalent: no input that the ioctl lets through tells them apart\n",
      { relation: "equivalent" },
    ],
    [
      { relation: "first_implies_second", only_second },
      1,
      "whatever ctz takes, fls64 takes\nfls64 takes what ctz does not: offset=0x2 gpa=0x200000\n",
      { relation: "first_implies_second", only_second: { gpa: "0x200000", offset: "0x2" } },
    ],
    [
      { relation: "second_implies_first", only_first },
      1,
      "whatever fls64 takes, ctz takes\nctz takes what fls64 does not: offset=0x1000 gpa=0x0\n",
      { relation: "second_implies_first", only_first: { offset: "0x1000", gpa: "0x0" } },
    ],
    [
      { relation: "neither", only_first, only_second },
      1,
      "neither of ctz and fls64 implies the other\nctz takes what fls64 does not: offset=0x1000 gpa=0x0\n" +
        "fls64 takes what ctz does not: offset=0x2 gpa=0x200000\n",
      {
        relation: "neither",
        only_first: { offset: "0x1000", gpa: "0x0" },
        only_second: { gpa: "0x200000", offset: "0x2" },
      },
    ],
    [
      { relation: "unknown", reason: "timeout" },
      3,
      "ctz and fls64: undecided: timeout\n",
      { relation: "unknown", reason: "timeout" },
    ],
  ])("answer %#: words, object and exit code", async (relation, code, lines, json) => {
    expect(await compared(relation)).toEqual({ code, out: lines + SETTING });
    const object = await compared(relation, { json: true });
    expect(object.code).toBe(code);
    expect(JSON.parse(object.out)).toEqual({
      foliofence: "1.2.3",
      schema: 1,
      setting: {
        orders: ["4K", "2M", "1G"],
        resize: "any",
        bind_rule: "none",
        map_rule: "folio_order",
        level_rule: "stock",
      },
      first: "ctz",
      second: "fls64",
      ...json,
    });
  });

  it.each<[readonly string[], JudgeFlags, string]>([
    [[], {}, "--compare: name two rules, not 0"],
    [["ctz"], {}, "--compare: name two rules, not 1"],
    [["ctz", "fls64", "none"], {}, "--compare: name two rules, not 3"],
    [["ctz"], { expression: ["offset == 0", "true"] }, "--compare: name two rules, not 3"],
    [["ctz", "stock"], {}, "--compare: ctz is a bind rule and stock a level rule"],
    [["ctz", "fls64"], { format: "sarif" }, "--compare: there is no format sarif for it"],
  ])("%j %j is refused", async (words, flags, message) => {
    await expect(compared({ relation: "equivalent" }, flags, words)).rejects.toThrow(message);
  });

  it("takes expressions for rules", async () => {
    const { out } = await compared({ relation: "equivalent" }, { expression: ["true", "false"] }, []);
    expect(out).toMatch(/^expression and expression_2 are equivalent/);
  });
});

describe("--fix", () => {
  const sets = (claim: ClaimName, ...premises: PremiseName[][]): Fixes => ({
    claim,
    holds: false,
    fixes: premises.map((set) => fixOf(set, LARGEST)),
    undecided: [],
    queries: [],
  });
  const holds = (claim: ClaimName): Fixes => ({ claim, holds: true, fixes: [], undecided: [], queries: [] });
  const ONE = "folio_starts_in_slot";
  const TWO = "folio_starts_in_slot,folio_ends_in_slot";
  const fixed = (
    claims: string,
    answer: (claim: ClaimName) => Fixes,
    flags: JudgeFlags = {},
    { words = ["ctz"], looks = Infinity }: { readonly words?: readonly string[]; readonly looks?: number } = {},
  ) =>
    told(
      words,
      { fix: true, claims, ...flags },
      proverOf({ fixes: async (_question, claim) => Promise.resolve(answer(claim)) }),
      looks,
    );

  it("tells of each claim, and of all together, what is needed and what it costs", async () => {
    const answer = (claim: ClaimName): Fixes =>
      claim === ONE
        ? sets(claim, ["offset_aligned"], ["resize_before_bind"])
        : sets(claim, ["size_aligned"], ["offset_aligned", "folio_at_most_size"]);
    await expect((await fixed(TWO, answer)).out).toMatchFileSnapshot("../golden/commands-fix.txt");
    const { code, out } = await fixed(TWO, answer, { json: true });
    expect(code).toBe(1);
    await expect(out).toMatchFileSnapshot("../golden/commands-fix.json");
  });

  it("of one claim does not tell of all", async () => {
    const { out } = await fixed(TWO, (claim) => (claim === ONE ? sets(claim, ["gpa_aligned"]) : holds(claim)));
    expect(out).toContain("ctz, folio_starts_in_slot holds if\n  * gpa is a multiple of the largest folio\n");
    expect(out).toContain("\nctz, folio_ends_in_slot: holds as it is\n");
    expect(out).not.toContain("all claims asked");
  });

  it("says that nothing is needed, without a word of layouts", async () => {
    expect(await fixed(ONE, holds)).toEqual({
      code: 0,
      out: `ctz, folio_starts_in_slot: holds as it is\n\n${SETTING}`,
    });
  });

  it("says that nothing known is enough", async () => {
    expect(await fixed(ONE, (claim) => sets(claim))).toEqual({
      code: 1,
      out: `ctz, folio_starts_in_slot: no set of the premises known here is enough\n\n${SETTING}`,
    });
  });

  it("that costs no real layout says so", async () => {
    const { out } = await fixed(ONE, (claim) => sets(claim, ["resize_before_bind"]));
    expect(out).toMatch(
      /holds if\n {2}\* the file's folio size does not change once a slot is bound\n {6}refuses none of the \d+ slots of real layouts that are taken without it\n\nfolios/,
    );
  });

  it.each<[PremiseName[][], string, number]>([
    [[[]], "none", 3],
    [[["congruent", "size_aligned"], ["gpa_aligned"]], "congruent + size_aligned; gpa_aligned", 1],
    [[["congruent"], []], "congruent; none", 3],
  ])("undecided sets %j are told: exit code", async (undecided, words, code) => {
    const answer = (claim: ClaimName): Fixes => ({ ...sets(claim), undecided });
    const said = await fixed(ONE, answer);
    expect(said.code).toBe(code);
    expect(said.out).toContain(`\n  undecided: ${words}\n`);
    expect(JSON.parse((await fixed(ONE, answer, { json: true })).out)).toMatchObject({ fixes: [{ undecided }] });
  });

  it("is needed where one claim needs it, though of another that is not known", async () => {
    const { code } = await fixed(TWO, (claim) => ({ ...sets(claim), undecided: claim === ONE ? [[]] : [] }));
    expect(code).toBe(1);
  });

  it("that is interrupted tells whole rules", async () => {
    const { code, out } = await fixed(ONE, holds, {}, { words: ["ctz", "fls64", "none"], looks: 2 });
    expect(code).toBe(130);
    expect(out).toBe(
      `ctz, folio_starts_in_slot: holds as it is\n\nfls64, folio_starts_in_slot: holds as it is\n\n${SETTING}`,
    );
  });

  it.each<[readonly string[], string, JudgeFlags, string]>([
    [[], ONE, {}, "--fix: name the rules to mend"],
    [["ctz"], ONE, { format: "github" }, "--fix: there is no format github for it"],
    [["ctz", "stock"], "allocation", {}, "--claims: stock has no say in what is allocated"],
  ])("%j %s %j is refused", async (words, claims, flags, message) => {
    await expect(fixed(claims, holds, flags, { words })).rejects.toThrow(message);
  });

  it("takes an expression for a rule", async () => {
    const { out } = await fixed(ONE, holds, { expression: ["offset == 0"] }, { words: [] });
    expect(out).toMatch(/^expression, folio_starts_in_slot: holds as it is\n/);
    const both = await fixed(ONE, holds, { expression: ["offset == 0"] });
    expect(both.out).toMatch(/^ctz, .*: holds as it is\n\nexpression, .*: holds as it is\n/);
  });
});
