/** A judging without its telling: what is handed out, shown, saved and written. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Io } from "../../../props/cli/terminal/io.ts";
import { UsageError } from "../../../props/cli/terminal/io.ts";
import type { JudgeContext, JudgeFlags } from "../../../props/cli/judge/flags.ts";
import { planFrom } from "../../../props/cli/judge/flags.ts";
import type { Report } from "../../../props/cli/format/json.ts";
import { runPlan } from "../../../props/cli/judge/run.ts";
import { executorFor, rowsOf, workOf } from "../../../props/cli/judge/work.ts";
import type { Prover } from "../../../props/prove/prover.ts";
import type { Proof, Query } from "../../../props/prove/question.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { keepingIo } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

const { shown } = vi.hoisted(() => ({
  shown: { shares: [] as number[], texts: [] as string[], doing: [] as string[], ends: 0 },
}));
vi.mock("../../../props/cli/terminal/progress.ts", () => ({
  progressOf: () => ({
    done: (share: number, text: string) => {
      shown.shares.push(share);
      shown.texts.push(text);
    },
    tell: (rule: string, doing: string) => shown.doing.push(`${rule}: ${doing}`),
    end: () => {
      shown.ends++;
    },
  }),
}));
beforeEach(() => {
  Object.assign(shown, { shares: [], texts: [], doing: [], ends: 0 });
});

const book = await openRulebook();
const queries: readonly Query[] = [
  { name: "folio_starts_in_slot-9", text: "(check-sat) ; 9\n", answer: "unsat" },
  { name: "odd name/1", text: "(check-sat) ; odd\n", answer: "unsat" },
];
const PROOF: Proof = { status: "proved", premises: { accepted: true }, queries };
const never = () => Promise.reject(new Error("not asked"));
const PROVER: Prover = {
  // As any prover must: it refutes the canary.
  prove: ({ rules }) => Promise.resolve(rules.bind.id === "canary" ? { ...PROOF, status: "refuted", ops: [] } : PROOF),
  undefined: never,
  compare: never,
  fixes: never,
  smallest: never,
  ask: () => Promise.reject(new Error("not asked")),
  leastGiven: never,
  general: never,
  solver: "none",
  close: () => Promise.resolve(),
};

const HUNT: JudgeFlags = { engine: "hunt", runs: "2500", claims: "folio_starts_in_slot", out: false, jobs: "1" };

async function run(
  words: readonly string[],
  flags: JudgeFlags,
  over: Partial<Io> = {},
  prover = () => Promise.resolve(PROVER),
) {
  const said = keepingIo();
  const context: JudgeContext = { io: { ...said.io, ...over }, version: "1.2.3", book, prover };
  const plan = planFrom(words, { ...HUNT, ...flags }, context);
  const report = await runPlan(plan, context);
  expect(said.out()).toBe("");
  return { report, err: said.err() };
}

const verdicts = ({ judged }: Report): string[] =>
  judged.flatMap(({ judgements }) =>
    judgements.map(({ rule, verdict, inconclusive = "" }) => `${rule} ${verdict}${inconclusive}`),
  );

describe("a report", () => {
  it("tells what was asked and what came of it", async () => {
    const { report, err } = await run(["ctz", "offset_and_size_1g"], { seed: "3" });
    expect(err).toBe("");
    expect(report).toMatchObject({
      version: "1.2.3",
      seed: 3,
      setting: { orders: [0, 9, 18] },
      asked: { claims: ["folio_starts_in_slot"], engines: ["hunt"], runs: 2500, bound: 1 },
      canary: "refuted",
      interrupted: false,
    });
    expect(report).not.toHaveProperty("notWritten");
    expect(report).not.toHaveProperty("shard");
    expect(verdicts(report)).toEqual(["ctz refuted", "offset_and_size_1g sampled"]);
    const all = report.judged.flatMap(({ judgements }) => judgements);
    expect(all.map((judgement) => report.filesOf(judgement))).toEqual([[], []]);
  });

  it("has the files of each counterexample, and leaves no state behind", async () => {
    const out = join(scratch(), "found");
    mkdirSync(out);
    writeFileSync(join(out, "foliofence-resume.json"), "old");
    const { report, err } = await run(["ctz", "offset_and_size_1g"], { out });
    const all = report.judged.flatMap(({ judgements }) => judgements);
    const [files = [], none] = all.map((judgement) => report.filesOf(judgement));
    expect(files).toHaveLength(6);
    expect(files.every((file) => existsSync(file))).toBe(true);
    expect(none).toEqual([]);
    expect(readdirSync(out)).toHaveLength(6);
    expect(err).toBe("");
  });

  it("of a shard says which, and what its hunts came to", async () => {
    const { report } = await run(["offset_and_size_1g", "congruent_1g"], {
      shard: "2/3",
      claims: "folio_ends_in_slot",
    });
    const [one, two] = report.shard?.hunts ?? [];
    expect(report.shard).toMatchObject({ of: 3, has: [2] });
    expect([one?.rule, one?.runs, two?.rule]).toEqual(["offset_and_size_1g", 1000, "congruent_1g"]);
    expect(one?.witnesses["bind_accepted"]).toBeGreaterThan(0);
  });
});

describe("a judging that is ended early", () => {
  const afterLooks = (most: number): (() => boolean) => {
    let looks = 0;
    return () => ++looks > most;
  };

  it("saves how far it came, and tells what it is not sure of", async () => {
    const out = join(scratch(), "early");
    const flags = { out, runs: "9000" };
    const { report, err } = await run(["offset_and_size_1g", "congruent_1g"], flags, { interrupted: afterLooks(3) });
    expect(report.interrupted).toBe(true);
    expect(verdicts(report)[0]).toBe("offset_and_size_1g sampledinterrupted");
    expect(report.judged.length).toBeLessThan(3);
    expect(err).toBe(`saved in ${out}/foliofence-resume.json: the same command with --resume goes on from there\n`);
    expect(existsSync(join(out, "foliofence-resume.json"))).toBe(true);
    const resumed = await run(["offset_and_size_1g", "congruent_1g"], { ...flags, resume: true });
    expect(verdicts(resumed.report)).toEqual(["offset_and_size_1g sampled", "congruent_1g refuted"]);
    expect(resumed.report.interrupted).toBe(false);
    expect(existsSync(join(out, "foliofence-resume.json"))).toBe(false);
  });

  it("says nothing of a state where nothing is written", async () => {
    const { report, err } = await run(["offset_and_size_1g"], { runs: "9000" }, { interrupted: afterLooks(3) });
    expect([report.interrupted, err]).toEqual([true, ""]);
  });

  it("has no verdict of what it never came to", async () => {
    const { report } = await run(["offset_and_size_1g", "congruent_1g"], { runs: "9000" }, { interrupted: () => true });
    expect(report.judged).toEqual([]);
    expect(report.interrupted).toBe(true);
  });

  it("tells a counterexample for sure", async () => {
    const { report } = await run(
      ["ctz", "offset_and_size_1g"],
      { runs: "9000", claims: "folio_starts_in_slot,mapping_translates" },
      { interrupted: afterLooks(2) },
    );
    expect(verdicts(report)).toContain("ctz refuted");
  });

  it("is not ended where all was done by then", async () => {
    let done = false;
    const context = { interrupted: () => done };
    const run2 = run(["ctz"], {}, context).then((all) => all);
    done = false;
    expect((await run2).report.interrupted).toBe(false);
  });
});

describe("a long judging", () => {
  /** Whether the state was there at some look, with a clock that goes on so far at every reading. */
  async function sawState(step: number): Promise<boolean> {
    const out = join(scratch(), "long");
    let [now, seen] = [0, false];
    const interrupted = (): boolean => {
      seen ||= existsSync(join(out, "foliofence-resume.json"));
      return false;
    };
    await run(
      ["offset_and_size_1g", "congruent_1g", "ctz"],
      { out, runs: "60000" },
      { interrupted, now: () => (now += step) },
    );
    return seen;
  }

  it("is saved now and then", async () => {
    expect(await sawState(31_000)).toBe(true);
    expect(await sawState(1)).toBe(false);
  });
});

