import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "sarif";
import { SaxesParser } from "saxes";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ALL_CLAIMS } from "../../../model/claim.ts";
import { judgeCommand } from "../../../props/cli/judge/command.ts";
import type { JudgeFlags } from "../../../props/cli/judge/flags.ts";
import { mainJob } from "../../../props/cli/judge/catalogue.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { keepingIo } from "../../support/cli-io.ts";

vi.setConfig({ testTimeout: 60_000 });

const book = await openRulebook();
let directory: string;
let file: string;

const prover = (): Promise<never> => Promise.reject(new Error("not asked for"));

const C = `/* a "check" */
static bool a_check(u64 offset, u64 gpa)
{
	return !(offset & (gpa - 1)) && 1 < 2;
}

static bool by_shift(u64 offset, u64 size)
{
	return IS_ALIGNED(offset | size, SZ_1G) && ((1ULL << (offset >> 62)) & 1);
}

static bool shifts_too_far(u64 size)
{
	return (1ULL << (size >> 12)) != 3;
}
`;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "format-"));
  file = join(directory, "a check,100%.c");
  writeFileSync(file, C);
});
afterAll(() => rmSync(directory, { recursive: true }));

async function judged(words: readonly string[], flags: JudgeFlags) {
  const said = keepingIo();
  const context = { io: said.io, version: "1.2.3", book, prover };
  const code = await judgeCommand(words, { engine: "hunt", runs: "3000", out: false, jobs: "1", ...flags }, context);
  return { code, out: said.out(), summary: said.summary() };
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Every element, by a parser that accepts only well-formed XML. */
function elementsOf(xml: string): Element[] {
  const all: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes, text: "" };
    all.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    const inner = open.at(-1);
    if (inner !== undefined) inner.text += text;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(xml).close();
  return all;
}

const count = (all: readonly Element[], name: string): number => all.filter((element) => element.name === name).length;

describe("JUnit", () => {
  it("is well-formed, with a test case a rule and claim", async () => {
    const { out, code } = await judged([file], { format: "junit", claims: "allocation" });
    expect(code).toBe(1);
    const all = elementsOf(out);
    const suites = all.filter(({ name }) => name === "testsuite");
    expect(suites.map(({ attributes }) => attributes["name"])).toEqual([
      "foliofence.a_check",
      "foliofence.by_shift",
      "foliofence.shifts_too_far",
    ]);
    const cases = all.filter(({ name }) => name === "testcase");
    expect(cases).toHaveLength(3 * 3 + 1);
    expect(cases[0]?.attributes).toEqual({
      name: "folio_starts_in_slot",
      classname: "foliofence.a_check",
      file,
      line: "2",
    });
    const [root] = all;
    expect(root?.attributes).toEqual({
      name: "foliofence",
      tests: "10",
      failures: `${count(all, "failure")}`,
      errors: `${count(all, "error")}`,
    });
    expect(count(all, "failure")).toBeGreaterThan(3);
  });

  it("tells the story in the failure", async () => {
    const { out } = await judged([file], { format: "junit", claims: "folio_starts_in_slot" });
    const failure = elementsOf(out).find(({ name }) => name === "failure");
    expect(failure?.attributes["type"]).toBe("refuted");
    expect(failure?.attributes["message"]).toMatch(/^a_check, folio_starts_in_slot: refuted: .*id [0-9a-f]{12}$/);
    expect(failure?.text.split("\n")).toEqual(expect.arrayContaining(["3. fault gpa=0x1000"]));
  });

  it("writes what XML cannot hold as a replacement character", async () => {
    const { toJunit } = await import("../../../props/cli/format/junit.ts");
    const rule = { ...book.byId("none"), id: 'a<b>&"\u{1}\u{fffe}\ud800\n' };
    const witnesses = {};
    const judgement = {
      rule: rule.id,
      claim: "folio_starts_in_slot",
      verdict: "sampled",
      engine: "hunt",
      witnesses,
    } as const;
    const xml = toJunit({
      version: "1.2.3",
      seed: 1,
      setting: { orders: [0], resize: "any", bind_rule: "none", map_rule: "folio_order", level_rule: "stock" },
      asked: { claims: [], engines: [], bound: 1 },
      canary: "refuted",
      judged: [{ rule, judgements: [judgement], undefinedInputs: [] }],
      interrupted: false,
      filesOf: () => [],
    });
    const suite = elementsOf(xml).find(({ name }) => name === "testsuite");
    expect(suite?.attributes["name"]).toBe('foliofence.a<b>&"\u{fffd}\u{fffd}\u{fffd}\n');
  });
});

const logOf = (text: string): Log => JSON.parse(text) as Log; // oxlint-disable-line typescript/no-unsafe-type-assertion -- what it holds is looked at below

