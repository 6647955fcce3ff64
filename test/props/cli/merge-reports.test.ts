/** How the results of shards add up, told of results that were never judged. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../props/cli/terminal/io.ts";
import type { Report } from "../../../props/cli/format/json.ts";
import { judgeJson } from "../../../props/cli/format/json.ts";
import type { MergeFlags } from "../../../props/cli/judge/merge.ts";
import { mergeCommand, mergeReports } from "../../../props/cli/judge/merge.ts";
import { unmet } from "../../../props/claims/sometimes.ts";
import type { Judgement } from "../../../props/judge/verdict.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { keepingIo } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";
import { book, FIRST, LONG, refutedBy, REPORT, SETTING, SHORT } from "../../support/report-cases.ts";

const NONE = book.byId("none");
/** The witnesses that a pass takes, of which no shard meets all. */
const [FIRST_NEEDED = "", ...OTHERS_NEEDED] = unmet("folio_starts_in_slot", SETTING.orders, {});
const SOME = { [FIRST_NEEDED]: 3 };
const REST = Object.fromEntries(OTHERS_NEEDED.map((name) => [name, 2]));

interface Part {
  readonly has: readonly number[];
  readonly of?: number;
  readonly judgement: Judgement;
  readonly files?: readonly string[];
  readonly over?: Partial<Report>;
}

function part({ has, of = 3, judgement, files = [], over = {} }: Part) {
  const hunts = [{ rule: "none", runs: judgement.runs ?? 100, witnesses: judgement.witnesses }];
  const report: Report = {
    ...REPORT,
    asked: { claims: ["folio_starts_in_slot"], engines: ["hunt"], runs: 300, bound: 1 },
    judged: [{ rule: NONE, judgements: [judgement], undefinedInputs: [] }],
    shard: { of, has, hunts },
    interrupted: false,
    filesOf: (one) => (one === judgement ? files : []),
    ...over,
  };
  return { file: `${has.join("-")}.json`, report };
}

const judgementOf = (parts: readonly Part[]): Judgement | undefined =>
  mergeReports(parts.map(part)).judged[0]?.judgements[0];

const passed = (runs: number, rest: Partial<Judgement> = {}): Judgement => ({
  rule: "none",
  claim: "folio_starts_in_slot",
  verdict: "sampled",
  engine: "hunt",
  runs,
  residual_rate: 3 / runs,
  witnesses: SOME,
  ...rest,
});

describe("a counterexample", () => {
  it("beats a pass, with what all hunts came to", () => {
    const told = judgementOf([
      { has: [1], judgement: passed(100) },
      { has: [2], judgement: FIRST },
    ]);
    expect(told).toEqual({ ...FIRST, witnesses: { ...SOME, bind_accepted: 5 } });
  });

  it("is the smallest, told by the run that met one first", () => {
    const [late, early] = [refutedBy(SHORT, { runs: 90, seed: 1 }), refutedBy(LONG, { runs: 20, seed: 2 })];
    const told = { ...early, witnesses: { bind_accepted: 4 }, counterexample: late.counterexample };
    expect(judgementOf([late, early].map((judgement, at) => ({ has: [at + 1], judgement })))).toEqual(told);
    expect(judgementOf([early, late].map((judgement, at) => ({ has: [at + 1], judgement })))).toEqual(told);
  });

  it("is the first shard's where two took as many runs", () => {
    const [one, other] = [refutedBy(SHORT, { seed: 1 }), refutedBy(SHORT, { seed: 2 })];
    expect(judgementOf([one, other].map((judgement, at) => ({ has: [at + 1], judgement })))?.seed).toBe(1);
  });

  it("is the hunt's before it is exhaustion's or a proof's, whatever their runs", () => {
    const { runs: _, ...proved } = refutedBy(SHORT, { engine: "prove" });
    const { runs: _runs, ...exhausted } = refutedBy(SHORT, { engine: "exhaust", states: 9 });
    const hunted = refutedBy(SHORT, { runs: 99 });
    const parts = (all: readonly Judgement[]): Part[] => all.map((judgement, at) => ({ has: [at + 1], judgement }));
    expect(judgementOf(parts([proved, exhausted, hunted]))?.engine).toBe("hunt");
    expect(judgementOf(parts([proved, exhausted]))).toEqual(exhausted);
    expect(judgementOf(parts([passed(7), proved]))).toEqual({ ...proved, witnesses: { ...SOME, bind_accepted: 5 } });
  });

  it("has the files of the shards that wrote it, those that come first by name", () => {
    const parts: Part[] = [
      { has: [1], judgement: refutedBy(SHORT), files: ["b/x.c"] },
      { has: [2], judgement: refutedBy(SHORT), files: ["a/x.c", "a/x.json"] },
      { has: [3], judgement: refutedBy(LONG), files: ["0/y.c"] },
    ];
    const merged = mergeReports(parts.map(part));
    expect(merged.judged.flatMap(({ judgements }) => judgements).map(merged.filesOf)).toEqual([["a/x.c", "a/x.json"]]);
    const [first, ...rest] = parts.map(part).toReversed();
    if (first === undefined) throw new Error("no part");
    const turned = mergeReports([...rest, first]);
    expect(turned.judged.flatMap(({ judgements }) => judgements).map(turned.filesOf)).toEqual([["a/x.c", "a/x.json"]]);
  });

  it("has the first by name of the shards, not the first shard's", () => {
    const filesOf = (...names: readonly (readonly string[])[]) => {
      const merged = mergeReports(
        names.map((files, at) => part({ has: [at + 1], judgement: refutedBy(SHORT), files })),
      );
      return merged.judged.flatMap(({ judgements }) => judgements).map(merged.filesOf)[0];
    };
    expect(filesOf(["a"], ["b"], ["c"])).toEqual(["a"]);
    expect(filesOf(["c"], ["b"], ["a"])).toEqual(["a"]);
    expect(filesOf(["b"], ["a"], ["c"])).toEqual(["a"]);
    expect(filesOf([], ["b"], [])).toEqual(["b"]);
    expect(filesOf(["a", "z"], ["a-b"], [])).toEqual(["a", "z"]);
  });

  it("has none where none were written, and what is no counterexample has none", () => {
    const merged = mergeReports([
      part({ has: [1], judgement: refutedBy(SHORT) }),
      part({ has: [2], judgement: passed(1) }),
    ]);
    expect(merged.judged.flatMap(({ judgements }) => judgements).map(merged.filesOf)).toEqual([[]]);
    expect(merged.filesOf(FIRST)).toEqual([]);
    const pass = mergeReports([part({ has: [1], judgement: passed(1), files: ["x"] })]);
    expect(pass.judged.flatMap(({ judgements }) => judgements).map(pass.filesOf)).toEqual([[]]);
  });
});