describe("what is shown", () => {
  it("is what is done to which rule, and how far it is", async () => {
    await run(["ctz", "offset_and_size_1g"], {});
    expect(shown.doing).toEqual([
      "ctz: hunting, block 0 on",
      "ctz: concluding",
      "offset_and_size_1g: hunting, block 0 on",
      "offset_and_size_1g: concluding",
    ]);
    expect(shown.texts.at(-1)).toMatch(/^2\/2 rules, \d+ of 5000 runs$/);
    expect(shown.shares.at(-1)).toBe(1);
    expect(shown.shares).toEqual(shown.shares.toSorted((a, b) => a - b));
    expect(shown.shares.every((share) => share > 0 && share <= 1)).toBe(true);
    expect(shown.ends).toBe(1);
  });

  it("is of time where that ends it", async () => {
    let now = 0;
    const { runs: _, ...byTime } = HUNT;
    const said = keepingIo();
    const context: JudgeContext = { io: { ...said.io, now: () => (now += 100) }, version: "1", book, prover: never };
    await runPlan(planFrom(["offset_and_size_1g"], { ...byTime, time: "2" }, context), context);
    expect(shown.texts.at(-1)).toMatch(/^1\/1 rules, \d+ runs$/);
    expect(shown.shares.at(-1)).toBeCloseTo(1);
    expect(Math.max(...shown.shares.slice(0, -1))).toBeLessThanOrEqual(0.95);
  });

  it("ends with an error, too", async () => {
    const failing = () => Promise.reject(new Error("no solver"));
    await expect(run(["offset_and_size_1g"], { engine: "prove" }, {}, failing)).rejects.toThrow("no solver");
    expect(shown.ends).toBe(1);
    expect(shown.doing).toEqual(["offset_and_size_1g: proving"]);
  });
});

