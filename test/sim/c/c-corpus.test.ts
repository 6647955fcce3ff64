/** A corpus of C, and what becomes of each text: the kind of rule, what it reads, its JavaScript, or the one line. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { arm64_64k } from "../../../model/arch.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { HELPERS } from "../../../sim/c/helpers/table.ts";
import { parseRules } from "../../../sim/c/parse.ts";
import { toJavaScript } from "../../../sim/script/mjs/rule.ts";

const grammar = await loadGrammar();

function told(text: string): string[] {
  const parsed = parseRules(grammar, text);
  if (!parsed.ok) return [`${parsed.error.line}:${parsed.error.column} ${parsed.error.message}`];
  return parsed.rules.flatMap((rule) => [
    `${rule.kind} rule ${rule.id}, line ${rule.line}${rule.givesErrno ? ", 0 or an errno" : ""}`,
    ...rule.sites.map(({ line, column, what }) => `undefined ${line}:${column} ${what}`),
    ...toJavaScript(rule, "check").split("\n"),
  ]);
}

it.each(["expressions", "statements", "files", "refused"])("%s", async (name) => {
  const corpus = readFileSync(new URL(`../../corpus/${name}.txt`, import.meta.url), "utf8");
  const texts = corpus.trimEnd().split(name === "expressions" ? "\n" : "\n====\n");
  const lines = texts.flatMap((text) => [...text.split("\n").map((line) => `> ${line}`), ...told(text), ""]);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/c-${name}.txt`);
});

/** A call of the helper, with arguments of two types. */
function callsOf(name: string, takes: number): string[] {
  const args = ["offset", "size", "gpa", "userspace_addr"];
  if (name.includes("overflow"))
    return ["u64", "s64", "u16"].map((type) => `${type} d; return ${name}((${type})offset, (${type})size, &d) || d;`);
  if (/^(min|max|clamp)_t$/.test(name)) return [`${name}(${["u8", ...args.slice(0, takes - 1)].join(", ")})`];
  const given = args.slice(0, takes);
  return [
    given,
    given.map((arg) => `(s16)${arg}`),
    given.map((arg) => `(s64)${arg}`),
    given.map((arg, i) => (i === 0 ? arg : "SZ_2M")),
  ].map((each) => `${name}(${each.join(", ")})`);
}

it("every helper", async () => {
  const helpers = Object.entries(HELPERS);
  const texts = helpers.flatMap(([name, { takes }]) => callsOf(name, takes));
  const lines = texts.flatMap((text) => [
    `> ${text}`,
    ...told(text).filter((line) => /^(undefined|\d+:| {2}(?!const ))/.test(line)),
  ]);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/c-every-helper.txt");
});

it("check_*_overflow of every width", async () => {
  const into = ["u8", "s16", "u32", "s32", "u64", "s64"];
  const operands = ["offset", "(s64)offset", "(u32)offset", "(s32)offset", "(u8)offset", "3", "-3", "0", "5000000000"];
  const texts = ["add", "sub", "mul"].flatMap((op) =>
    into.flatMap((type) =>
      operands.flatMap((left) =>
        ["size", "(s32)size", "(u32)size", "(s64)size", "-1", "0xffffffffffffffff"].map(
          (right) => `${type} d; return check_${op}_overflow(${left}, ${right}, &d) || d;`,
        ),
      ),
    ),
  );
  const lines = texts.map((text) => {
    const shown = told(text).filter((line) => /^(?:\d+:| {2}return)/.test(line));
    return `${text.slice(0, text.indexOf(" ||")).replace("d; return ", "")}: ${shown.join("").trim()}`;
  });
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/c-overflow.txt");
});

it("page sizes are the architecture's", async () => {
  const names =
    "PAGE_SIZE PAGE_SHIFT PMD_SIZE PUD_SIZE HPAGE_PMD_NR PMD_ORDER KVM_PAGES_PER_HPAGE(2) PAGE_ALIGN(3) level";
  const lines = names.split(" ").flatMap((name) => {
    const parsed = parseRules(grammar, `(u64)${name} == offset`, { arch: arm64_64k });
    return [
      `> ${name}`,
      ...(parsed.ok ? parsed.rules.map((rule) => toJavaScript(rule, "check")) : [parsed.error.message]),
    ];
  });
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/c-arm64.txt");
});
