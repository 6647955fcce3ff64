import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { judgeCommand } from "../../../props/cli/judge/command.ts";
import type { JudgeContext, JudgeFlags } from "../../../props/cli/judge/flags.ts";
import { mergeCommand } from "../../../props/cli/judge/merge.ts";
import type { Proof, Question } from "../../../props/prove/question.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { keepingIo } from "../../support/cli-io.ts";

vi.setConfig({ testTimeout: 60_000 });

const book = await openRulebook();
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "merge-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A solver that refutes the canary, gives up on one rule, and proves whatever else it is asked. */
const common = { premises: { accepted: true }, queries: [] };
const answerTo = (rule: string): Proof =>
  rule === "canary"
    ? { status: "refuted", ops: [], ...common }
    : rule === "ctz"
      ? { status: "unknown", reason: "too hard", ...common }
      : { status: "proved", ...common };
const prover = () =>
  Promise.resolve({
    prove: ({ rules }: Question) => Promise.resolve(answerTo(rules.bind.id)),
    undefined: () => Promise.reject(new Error("not asked")),
    compare: () => Promise.reject(new Error("not asked")),
    fixes: () => Promise.reject(new Error("not asked")),
    smallest: () => Promise.reject(new Error("not asked")),
    ask: () => Promise.reject(new Error("not asked")),
    leastGiven: () => Promise.reject(new Error("not asked")),
    general: () => Promise.reject(new Error("not asked")),
    solver: "none",
    close: () => Promise.resolve(),
  });
const contextOf = (said: ReturnType<typeof keepingIo>): JudgeContext => ({
  io: said.io,
  version: "1.2.3",
  book,
  prover,
});

const FLAGS: JudgeFlags = { runs: "5500", out: false, jobs: "1", json: true };

async function judged(words: readonly string[], flags: JudgeFlags) {
  const said = keepingIo();
  const code = await judgeCommand(words, { ...FLAGS, ...flags }, contextOf(said));
  return { code, out: said.out() };
}

let files = 0;
function saved(text: string): string {
  const file = join(directory, `${files++}.json`);
  writeFileSync(file, text);
  return file;
}

async function shards(of: number, words: readonly string[], flags: JudgeFlags): Promise<string[]> {
  const all: string[] = [];
  for (let index = 1; index <= of; index++) {
    all.push(saved((await judged(words, { ...flags, shard: `${index}/${of}` })).out)); // oxlint-disable-line no-await-in-loop -- one after the other
  }
  return all;
}

async function merged(all: readonly string[], flags: { json?: boolean; format?: string } = { json: true }) {
  const said = keepingIo();
  const code = await mergeCommand(all, flags, contextOf(said));
  return { code, out: said.out(), err: said.err() };
}

const RULES = ["ctz", "offset_and_size_1g", "folio_order", "order_zero"];

describe("all shards merged", () => {
  it.each([
    [2, { engine: "hunt" }],
    [3, { engine: "hunt,exhaust" }],
    [7, { engine: "hunt" }],
    [2, { engine: "hunt,prove" }],
    [9, { engine: "hunt", claims: "mapping" }],
    [2, { engine: "exhaust" }],
  ] satisfies [number, JudgeFlags][])("are the whole, byte for byte: %i shards, %j", async (of, flags) => {
    const whole = await judged(RULES, flags);
    const all = await shards(of, RULES, flags);
    expect(await merged(all)).toEqual({ ...whole, err: "" });
    expect((await merged(all.toReversed())).out).toBe(whole.out);
  });

  it("can be merged bit by bit", async () => {
    const flags = { engine: "hunt" };
    const [a = "", b = "", c = ""] = await shards(3, RULES, flags);
    const part = saved((await merged([c, a])).out);
    expect((await merged([b, part])).out).toBe((await judged(RULES, flags)).out);
  });

  it("tells them as text", async () => {
    const { out, code } = await merged(await shards(2, ["ctz"], { engine: "hunt" }), {});
    expect(code).toBe(1);
    expect(out).toContain("refuted");
    expect(out).toContain("resize any");
  });

  it("adds up runs and computes the residual rate of the sum", async () => {
    const all = await shards(4, ["offset_and_size_1g"], { engine: "hunt", claims: "folio_starts_in_slot" });
    const one = JSON.parse(readFileSync(all[1] ?? "", "utf8")) as { verdicts: { runs: number }[] }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own
    expect(one.verdicts[0]?.runs).toBe(1500);
    const { out, code } = await merged(all);
    const sum = JSON.parse(out) as { verdicts: object[] }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own
    expect(sum.verdicts[0]).toMatchObject({ verdict: "sampled", runs: 5500, residual_rate: 3 / 5500 });
    expect(code).toBe(0);
  });
});