describe("a pass", () => {
  it("is a proof, then exhaustion", () => {
    const proved = passed(0, { verdict: "proved", engine: "prove", premises: { accepted: true }, witnesses: {} });
    const exhausted = passed(0, { verdict: "exhausted", engine: "exhaust", witnesses: REST });
    const parts = [passed(100), exhausted, proved].map((judgement, at) => ({
      has: [at + 1],
      judgement,
    }));
    expect(judgementOf(parts)).toEqual({ ...proved, witnesses: { ...SOME, ...REST } });
    expect(judgementOf(parts.slice(0, 2))).toEqual(exhausted);
    const whole = passed(100, { witnesses: { ...SOME, ...REST } });
    expect(judgementOf([{ has: [1], judgement: whole }])).not.toHaveProperty("inconclusive");
  });

  it("is of all runs together, with the witnesses of all", () => {
    const parts = [
      passed(100, { verdict: "vacuous", unmet: ["folio_of_2M"], witnesses: SOME, inconclusive: "time" }),
      passed(200, { witnesses: REST, inconclusive: "interrupted" }),
    ].map((judgement, at) => ({ has: [at + 1], judgement }));
    expect(judgementOf(parts)).toEqual({
      rule: "none",
      claim: "folio_starts_in_slot",
      verdict: "sampled",
      engine: "hunt",
      runs: 300,
      residual_rate: 0.01,
      witnesses: { ...SOME, ...REST },
      inconclusive: "interrupted",
    });
  });

  it("is not settled while a witness is missing", () => {
    expect(judgementOf([{ has: [1], judgement: passed(100, { witnesses: {}, inconclusive: "time" }) }])).toEqual({
      rule: "none",
      claim: "folio_starts_in_slot",
      verdict: "sampled",
      engine: "hunt",
      runs: 100,
      witnesses: {},
      unmet: expect.arrayContaining(["bind_accepted"]) as unknown,
      inconclusive: "time",
    });
  });
});

describe("the whole", () => {
  it("is in the order of the shards, by number", () => {
    const met = (line: number): Report["judged"][number]["undefinedInputs"] => [
      { rule: "none", site: { line, column: 1, what: "shift" }, inputs: { offset: BigInt(line) } },
    ];
    const over = (line: number): Partial<Report> => ({
      judged: [{ rule: NONE, judgements: [passed(1)], undefinedInputs: met(line) }],
    });
    const parts = [
      part({ has: [10], of: 12, judgement: passed(1), over: over(1) }),
      part({ has: [9, 2], of: 12, judgement: passed(1), over: over(2) }),
      part({ has: [3], of: 12, judgement: passed(1), over: { ...over(3), interrupted: true } }),
    ];
    const merged = mergeReports(parts);
    expect(merged.judged[0]?.undefinedInputs.map(({ site }) => site.line)).toEqual([2, 3, 1]);
    expect(merged.shard).toEqual({
      of: 12,
      has: [2, 3, 9, 10],
      hunts: [{ rule: "none", runs: 3, witnesses: { bind_accepted: 9 } }],
    });
    expect(merged.interrupted).toBe(true);
    const turned = mergeReports(parts.toReversed());
    expect(turned.judged[0]?.undefinedInputs.map(({ site }) => site.line)).toEqual([2, 3, 1]);
  });

  it("is no shard any more when all are there", () => {
    const merged = mergeReports([1, 2, 3].map((shard) => part({ has: [shard], judgement: passed(1) })));
    expect(merged.shard).toBeUndefined();
    expect(merged.interrupted).toBe(false);
  });

  it("adds up each rule's hunts by the rule's name", () => {
    const ctz = book.byId("ctz");
    const two = (has: number, runs: readonly [number, number]) =>
      part({
        has: [has],
        judgement: passed(1),
        over: {
          judged: [NONE, ctz].map((rule) => ({
            rule,
            judgements: [passed(1, { rule: rule.id })],
            undefinedInputs: [],
          })),
          shard: {
            of: 3,
            has: [has],
            hunts: [
              { rule: "ctz", runs: runs[1], witnesses: { bind_accepted: runs[1] } },
              { rule: "none", runs: runs[0], witnesses: {} },
            ],
          },
        },
      });
    const merged = mergeReports([two(1, [1, 10]), two(2, [2, 20])]);
    expect(merged.judged.map(({ judgements }) => judgements[0]?.runs)).toEqual([3, 30]);
    expect(merged.judged.map(({ judgements }) => judgements[0]?.witnesses)).toEqual([{}, { bind_accepted: 30 }]);
  });
});

