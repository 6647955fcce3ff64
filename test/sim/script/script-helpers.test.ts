/**
 * The kernel's helpers as the scripts' C has them, against the evaluator: a reproducer must compute what was judged.
 * (c-differential holds the evaluator against helpers of its own.)
 */

import { UNDEFINED } from "../../../model/outcome.ts";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { HELPERS } from "../../../sim/c/helpers/table.ts";
import { parseRules } from "../../../sim/c/parse.ts";
import { wordsOf } from "../../../sim/script/c/headers.ts";
import { helpersFor } from "../../../sim/script/c/helpers.ts";
import { constantsFor, typesFor } from "../../../sim/script/c/names.ts";
import { scratch } from "../../support/cli.ts";

const CC = ["gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
if (CC === undefined) console.log("script-helpers: skipped, there is no gcc and no clang on this machine");

const grammar = await loadGrammar();
const ALL = Object.entries(HELPERS);
/** What they return is the world's, not their arguments': cases of script-cases.ts. */
const READS_THE_WORLD = /i_size_read|folio_|huge_page_|thp_order|compound_order|kvm_gmem_get_index|^gfn_round/;
const TYPES = ["u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64"];

/** The same call with arguments of several types: C's conversions are where macros go wrong. */
function callsOf(name: string, takes: number): string[] {
  const all = ["offset", "size", "userspace_addr"];
  if (name.includes("overflow")) {
    return ["u64", "s64", "u32", "s32"].map(
      (type) => `${type} d; w = ${name}((${type})offset, (${type})size, &d); v = d;`,
    );
  }
  if (/^(min|max|clamp)_t$/.test(name)) {
    return TYPES.map((type) => `v = ${name}(${[type, ...all.slice(0, takes - 1)].join(", ")});`);
  }
  const args = name === "KVM_BUG_ON" ? ["offset"] : all.slice(0, takes);
  const more = name === "KVM_BUG_ON" ? ["kvm"] : /^WARN(_ONCE)?$/.test(name) ? ['"words"'] : [];
  const call = (given: readonly string[]): string => `v = ${name}(${[...given, ...more].join(", ")});`;
  const first = args.slice(0, 1);
  const rest = args.slice(1);
  return [
    call(args),
    ...TYPES.map((type) => call(args.map((arg) => `(${type})${arg}`))),
    ...TYPES.map((type) => call([...first.map((arg) => `(${type})${arg}`), ...rest])),
    ...(rest.length === 0
      ? []
      : [call([...first, ...rest.map((_, i) => `${4 << i}`)]), call([...first, ...rest.map(() => "SZ_2M")])]),
  ];
}

const EDGES = [
  0n,
  1n,
  2n,
  3n,
  7n,
  8n,
  63n,
  64n,
  255n,
  256n,
  4095n,
  4096n,
  4097n,
  0x1f_ffffn,
  0x20_0000n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x4000_0000_0000n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 4096n,
  2n ** 64n - 1n,
];
const INPUTS = EDGES.flatMap((offset, i) =>
  [0, 1, 5, 11, 17].map((by) => ({
    offset,
    size: EDGES[(i + by) % EDGES.length] ?? 0n,
    userspace_addr: EDGES[(i * 7 + by) % EDGES.length] ?? 0n,
  })),
);

const PROGRAM = `#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
`;

it.skipIf(CC === undefined)(
  "are those that the evaluator has (skipped without a compiler)",
  { timeout: 60_000 },
  () => {
    const body = (call: string): string => `u64 v = 0, w = 0; ${call}`;
    const tried = ALL.filter(([name]) => !READS_THE_WORLD.test(name)).flatMap(([name, { takes }]) =>
      callsOf(name, takes).flatMap((call) => {
        const text = `bool f(struct kvm *kvm, u64 offset, u64 size, u64 userspace_addr, u64 gpa, u64 base_gfn) { ${body(call)} return v == gpa && w == base_gfn; }`;
        const parsed = parseRules(grammar, text);
        // min() of a signed and an unsigned value builds nowhere.
        if (!parsed.ok || parsed.rules[0] === undefined) return [];
        const evaluator = compileRule(parsed.rules[0]);
        return [{ name, call, evaluator, inputs: INPUTS.filter((input) => evaluator.bytes(input) !== UNDEFINED) }];
      }),
    );
    const names = new Set(tried.map(({ name }) => name));
    expect(ALL.filter(([name]) => !names.has(name) && !READS_THE_WORLD.test(name)).map(([name]) => name)).toEqual([]);

    const functions = tried.map(
      ({ call }, i) =>
        `static u64 f${i}(u64 offset, u64 size, u64 userspace_addr, u64 *second)\n{\n\t${body(call)}\n\t(void)offset, (void)size, (void)userspace_addr;\n\t*second = w;\n\treturn v;\n}`,
    );
    const rows = tried.flatMap(({ inputs }, i) =>
      inputs.map(({ offset, size, userspace_addr }) => `\t{ f${i}, ${offset}UL, ${size}UL, ${userspace_addr}UL },`),
    );
    const words = new Set([...wordsOf(functions.join("\n")), "u64", "u8", "s8", "u16", "s16", "u32", "s32", "s64"]);
    const code = helpersFor(words);
    const all = new Set([...words, ...wordsOf(code.join("\n"))]);
    const file = join(scratch(), "helpers.c");
    writeFileSync(
      file,
      [
        PROGRAM,
        ...typesFor(all),
        ...constantsFor(all),
        'static int undefined(const char *what)\n{\n\tprintf("%s\\n", what);\n\treturn 0;\n}',
        "struct asked { u64 base_gfn, pgoff, folio_size, i_size; int folio_order; };",
        "static struct asked asked_now;",
        ...code,
        ...functions,
        `static const struct { u64 (*f)(u64, u64, u64, u64 *); u64 a, b, c; } rows[] = {\n${rows.join("\n")}\n};`,
        'int main(void)\n{\n\tfor (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {\n\t\tu64 w = 0, v = rows[i].f(rows[i].a, rows[i].b, rows[i].c, &w);\n\n\t\tprintf("0x%llx 0x%llx\\n", (unsigned long long)v, (unsigned long long)w);\n\t}\n\treturn asked_now.folio_order;\n}',
      ].join("\n\n"),
    );
    const program = file.replace(/\.c$/, "");
    const built = spawnSync(CC ?? "", ["-std=gnu11", "-O1", "-fwrapv", "-w", "-o", program, file], {
      encoding: "utf8",
    });
    expect(built.stderr).toBe("");
    const { stdout } = spawnSync(program, { encoding: "utf8", maxBuffer: 1 << 28 });
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(rows.length);

    let at = 0;
    const differ = tried.flatMap(({ call, evaluator, inputs }) =>
      inputs.flatMap((input) => {
        const [gpa = 0n, base_gfn = 0n] = (lines[at++] ?? "").split(" ").map(BigInt);
        return evaluator.bytes({ ...input, gpa, base_gfn }) === 1
          ? []
          : [`${call} of ${Object.values(input).join(", ")}: the script's C has ${gpa} ${base_gfn}`];
      }),
    );
    expect(differ).toEqual([]);
    console.log(`script-helpers: ${names.size} helpers, ${tried.length} calls, ${rows.length} results compared`);
  },
);
