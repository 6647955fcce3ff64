/** Jumps against a C compiler: back, out of loops and switches, to labels of inner blocks; what leads into a block is refused. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../../sim/c/parse.ts";

const grammar = await loadGrammar();
const CC = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
if (CC === undefined) console.log("c-goto: skipped, there is no C compiler (cc, gcc, clang) on this machine");

const LABELS = 4;
const MOST = 8;

/** Statements with gaps for labels, which a program has once each. */
const { block } = fc.letrec<{ block: string; statement: string }>((tie) => ({
  block: fc
    .array(tie("statement"), { minLength: 1, maxLength: 4, depthIdentifier: "c" })
    .map((list) => list.join("\n")),
  statement: fc.oneof(
    { depthIdentifier: "c", maxDepth: 3, depthSize: "small" },
    { weight: 3, arbitrary: fc.constantFrom("a += 3;", "b ^= a;", "a = b >> 1;", "b--;", "@;", "@;") },
    { weight: 3, arbitrary: fc.nat({ max: LABELS - 1 }).map((n) => `if (fuel > 0) { fuel--; a++; goto l${n}; }`) },
    { weight: 1, arbitrary: fc.constantFrom("if (a == 9) return b & 1;", "if (b & 4) break;", "if (a & 8) continue;") },
    { weight: 1, arbitrary: tie("block").map((inner) => `{ u64 t = a + 1; b += t;\n${inner}\n}`) },
    {
      weight: 2,
      arbitrary: fc.tuple(tie("block"), tie("block")).map(([x, y]) => `if (a & 2) {\n${x}\n} else {\n${y}\n}`),
    },
    { weight: 2, arbitrary: tie("block").map((inner) => `while (fuel-- > 2) {\n${inner}\n}`) },
    { weight: 1, arbitrary: tie("block").map((inner) => `for (int i = 0; i < 2; i++) {\n${inner}\n}`) },
    { weight: 1, arbitrary: tie("block").map((inner) => `do {\n${inner}\n} while (fuel-- > 3);`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie("block"), tie("block"))
        .map(([x, y]) => `switch (a & 3) {\ncase 1: {\n${x}\n}\ncase 2: {\n${y}\nbreak;\n}\ndefault: b += 2;\n}`),
    },
  ),
}));

const program = block.map((body) => {
  let label = 0;
  const text = body.replaceAll("@", () => (label < LABELS ? `l${label++}: a ^= ${label}` : "b++"));
  const rest = Array.from({ length: LABELS - label }, (_, i) => `l${label + i}: ;`).join(" ");
  return `u64 a = offset, b = size; int fuel = 7;\n${text}\n${rest}\nreturn (a + b) & 1;`;
});

const inC = (body: string, i: number): string => `static bool f${i}(u64 offset, u64 size)\n{\n${body}\n}\n`;

const HEAD =
  "#include <stdbool.h>\n#include <stdio.h>\ntypedef unsigned long long u64;\ntypedef bool check(u64, u64);\n";

function byCompiler(bodies: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "foliofence-goto-"));
  const main = `int main(void)\n{\ncheck *all[] = { ${bodies.map((_, i) => `f${i}`).join(", ")} };\nfor (int i = 0; i < ${bodies.length}; i++) {\nfor (u64 x = 0; x < ${MOST}; x++) for (u64 y = 0; y < ${MOST}; y++) putchar('0' + all[i](x, y));\nputchar('\\n');\n}\n}\n`;
  writeFileSync(join(folder, "all.c"), HEAD + bodies.map(inC).join("") + main);
  execFileSync(CC ?? "cc", ["-std=gnu11", "-O0", "-fwrapv", "-w", "-o", "all", "all.c"], { cwd: folder });
  const told = execFileSync(join(folder, "all"), { encoding: "utf8" }).trim().split("\n");
  rmSync(folder, { recursive: true, force: true });
  return told;
}

const asked = (ask: (offset: bigint, size: bigint) => unknown): string => {
  const all = Array.from({ length: MOST }, (_, n) => BigInt(n));
  return all.flatMap((offset) => all.map((size) => Number(ask(offset, size)))).join("");
};

const parse = (body: string): { readonly rule?: Rule; readonly message?: string } => {
  const parsed = parseRules(grammar, inC(body, 0));
  return parsed.ok ? { ...(parsed.rules[0] && { rule: parsed.rules[0] }) } : { message: parsed.error.message };
};

/** What a program of this kind may be refused for. */
const REFUSED =
  /leads into a block|goes back to before its loop|outside of a loop|too many gotos|repeat too much text|never ends|is not supported/;

it.skipIf(CC === undefined)("go where C's go", () => {
  const accepted: { readonly body: string; readonly rule: Rule }[] = [];
  const refused = new Set<string>();
  const bodies = fc.sample(program, { seed: 0x6b766d, numRuns: 1500 });
  for (const body of bodies) {
    const { rule, message } = parse(body);
    if (rule) accepted.push({ body, rule });
    else refused.add(message ?? "");
  }
  expect([...refused].filter((message) => !REFUSED.test(message))).toEqual([]);
  expect(accepted.length).toBeGreaterThan(400);
  const told = byCompiler(accepted.map(({ body }) => body));
  for (const [i, { body, rule }] of accepted.entries()) {
    const { bytes } = compileRule(rule);
    expect({ body, says: asked((offset, size) => bytes({ offset, size })) }).toEqual({ body, says: told[i] });
  }
});