describe("the exit code of a shard", () => {
  it("is 1 for a counterexample", async () => {
    expect((await judged(["ctz"], { engine: "hunt", shard: "2/2" })).code).toBe(1);
  });

  it("is 0 where the whole may still be anything", async () => {
    expect((await judged(["order_zero"], { engine: "hunt", shard: "9/9" })).code).toBe(0);
    const all = await shards(2, ["order_zero"], { engine: "hunt" });
    expect((await merged(all)).code).toBe(3);
  });
});

describe("what cannot be merged is told in one line", () => {
  it("a shard twice, or in two files", async () => {
    const [a = "", b = ""] = await shards(2, ["ctz"], { engine: "hunt" });
    await expect(merged([a, b, a])).rejects.toThrow(`${a}: shard 1 is in ${a} too`);
  });

  it.each([
    ["seed", { seed: "2" }],
    ["setting", { resize: "never" }],
    ["choice of claims, engines, runs or bound", { runs: "6000" }],
    ["choice of claims, engines, runs or bound", { claims: "mapping" }],
    ["number of shards", { shard: "2/3" }],
  ] satisfies [string, JudgeFlags][])("another %s", async (what, other) => {
    const [a = ""] = await shards(2, ["ctz"], { engine: "hunt" });
    const b = saved((await judged(["ctz"], { engine: "hunt", shard: "2/2", ...other })).out);
    await expect(merged([a, b])).rejects.toThrow(`${b}: not of the same judging as ${a}: another ${what}`);
  });

  it("another rule of the same name", async () => {
    const flags = { engine: "hunt", claims: "allocation" };
    const a = saved((await judged([], { ...flags, shard: "1/2", expression: ["offset < size"] })).out);
    const b = saved((await judged([], { ...flags, shard: "2/2", expression: ["offset > size"] })).out);
    await expect(merged([a, b])).rejects.toThrow("another list of rules");
  });

  it("a whole result, another version, no result at all", async () => {
    const whole = (await judged(["ctz"], { engine: "hunt" })).out;
    await expect(merged([saved(whole)])).rejects.toThrow("not the result of one shard");
    await expect(merged([saved(whole.replace('"1.2.3"', '"1.2.4"'))])).rejects.toThrow("written by foliofence 1.2.4");
    for (const text of ["", "{", "[]", "null", '{"schema": 1}', '{"schema": 2}', whole.slice(0, 500)]) {
      await expect(merged([saved(text)])).rejects.toThrow(/^[^\n]*not a result of `foliofence judge --json`: [^\n]*$/); // oxlint-disable-line no-await-in-loop -- one after the other
    }
    await expect(merged([join(directory, "nowhere")])).rejects.toThrow("no such file");
  });

  it("a counterexample that was tampered with", async () => {
    const [a = ""] = await shards(2, ["ctz"], { engine: "hunt", claims: "folio_starts_in_slot" });
    const text = readFileSync(a, "utf8");
    const harmless = saved(text.replace('"order": 9', '"order": 0'));
    await expect(merged([harmless])).rejects.toThrow(
      "the counterexample to ctz, folio_starts_in_slot does not break it",
    );
    const idle = saved(text.replace('"ops": [', '"ops": [ { "op": "set_order", "order": 0 },'));
    await expect(merged([idle])).rejects.toThrow("is not needed");
  });
});

it("names the shards that are missing, and is inconclusive", async () => {
  const all = await shards(4, ["offset_and_size_1g"], { engine: "hunt", claims: "allocation" });
  const { code, err } = await merged(all.slice(1, 3));
  expect(code).toBe(3);
  expect(err).toBe("not all shards are there: of 4, 1, 4 missing\n");
});
