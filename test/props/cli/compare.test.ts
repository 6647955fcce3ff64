import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Fix } from "../../../props/prove/fix/fix.ts";
import { fixesForAll } from "../../../props/prove/fix/all.ts";
import type { PremiseName } from "../../../props/prove/fix/premises.ts";
import { judgeCommand } from "../../../props/cli/judge/command.ts";
import type { JudgeFlags } from "../../../props/cli/judge/flags.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import type { Prover } from "../../../props/prove/prover.ts";
import { openProver } from "../../../props/prove/prover.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { keepingIo } from "../../support/cli-io.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const book = await openRulebook();
let prover: Prover;
let directory: string;
beforeAll(async () => {
  prover = await openProver();
  directory = mkdtempSync(join(tmpdir(), "compare-"));
});
afterAll(async () => {
  await prover.close();
  rmSync(directory, { recursive: true });
});

async function judged(words: readonly string[], flags: JudgeFlags) {
  const said = keepingIo();
  const context = { io: said.io, version: "1.2.3", book, prover: () => Promise.resolve(prover) };
  const code = await judgeCommand(words, { out: false, jobs: "1", ...flags }, context);
  return { code, out: said.out() };
}

interface Compared {
  readonly relation: string;
  readonly only_first: Readonly<Record<string, string>>;
  readonly only_second: Readonly<Record<string, string>>;
}

describe("judge --compare", () => {
  it("finds two spellings of one check equivalent", async () => {
    const expression = ["IS_ALIGNED(offset, SZ_2M)", "!(offset & 0x1fffff)"];
    const { code, out } = await judged([], { compare: true, expression });
    expect(code).toBe(0);
    expect(out).toMatch(/^expression and expression_2 are equivalent/);
  });

  it("says which implies which, with an input in hex", async () => {
    const { code, out } = await judged(["offset_and_size_1g", "offset_and_size_2m"], { compare: true });
    expect(code).toBe(1);
    const [first, second = ""] = out.split("\n");
    expect(first).toBe("whatever offset_and_size_1g takes, offset_and_size_2m takes");
    expect(second).toMatch(/^offset_and_size_2m takes what offset_and_size_1g does not: offset=0x[0-9a-f]+ size=0x/);
  });

  it("gives inputs that do tell the rules apart", async () => {
    const { code, out } = await judged(["ctz", "fls64"], { compare: true, json: true });
    expect(code).toBe(1);
    const { relation, only_first, only_second } = JSON.parse(out) as Compared; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own
    expect(relation).toBe("neither");
    const takes = (id: string, inputs: Compared["only_first"]): boolean => {
      const values = Object.entries(inputs).map(([name, hex]) => [name, BigInt(hex)] as const);
      return compileRule(book.byId(id)).bytes(Object.fromEntries(values)) === 1;
    };
    expect([takes("ctz", only_first), takes("fls64", only_first)]).toEqual([true, false]);
    expect([takes("ctz", only_second), takes("fls64", only_second)]).toEqual([false, true]);
  });

  it.each([
    [["ctz"], "--compare: name two rules, not 1"],
    [[], "--compare: name two rules, not 0"],
    [["ctz", "fls64", "none"], "--compare: name two rules, not 3"],
    [["ctz", "folio_order"], "--compare: ctz is a bind rule and folio_order a map rule"],
  ])("refuses %j", async (words, message) => {
    await expect(judged(words, { compare: true })).rejects.toThrow(message);
  });
});

describe("judge --fix", () => {
  it("tells what has to be added, and which real slots that refuses", async () => {
    const { code, out } = await judged(["ctz"], { fix: true, claims: "allocation" });
    expect(code).toBe(1);
    const [all = ""] = out.split("ctz, folio_starts_in_slot holds if");
    expect(all).toContain("ctz, all claims asked holds if");
    expect(all).toContain("IS_ALIGNED(offset, SZ_1G) && IS_ALIGNED(size, SZ_1G)");
    expect(all).toMatch(/refuses 12 of the 18 slots of real layouts that are taken without it \(A\)$/m);
    const [, legend = ""] = out.split("real layouts, and which of their slots are refused:\n");
    const lines = legend.slice(0, legend.indexOf("\n\n")).split("\n");
    // Each list once, whatever number of fixes refuses its slots, in lines that a mail takes.
    expect(lines.map((line) => line.slice(2, 3).trim()).join("")).toBe("ABC");
    expect(lines[0]).toMatch(/^ {2}A {2}qemu-q35-2815M 0; qemu-pc-1.7-4G 0; /);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  it("leaves a rule alone that needs none", async () => {
    const { code, out } = await judged(["offset_and_size_1g"], { fix: true, claims: "allocation", json: true });
    expect(code).toBe(0);
    const { fixes } = JSON.parse(out) as { fixes: { holds: boolean }[] }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own
    expect(fixes.map(({ holds }) => holds)).toEqual([true, true, true]);
  });

  it("wants rules by name", async () => {
    await expect(judged([], { fix: true })).rejects.toThrow("--fix: name the rules to mend");
  });
});

describe("fixes for several claims at once", () => {
  const fix = (...premises: PremiseName[]): Fix => ({ premises, sentences: [], check: "", accepts: () => true });
  const sets = (perClaim: Fix[][]): string[] => fixesForAll(perClaim, 18).map(({ premises }) => premises.join("+"));

  it("are the smallest unions", () => {
    expect(sets([[fix("offset_aligned"), fix("gpa_aligned")], [fix("size_aligned")], [fix("offset_aligned")]])).toEqual(
      ["offset_aligned+size_aligned"],
    );
    expect(sets([[fix("congruent")], [fix("congruent"), fix("size_aligned")]])).toEqual(["congruent"]);
  });

  it("are none where one claim has none", () => {
    expect(sets([[fix("congruent")], []])).toEqual([]);
    expect(sets([])).toEqual([]);
  });
});

it("saves every query as a file that a solver can read", async () => {
  const smt2 = join(directory, "queries");
  const { code } = await judged(["offset_and_size_1g"], { smt2, claims: "folio_starts_in_slot", engine: "prove" });
  expect(code).toBe(0);
  const files = readdirSync(smt2)
    .toSorted()
    .filter((name) => name !== "reduction");
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    expect(file).toMatch(/^offset_and_size_1g-folio_starts_in_slot-[\w.-]+\.smt2$/);
    expect(readFileSync(join(smt2, file), "utf8")).toMatch(/^; [^]*\(set-logic QF_BV\)[^]*\(check-sat\)\n$/);
  }
});
