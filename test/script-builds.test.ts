/** Every text of the corpus that is a rule: the C of a script around it builds without a warning, its JavaScript agrees. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ParameterName } from "../model/rule/parameters.ts";
import { PARAMETERS, PARAMETER_TYPE } from "../model/rule/parameters.ts";
import { compileRule } from "../model/rule/evaluate.ts";
import { loadGrammar } from "../sim/c/grammar.ts";
import { parseRules } from "../sim/c/parse.ts";
import { toJavaScript } from "../sim/c/to-javascript.ts";
import { checksInC, definesFor } from "../sim/script/c-checks.ts";
import { headersFor, wordsOf } from "../sim/script/c-headers.ts";
import { typesFor } from "../sim/script/c-names.ts";
import { scratch } from "./cli.ts";

const CC = ["gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
if (CC === undefined) console.log("script-builds: skipped, there is no gcc and no clang on this machine");

const grammar = await loadGrammar();
const read = (name: string, between: string): string[] =>
  readFileSync(new URL(`corpus/${name}.txt`, import.meta.url), "utf8")
    .trimEnd()
    .split(between);
const TEXTS = [...read("expressions", "\n"), ...read("statements", "\n====\n"), ...read("files", "\n====\n")];

const rules = TEXTS.flatMap((text) => {
  const parsed = parseRules(grammar, text);
  return parsed.ok ? parsed.rules : [];
});

const EDGES = [
  0n,
  1n,
  2n,
  3n,
  5n,
  63n,
  255n,
  256n,
  4096n,
  0x20_0000n,
  0x8000_0000n,
  0xffff_ffffn,
  2n ** 63n,
  2n ** 64n - 1n,
];
const INPUTS = EDGES.flatMap((_, i) =>
  [1, 3, 4].map((by) => (name: ParameterName): bigint => {
    const value = EDGES[(i + by * PARAMETERS.indexOf(name)) % EDGES.length] ?? 0n;
    return PARAMETER_TYPE[name] === "s64"
      ? BigInt.asIntN(64, value)
      : PARAMETER_TYPE[name] === "s32"
        ? value % 64n
        : value;
  }),
);

it("answers in JavaScript as the evaluator does", () => {
  const asked = rules.flatMap((rule, i) =>
    INPUTS.map((valueOf) => ({ i, rule, values: Object.fromEntries(rule.reads.map((name) => [name, valueOf(name)])) })),
  );
  const file = join(scratch(), "corpus.mjs");
  const text = (values: object): string =>
    `{ ${Object.entries(values)
      .map(([name, value]) => `${name}: ${String(value)}n`)
      .join(", ")} }`;
  writeFileSync(
    file,
    [
      ...rules.map((rule, i) => toJavaScript(rule, `rule${i}`)),
      "const ask = (rule, values) => { try { return Number(rule(values)); } catch (error) { return /^undefined in C/.test(error.message) ? 2 : 3; } };",
      `console.log([${asked.map(({ i, values }) => `ask(rule${i}, ${text(values)})`).join(",\n")}].join(" "));`,
    ].join("\n"),
  );
  const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8", maxBuffer: 1 << 26 });
  expect(stderr).toBe("");
  const answers = stdout.trim().split(" ").map(Number);
  expect(answers).toHaveLength(asked.length);
  const evaluators = rules.map((rule) => compileRule(rule));
  const differ = asked.flatMap(({ i, rule, values }, at) => {
    const outcome = evaluators[i]?.bytes(values);
    return answers[at] === outcome ? [] : [`${rule.text}: ${text(values)} is ${answers[at]}, and ${outcome}`];
  });
  expect(differ).toEqual([]);
});

it.skipIf(CC === undefined)("builds (skipped without a compiler)", { timeout: 60_000 }, () => {
  const dir = scratch();
  expect(rules.length).toBeGreaterThan(150);
  const told = rules.flatMap((rule, i) => {
    const { code, words } = checksInC([rule]);
    const body = `${code}\n\nint main(void)\n{\n\tstruct asked asked = { 0 };\n\n\treturn ask_suspect(&asked);\n}\n`;
    const all = new Set([...words, ...wordsOf(body)]);
    const file = join(dir, `${i}.c`);
    writeFileSync(file, [headersFor(body), ...typesFor(all), ...definesFor(all), body].join("\n"));
    const { stderr } = spawnSync(CC ?? "", ["-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", file], {
      encoding: "utf8",
    });
    return stderr === "" ? [] : [`${rule.text}\n${stderr.split("\n").slice(0, 6).join("\n")}`];
  });
  expect(told).toEqual([]);
});
