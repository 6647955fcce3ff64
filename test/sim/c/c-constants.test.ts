import { beforeAll, describe, expect, it } from "vitest";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { parseRules } from "../../../sim/c/parse.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

function rulesOf(text: string): readonly Rule[] {
  const result = parseRules(grammar, text);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.rules;
}

function errorOf(text: string): string {
  const result = parseRules(grammar, text);
  return result.ok ? "ok" : `${result.error.line}:${result.error.column} ${result.error.message}`;
}

const CHECK = "bool f(u64 offset) { return offset == X; }";

describe("constants beside functions", () => {
  it.each([
    ["static const u64 X = SZ_2M;", 0x200000n],
    ["static const unsigned long A = SZ_2M, X = A - 1;", 0x1fffffn],
    ["static const u8 X = 0x1ff;", 0xffn],
    ["static const s8 X = -1;", 0xffffffffffffffffn],
    ["enum { A, B = 5, X };", 6n],
    ["enum level {\n\tA = 1,\n\tX,\t/* last */\n};", 2n],
    ["enum { X = -1 };", 0xffffffffffffffffn],
    ["#define A 7\nenum { B = A };\nstatic const int X = B << 1;", 14n],
    ["enum { PAGE_SHIFT = 13 };\nstatic const int X = PAGE_SHIFT;", 13n],
  ])("%s", (declared, value) => {
    const [rule] = rulesOf(`${declared}\n${CHECK}`);
    if (!rule) throw new Error("no rule");
    const { bytes } = compileRule(rule);
    expect([bytes({ offset: value }), bytes({ offset: value ^ 1n })]).toEqual([1, 0]);
  });

  it.each([
    ["static const u64 X;", "1:18 'X' is not set to a constant"],
    ["static const u64 X = offset;", "1:18 'X' is not set to a constant"],
    ["static const u64 X = 1 << 40;", "1:18 'X' is not set to a constant"],
  ])("%s is refused", (declared, message) => {
    expect(errorOf(`${declared}\n${CHECK}`)).toBe(message);
  });

  it("are kept with the rules that use them", () => {
    const text = `enum { A, B };\nstatic const u64 C = B;\nstatic const u64 D = 9;\nbool f(u64 gpa) { return gpa == C; }\nbool g(u64 gpa) { return gpa == 1; }`;
    expect(rulesOf(text).map((rule) => rule.text)).toEqual([
      "enum { A, B };\n\nstatic const u64 C = B;\n\nbool f(u64 gpa) { return gpa == C; }",
      "bool g(u64 gpa) { return gpa == 1; }",
    ]);
  });
});

it("passes over what else stands in a file", () => {
  const text = `struct kvm;\nstruct kvm_memory_slot { u64 base_gfn; };\n${CHECK.replace("X", "1")}\nEXPORT_SYMBOL_GPL(f);\nMODULE_LICENSE("GPL");`;
  expect(rulesOf(text).map((rule) => rule.text)).toEqual([CHECK.replace("X", "1")]);
});

it("takes a body that starts with a declaration for a body", () => {
  const body = "u64 x = 1; if (offset == x) { return true; } else if (size) { return false; } return true;";
  expect(rulesOf(body)).toMatchObject([{ id: "expression" }]);
});
