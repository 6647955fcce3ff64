/** The C of a script around every text of the corpus that is a rule: it builds without a warning. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadGrammar } from "../sim/c/grammar.ts";
import { parseRules } from "../sim/c/parse.ts";
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

it.skipIf(CC === undefined)("builds (skipped without a compiler)", { timeout: 60_000 }, () => {
  const dir = scratch();
  const rules = TEXTS.flatMap((text) => {
    const parsed = parseRules(grammar, text);
    return parsed.ok ? parsed.rules : [];
  });
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
