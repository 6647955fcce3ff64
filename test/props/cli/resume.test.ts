/** The state of a judging that was ended early is read back as it was, or refused in a line. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../props/cli/terminal/io.ts";
import type { JudgeFlags } from "../../../props/cli/judge/flags.ts";
import { planFrom } from "../../../props/cli/judge/flags.ts";
import type { Resumed } from "../../../props/cli/judge/resume-read.ts";
import { loadState } from "../../../props/cli/judge/resume-read.ts";
import { dropState, saveState, stateFile } from "../../../props/cli/judge/resume.ts";
import type { RowOutcome } from "../../../props/judge/jobs/schedule.ts";
import type { Hunt } from "../../../props/search/blocks.ts";
import { keepingIo } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";
import { book, refutedBy, SHORT } from "../../support/report-cases.ts";

const context = {
  io: keepingIo().io,
  version: "1.2.3",
  book,
  prover: () => Promise.reject(new Error("no prover is asked")),
};
const FLAGS: JudgeFlags = { engine: "hunt", orders: "4K,2M", resize: "before-bind", runs: "5000" };
const plan = planFrom(["none", "ctz"], FLAGS, context);

const MET = {
  rule: "none",
  site: { line: 1, column: 2, what: "shift" },
  inputs: { offset: 2n ** 64n - 1n },
};
const hunt = (blocks: number): Hunt => ({
  blocks,
  runs: blocks * 1000,
  witnesses: { bind_accepted: blocks },
  findings: new Map([["folio_starts_in_slot", { run: 7, seed: 5, path: "6", ops: SHORT }]]),
  undefinedInputs: [MET],
});
const [none] = plan.rules;
if (none === undefined) throw new Error("no rule");
const judgements = [refutedBy(SHORT, {}, none)];
const OUTCOMES: readonly RowOutcome[] = [
  { hunt: hunt(3), concluded: { judged: { rule: none, judgements, undefinedInputs: [MET] }, queries: [] } },
  { hunt: hunt(1) },
];

const dir = scratch();
const saved = (outcomes: readonly RowOutcome[] = OUTCOMES): string => {
  saveState(dir, plan, context, outcomes, 1234.5);
  return readFileSync(stateFile(dir), "utf8");
};
const loaded = (text: string): Resumed => {
  writeFileSync(stateFile(dir), text);
  return loadState(dir, plan, context);
};

it("is read back as it was", () => {
  expect(loaded(saved())).toEqual({
    rows: [{ hunted: hunt(3), judged: { rule: none, judgements, undefinedInputs: [MET] } }, { hunted: hunt(1) }],
    spent: 1235,
  });
  expect(stateFile(dir)).toBe(`${dir}/foliofence-resume.json`);
});

it("is for a plan with all its rules", () => {
  const rows = loaded(saved([...OUTCOMES, ...OUTCOMES])).rows.slice(2);
  expect(rows).toEqual([{ hunted: hunt(3) }, { hunted: hunt(1) }]);
});

it("is dropped, once or twice", () => {
  saved();
  dropState(dir);
  dropState(dir);
  expect(existsSync(stateFile(dir))).toBe(false);
  expect(() => loadState(dir, plan, context)).toThrow(
    `--resume: ${stateFile(dir)} is not there: nothing was ended early`,
  );
});

describe("of another judging", () => {
  const message = `${dir}/foliofence-resume.json: saved by a judging with other rules or options, or by another version`;

  it.each([
    [["none"], FLAGS],
    [["ctz", "none"], FLAGS],
    [["none", "ctz"], { ...FLAGS, seed: "2" }],
    [["none", "ctz"], { ...FLAGS, resize: "any" }],
    [["none", "ctz"], { ...FLAGS, runs: "6000" }],
    [["none", "ctz"], { ...FLAGS, shard: "1/2" }],
  ] satisfies [string[], JudgeFlags][])("%j, %j", (words, flags) => {
    saved();
    expect(() => loadState(dir, planFrom(words, flags, context), context)).toThrow(new UsageError(message));
    expect(() => loadState(dir, plan, { ...context, version: "1.2.4" })).toThrow(new UsageError(message));
  });
});

describe("damaged", () => {
  it.each([
    [(text) => text.slice(0, 900), ""],
    [() => "[]", "key: missing"],
    [(text) => text.replace('"rows":[', '"rows":7,"r":['), "rows: 7 is no list"],
    [(text) => text.replace('"rows":[', '"rows":[7,'), "rows\\[0\\]: 7 is no object"],
    [(text) => text.replace('"hunt":{', '"h":{'), "hunt: missing"],
    [(text) => text.replace('"blocks":3', '"blocks":"3"'), 'blocks: "3" is no count'],
    [(text) => text.replace('"runs":3000', '"runs":"3"'), 'runs: "3" is no count'],
    [(text) => text.replace('"witnesses":{', '"w":{'), "witnesses: missing"],
    [(text) => text.replace('"findings":[', '"f":['), "findings: missing"],
    [(text) => text.replace('"findings":[{', '"findings":[7,{'), "findings\\[0\\]: 7 is no object"],
    [
      (text) => text.replace('"claim":"folio_starts_in_slot"', '"claim":"folio"'),
      'claim: "folio" is none of folio_starts_in_slot',
    ],
    [(text) => text.replace('"run":7', '"run":"7"'), 'run: "7" is no count'],
    [(text) => text.replace('"seed":5', '"seed":"5"'), 'seed: "5" is no number'],
    [(text) => text.replace('"path":"6"', '"path":6'), "path: 6 is no text"],
    [(text) => text.replace('"ops":[', '"o":['), "ops: missing"],
    [(text) => text.replace('"undefined":[', '"u":['), "undefined: missing"],
    [(text) => text.replace('],"undefined":[{', '],"u":[{'), "undefined: missing"],
    [(text) => text.replace('"verdicts":[', '"verdicts":7,"v":['), "verdicts: 7 is no list"],
    [(text) => text.replace('"verdicts":[', '"verdicts":[7,'), "verdicts\\[0\\]: 7 is no object"],
    [(text) => text.replace('"control":"', '"control":"no_such_'), "is no bind rule of the catalogue"],
    [(text) => text.replace('"spent_ms":1235', '"spent_ms":"1"'), 'spent_ms: "1" is no number'],
  ] satisfies [(text: string) => string, string][])("%#", (damage, what) => {
    const text = saved();
    const damaged = damage(text);
    expect(damaged).not.toBe(text);
    expect(() => loaded(damaged)).toThrow(new RegExp(`^${stateFile(dir)}: damaged: .*${what}`));
  });

  it("is no other error", () => {
    mkdirSync(`${dir}/sub/foliofence-resume.json`, { recursive: true });
    expect(() => loadState(`${dir}/sub`, plan, context)).toThrow(/foliofence-resume.json: is a directory$/);
  });
});