describe("SARIF", () => {
  it("has what the schema requires", async () => {
    const { out } = await judged([file], { format: "sarif" });
    const log = logOf(out);
    expect(log.version).toBe("2.1.0");
    expect(log.$schema).toMatch(/sarif-2\.1\.0\.json$/);
    const [run] = log.runs;
    const rules = run?.tool.driver.rules ?? [];
    expect(run?.tool.driver.name).toBe("foliofence");
    expect(rules.map(({ id }) => id)).toEqual([...ALL_CLAIMS, "undefined"]);
    const results = run?.results ?? [];
    expect(results.length).toBeGreaterThan(5);
    for (const result of results) {
      expect(result.message.text).toMatch(/\S/);
      expect(rules[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
      expect(["error", "warning", "note"]).toContain(result.level);
      const physical = result.locations?.[0]?.physicalLocation;
      expect(() => new URL(physical?.artifactLocation?.uri ?? "")).not.toThrow();
      expect(physical?.region?.startLine).toBeGreaterThan(0);
    }
  });

  it("takes the counterexample's id as the fingerprint, and the rule's line as the place", async () => {
    const { out } = await judged([file], { format: "sarif", claims: "folio_starts_in_slot" });
    const json = (await judged([file], { json: true, claims: "folio_starts_in_slot" })).out;
    const [, id] = /"counterexample": \{\s*"id": "([0-9a-f]+)"/.exec(json) ?? [];
    const [result] = logOf(out).runs[0]?.results ?? [];
    const { ruleId, properties } = result ?? {};
    expect(result?.fingerprints).toEqual({ "counterexample/v2": `${properties?.["rule"]} ${ruleId} ${id}` });
    expect(result?.locations?.[0]?.physicalLocation?.region).toEqual({ startLine: 2 });
    expect(result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toMatch(/a%20check,100%25\.c$/);
  });

  it("points into the file where C is undefined", async () => {
    const { out } = await judged([file], { format: "sarif" });
    const undefinedOnes = (logOf(out).runs[0]?.results ?? []).filter(({ ruleId }) => ruleId === "undefined");
    expect(undefinedOnes.map(({ locations }) => locations?.[0]?.physicalLocation?.region?.startLine)).toEqual([14]);
  });

  it("brings along C that stands in no file, as a place", async () => {
    const { out } = await judged([], { format: "sarif", expression: ["1"], claims: "folio_starts_in_slot" });
    const [result] = logOf(out).runs[0]?.results ?? [];
    expect(result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe("expression.c");
    expect(logOf(out).runs[0]?.artifacts).toMatchObject([{ contents: { text: "1" } }]);
    expect(result?.locations?.[0]?.logicalLocations?.[0]?.name).toBe("expression");
  });
});

describe("GitHub", () => {
  it("annotates the rule's line, encoded as the runner decodes it", async () => {
    const { out, code } = await judged([file], { format: "github", claims: "folio_starts_in_slot" });
    expect(code).toBe(1);
    const [first = ""] = out.split("\n");
    expect(first).toMatch(
      /^::error file=[^:]*a check%2C100%25\.c,line=2,title=a_check%3A folio_starts_in_slot is refuted::/,
    );
    expect(first).toContain("%0A3. fault gpa=0x1000");
    for (const line of out.trimEnd().split("\n")) expect(line).toMatch(/^::(error|warning) /);
  });

  it("writes a table into the summary", async () => {
    const { summary } = await judged(["ctz", "offset_and_size_1g"], { format: "github", claims: "allocation" });
    const rows = summary.split("\n").filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(2 + 6);
    expect(rows[2]).toMatch(/^\| ctz \| folio\\_starts\\_in\\_slot \| \*\*refuted\*\* \| /);
    expect(new Set(rows.map((row) => row.replaceAll("\\|", "").split("|").length))).toEqual(new Set([6]));
  });

  it("says nothing where nothing is wrong", async () => {
    const { out, code } = await judged(["offset_and_size_1g"], { format: "github", claims: "allocation" });
    expect(out).toBe("");
    expect(code).toBe(0);
  });
});

it.each([
  [{ format: "xml" }, /--format: "xml" is none of text, json, junit, sarif, github/],
  [{ format: "junit", json: true }, /--json and --format junit do not go together/],
])("refuses %j", async (flags, message) => {
  await expect(judged(["ctz"], flags)).rejects.toThrow(message);
});

it("takes the recorded verdicts of the main job for good ones", async () => {
  const said = keepingIo();
  const context = { io: said.io, version: "1.2.3", book, prover };
  const flags: JudgeFlags = { engine: "hunt", claims: "mapping_translates", out: false, jobs: "1", format: "junit" };
  expect(await mainJob(flags, context)).toBe(0);
  const all = elementsOf(said.out());
  expect(all[0]?.attributes).toMatchObject({ tests: "28", failures: "0", errors: "0" });
});

it("knows no recorded verdicts of another setting: what is refuted there is so", async () => {
  const said = keepingIo();
  const context = { io: said.io, version: "1.2.3", book, prover };
  const flags: JudgeFlags = { engine: "hunt", claims: "mapping_translates", out: false, jobs: "1", orders: "4K,2M" };
  expect(await mainJob(flags, context)).toBe(1);
  expect(said.err()).toBe("");
  expect(said.out()).toMatch(/congruent_2m +sampled/);
  expect(said.out()).not.toContain("recorded");
});

describe("where a file cannot be written", () => {
  const flags = (out: string): JudgeFlags => ({
    engine: "hunt",
    runs: "3000",
    claims: "folio_starts_in_slot",
    jobs: "1",
    out,
  });

  it("tells every verdict, then which file and why", async () => {
    const whole = join(directory, "whole");
    const said = keepingIo();
    const context = { io: said.io, version: "1.2.3", book, prover };
    expect(await judgeCommand(["ctz", "fls64"], flags(whole), context)).toBe(1);
    const first = readdirSync(whole).find((name) => name.endsWith(".json")) ?? "";
    const partly = join(directory, "partly");
    mkdirSync(join(partly, first, "in the way"), { recursive: true });
    const saidPartly = keepingIo();
    const again = judgeCommand(["ctz", "fls64"], flags(partly), { ...context, io: saidPartly.io });
    await expect(again).rejects.toThrow(`${join(partly, first)}: not written: is a directory`);
    const verdicts = (text: string): string[] => text.split("\n").filter((line) => line.includes("refuted"));
    expect(verdicts(said.out())).toHaveLength(3);
    expect(verdicts(saidPartly.out())).toEqual(verdicts(said.out()));
    expect(saidPartly.out()).not.toContain("written to");
  });
});