describe("refused", () => {
  const of = (over: Partial<Report>) => part({ has: [2], judgement: passed(1), over });
  const first = part({ has: [1], judgement: passed(1) });

  it.each([
    ["version of foliofence", { version: "1.2.4" }],
    ["seed", { seed: 6 }],
    ["setting", { setting: { ...SETTING, map_rule: "stock" } }],
    ["setting", { setting: DEFAULT_SETTING }],
    ["choice of claims, engines, runs or bound", { asked: REPORT.asked }],
    ["list of rules", { judged: [] }],
    ["list of rules", { judged: [{ rule: { ...NONE, text: "true" }, judgements: [], undefinedInputs: [] }] }],
    ["list of rules", { judged: [{ rule: { ...NONE, id: "some" }, judgements: [], undefinedInputs: [] }] }],
    ["list of rules", { judged: [{ rule: { ...NONE, kind: "map" }, judgements: [], undefinedInputs: [] }] }],
    ["canary", { canary: "sampled" }],
    ["number of shards", { shard: { of: 4, has: [2], hunts: [] } }],
  ] satisfies [string, Partial<Report>][])("another %s", (what, over) => {
    expect(() => mergeReports([first, of(over)])).toThrow(
      new UsageError(`2.json: not of the same judging as 1.json: another ${what}`),
    );
  });

  it("nothing, the whole, a shard twice", () => {
    expect(() => mergeReports([])).toThrow("merge: name at least one file");
    const { shard: _, ...whole } = first.report;
    expect(() => mergeReports([{ file: "w.json", report: whole }])).toThrow(
      "w.json: not the result of one shard: nothing to merge",
    );
    expect(() => mergeReports([first, part({ has: [3, 1], judgement: passed(1) })])).toThrow(
      "3-1.json: shard 1 is in 1.json too",
    );
  });
});

describe("the command", () => {
  const dir = scratch();
  const merged = async (parts: readonly Part[], flags: MergeFlags = {}) => {
    const files = parts.map(part).map(({ file, report }) => {
      writeFileSync(join(dir, file), judgeJson(report));
      return join(dir, file);
    });
    const said = keepingIo();
    const code = await mergeCommand(files, flags, { io: said.io, version: "1.2.3", book });
    return { code, out: said.out(), err: said.err() };
  };

  it.each([
    [3, [1, 3], "not all shards are there: of 3, 2 missing\n"],
    [12, [12], "not all shards are there: of 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, … missing\n"],
    [12, [1, 12], "not all shards are there: of 12, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 missing\n"],
  ])("of %i shards has %j, names those that are missing, and is inconclusive", async (of, has, err) => {
    expect(await merged([{ of, has, judgement: passed(1) }])).toMatchObject({ code: 3, err });
  });

  it("is refuted by one shard, whatever is missing", async () => {
    const { code, out, err } = await merged([{ has: [2], judgement: refutedBy(SHORT), files: ["a.c"] }]);
    expect([code, err]).toEqual([1, "not all shards are there: of 3, 1, 3 missing\n"]);
    expect(out).toContain("folio_starts_in_slot");
    expect(out).not.toMatch(/written to|static bool/);
    expect(out).toContain("resize before-bind, map rule folio_order, level rule stock; seed 5; canary: refuted");
  });

  it("has the whole's code when all are there, and each format", async () => {
    const parts: Part[] = [1, 2, 3].map((shard) => ({
      has: [shard],
      judgement: passed(1, { verdict: "proved", engine: "prove", premises: { accepted: true } }),
    }));
    const { code, out, err } = await merged(parts, { json: true });
    expect([code, err]).toEqual([0, ""]);
    expect(JSON.parse(out)).toMatchObject({ verdicts: [{ verdict: "proved" }] });
    expect((await merged(parts, { format: "junit" })).out).toContain("<testsuite");
  });
});