describe("queries", () => {
  it("are written by rule, claim and name", async () => {
    const smt2 = join(scratch(), "queries");
    await run(["offset_and_size_1g"], { engine: "prove", smt2 });
    expect(readdirSync(smt2).toSorted()).toEqual([
      "offset_and_size_1g-folio_starts_in_slot-9.smt2",
      "offset_and_size_1g-folio_starts_in_slot-odd_name_1.smt2",
      "reduction",
    ]);
    expect(readFileSync(join(smt2, "offset_and_size_1g-folio_starts_in_slot-9.smt2"), "utf8")).toBe(queries[0]?.text);
  });
});

describe("what cannot be written", () => {
  it("is told once, behind all verdicts", async () => {
    const out = join(scratch(), "full");
    const words = ["ctz", "fls64"];
    const { report } = await run(words, { out });
    const first =
      report.judged.flatMap(({ judgements }) => judgements).flatMap((each) => report.filesOf(each))[0] ?? "";
    const other = join(scratch(), "full");
    mkdirSync(join(other, first.slice(out.length)), { recursive: true });
    const told = await run(words, { out: other });
    expect(told.report.notWritten).toBeInstanceOf(UsageError);
    expect(told.report.notWritten?.message).toContain("not written");
    expect(verdicts(told.report)).toEqual(["ctz refuted", "fls64 refuted"]);
  });
});

describe("the pieces of a judging", () => {
  const said = keepingIo();
  const context: JudgeContext = { io: said.io, version: "1.2.3", book, prover: () => Promise.resolve(PROVER) };
  const planOf = (words: readonly string[], flags: JudgeFlags) => planFrom(words, { ...HUNT, ...flags }, context);

  it("are exhausted by one shard each, and proved by all", () => {
    const engines = (shard: string) =>
      rowsOf(planOf(["ctz", "fls64", "none"], { engine: "hunt,exhaust,prove", shard }), context, undefined).map(
        (row) => row.engines,
      );
    expect(engines("1/2")).toEqual([
      ["hunt", "exhaust", "prove"],
      ["hunt", "prove"],
      ["hunt", "exhaust", "prove"],
    ]);
    expect(engines("2/2")).toEqual([
      ["hunt", "prove"],
      ["hunt", "exhaust", "prove"],
      ["hunt", "prove"],
    ]);
    expect(rowsOf(planOf(["ctz"], { engine: "prove" }), context, undefined)[0]?.engines).toEqual(["prove"]);
  });

  it("go on from what was done", () => {
    const hunted = { blocks: 1, runs: 1, witnesses: {}, findings: new Map(), undefinedInputs: [] };
    const rows = rowsOf(planOf(["ctz", "fls64"], {}), context, { rows: [{ hunted }], spent: 0 });
    expect(rows.map((row) => row.hunted)).toEqual([hunted, undefined]);
    expect(rows[0]?.claims).toEqual(["folio_starts_in_slot"]);
  });

  it("are data", () => {
    const plain = workOf(planOf(["ctz"], {}));
    expect(plain.keepQueries).toBe(false);
    expect(plain.options).toEqual({
      setting: planOf(["ctz"], {}).options.setting,
      claims: ["folio_starts_in_slot"],
      seed: 1,
      numRuns: 2500,
      bound: 1,
    });
    expect(workOf(planOf(["ctz"], { engine: "prove", smt2: "q", smallest: true })).options).toHaveProperty(
      "smallest",
      true,
    );
    expect(workOf(planOf(["ctz"], { engine: "prove", smt2: "q" })).keepQueries).toBe(true);
    expect(workOf(planOf(["ctz"], { path: "1:2" })).options).toHaveProperty("path", "1:2");
    expect(workOf(planOf(["ctz"], { shard: "1/2" })).options).toHaveProperty("shard", { index: 0, of: 2 });
  });

  it("are done here, and the prover is opened by the first that asks it", async () => {
    let asked = 0;
    const counting = { ...context, prover: () => (asked++, Promise.resolve(PROVER)) };
    for (const engine of ["hunt", "prove"]) {
      const plan = planOf(["ctz"], { engine, jobs: "4" });
      const executor = await executorFor(plan, workOf(plan), rowsOf(plan, context, undefined), counting); // oxlint-disable-line no-await-in-loop -- one after the other
      expect(asked).toBe(0);
      await executor.close(); // oxlint-disable-line no-await-in-loop -- one after the other
    }
  });
});
