/** The bare command, told of verdicts that were never judged: which are the recorded ones, and its exit code. */

import type { ClaimName } from "../../../model/claim.ts";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../../props/cli/terminal/io.ts";
import type { JudgeFlags } from "../../../props/cli/judge/flags.ts";
import type { Report } from "../../../props/cli/format/json.ts";
import { mainJob } from "../../../props/cli/judge/catalogue.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { Verdict } from "../../../props/judge/verdict.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { keepingIo } from "../../support/cli-io.ts";

const { told } = vi.hoisted((): { told: { report: unknown } } => ({ told: { report: {} } }));
vi.mock("../../../props/cli/judge/run.ts", () => ({ runPlan: () => Promise.resolve(told.report) }));

const book = await openRulebook();

function reportOf(verdicts: readonly (readonly [rule: string, claim: ClaimName, verdict: Verdict])[]): Report {
  return {
    version: "1.2.3",
    seed: 1,
    setting: DEFAULT_SETTING,
    asked: { claims: [], engines: ["hunt"], bound: 1 },
    canary: "refuted",
    judged: verdicts.map(([rule, claim, verdict]) => ({
      rule: book.byId(rule),
      judgements: [{ rule, claim, verdict, engine: "hunt", witnesses: {} }],
      undefinedInputs: [],
    })),
    interrupted: false,
    filesOf: () => [],
  };
}

/** As the catalogue records them. */
const RECORDED = reportOf([
  ["ctz", "folio_starts_in_slot", "refuted"],
  ["offset_and_size_1g", "folio_starts_in_slot", "proved"],
  ["offset_and_size_1g", "folio_ends_in_slot", "exhausted"],
  ["congruent_1g", "mapping_translates", "sampled"],
  ["order_zero", "mapping_translates", "vacuous"],
]);
const WRONG = reportOf([
  ["ctz", "folio_starts_in_slot", "sampled"],
  ["offset_and_size_1g", "folio_starts_in_slot", "refuted"],
]);

beforeEach(() => {
  told.report = RECORDED;
});

async function job(report: Report, flags: JudgeFlags = {}) {
  told.report = report;
  const said = keepingIo();
  const prover = () => Promise.reject(new Error("no prover is asked"));
  const run = mainJob({ out: false, ...flags }, { io: said.io, version: "1.2.3", book, prover });
  const code = await run.catch((error: unknown) => error);
  return { code, out: said.out(), err: said.err() };
}

const ALL = "all 5 verdicts are the recorded ones\n";

describe("in the setting of the records", () => {
  it("says that all verdicts are the recorded ones, whatever they rest on", async () => {
    const { code, out, err } = await job(RECORDED);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.endsWith(ALL)).toBe(true);
    expect(out).toContain(
      "refuted: a smallest sequence of ops breaks the claim     proved: no input that the ioctl lets through does\n" +
        "vacuous: nothing large was ever mapped, so a pass would be empty\n",
    );
  });

  it("names those that are not, and ends with 5", async () => {
    const { code, out, err } = await job(WRONG);
    expect(code).toBe(5);
    expect(err).toBe(
      "ctz folio_starts_in_slot: sampled, but the catalogue records refuted\n" +
        "offset_and_size_1g folio_starts_in_slot: refuted, but the catalogue records holds\n",
    );
    expect(out).not.toContain("the recorded ones");
  });

  it("judges nothing of a part of them", async () => {
    const shard = { of: 2, has: [1], hunts: [] };
    expect(await job({ ...WRONG, shard }, { shard: "1/2" })).toMatchObject({ code: 0, err: "" });
    const early = await job({ ...WRONG, interrupted: true });
    expect(early).toMatchObject({ code: 130, err: "" });
    expect(early.out).not.toContain("the recorded ones");
    expect((await job({ ...RECORDED, shard }, { shard: "1/2" })).out).not.toContain("the recorded ones");
  });

  it("says in other formats which are expected", async () => {
    const { code, out } = await job(RECORDED, { format: "junit" });
    expect(code).toBe(0);
    expect(out).toContain('failures="0"');
    expect(out).not.toContain("recorded ones");
    const wrong = await job(WRONG, { format: "junit" });
    expect(wrong.code).toBe(5);
    expect(wrong.out).toContain('<testsuites name="foliofence" tests="2" failures="2" errors="0">');
    expect(wrong.out).toContain("sampled: 0 runs: not the recorded verdict");
  });

  it("tells verdicts first, and then of a file that could not be written", async () => {
    const notWritten = new UsageError("out: not written: no space left");
    const { code, out } = await job({ ...RECORDED, notWritten });
    expect(code).toBe(notWritten);
    expect(out.endsWith(ALL)).toBe(true);
  });
});

describe("in another setting", () => {
  const other: JudgeFlags = { orders: "4K,2M" };

  it("has judge's exit code, and no records", async () => {
    expect(await job(RECORDED, other)).toMatchObject({ code: 1, err: "" });
    expect((await job(RECORDED, other)).out).not.toContain("the recorded ones");
    expect((await job(reportOf([["ctz", "folio_starts_in_slot", "vacuous"]]), other)).code).toBe(4);
    expect((await job(reportOf([["ctz", "folio_starts_in_slot", "proved"]]), other)).code).toBe(0);
  });

  it("is a shard's where it is one", async () => {
    const shard = { of: 2, has: [1], hunts: [] };
    expect(await job({ ...RECORDED, shard }, { ...other, shard: "1/2" })).toMatchObject({ code: 0 });
    expect(await job({ ...RECORDED, interrupted: true }, other)).toMatchObject({ code: 130 });
  });
});
