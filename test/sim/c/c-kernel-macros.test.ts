/** Macros of the kernel's that store, read or declare: what they leave is anybody's guess, and what they do not touch stays. */

import { describe, expect, it } from "vitest";
import type { Rule } from "../../../model/rule/tree.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../../sim/c/parse.ts";

const grammar = await loadGrammar();

function rulesOf(text: string): readonly Rule[] {
  const parsed = parseRules(grammar, text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.rules;
}

/** What the rule can come to for this offset, whatever its unknowns are, of 0 and 1. */
function outcomes(text: string, offset = 0n): number[] {
  const found = new Set<number>();
  const [rule] = rulesOf(text);
  if (!rule) throw new Error("no rule");
  for (let bits = 0; bits < 2 ** 8; bits++) {
    let drawn = 0;
    const answer = (): bigint => BigInt(Math.floor(bits / 2 ** drawn++) % 2);
    found.add(compileRule(rule, answer).bytes({ offset }));
  }
  return [...found].toSorted((a, b) => a - b);
}

const body = (lines: string, before = ""): string =>
  `${before}static bool check(struct kvm *kvm, u64 *p, u64 offset)\n{\n${lines}\n}\n`;

describe("a store whose value is not followed", () => {
  it.each([
    ["xchg(&x, 5);", [0, 1]],
    ["cmpxchg64(&x, 1, 5);", [0, 1]],
    ["if (!try_cmpxchg(&y, &x, 5)) y = 0;", [0, 1]],
    ["xchg(&y, 5);", [1]],
    // Whoever has a pointer to nobody knows what has none to a variable whose address stays here.
    ["xchg(p, 5);", [1]],
    ["this_cpu_inc(hits);", [1]],
    ["if (xchg(&y, 5) == 1) x = 0;", [0, 1]],
    ["if (check_add_overflow(x, 1, &kvm->top)) x = 0;", [0, 1]],
  ])("%s", (line, told) => {
    expect(outcomes(body(`u64 x = 1, y = 1;\n${line}\nreturn x == 1;`))).toEqual(told);
  });

  it("through a pointer that leads nobody knows where, to a member of nobody knows whose", () => {
    const struct = "struct kvm {\n\tu32 top;\n\tu32 *p;\n};\n";
    const after = (call: string): number[] => outcomes(body(`kvm->top = 1;\n${call}\nreturn kvm->top == 1;`, struct));
    expect(after("xchg(kvm->p, 5);")).toEqual([0, 1]);
    expect(after("this_cpu_write(hits, 5);")).toEqual([0, 1]);
    expect(after("this_cpu_read(hits);")).toEqual([1]);
  });
});

describe("a macro that comes to a value", () => {
  it.each([
    ["BITS_PER_TYPE(u32) == 32", [1]],
    ["BITS_PER_TYPE(struct kvm) == 0", [0, 1]],
    ["offsetofend(struct kvm, size) == offsetofend(struct kvm, size)", [0, 1]],
    ["FIELD_GET(LEVEL_MASK, offset) == 1", [0, 1]],
    ["!KVM_BUG_ON_DATA_CORRUPTION(offset == 1, kvm)", [1]],
    ["ARRAY_SIZE(kvm->slots) == 1", [0, 1]],
  ])("%s", (test, told) => {
    expect(outcomes(body(`return ${test};`))).toEqual(told);
  });

  it("reads no member's name as an input", () => {
    const [rule] = rulesOf(body("return offset < offsetofend(struct kvm, npages);"));
    expect(rule?.reads).toEqual(["offset"]);
  });
});

it("a macro that declares a variable, or a member of one", () => {
  expect(outcomes(body("DECLARE_BITMAP(seen, 64);\nbitmap_zero(seen, 64);\nreturn offset == 0;"))).toEqual([1]);
  const struct = "struct kvm {\n\tDECLARE_BITMAP(seen, 64);\n\tu32 top;\n};\n";
  expect(outcomes(body("kvm->top = 0x100000007;\nreturn kvm->top == 7;", struct))).toEqual([1]);
});

it("words that say where a variable of the file lies", () => {
  const before = "static int limits[2] __initdata;\nstatic u64 top __read_mostly = 4;\nint q[4] __cacheline_aligned;\n";
  expect(outcomes(body("return offset < top || limits[0] + q[0];", before))).toEqual([0, 1]);
});

it("a loop whose name says so, with or without an underscore", () => {
  const lines = "u64 x = 1;\nvma_interval_tree_foreach(vma, &kvm->tree, 0, 1) {\nx = offset;\n}\nreturn x == 1;";
  expect(outcomes(body(lines))).toEqual([0, 1]);
  expect(outcomes(body(lines), 1n)).toEqual([1]);
});

it("a cast to a union comes to nothing that is known", () => {
  const lines = "union halves h;\nh = (union halves)offset;\nreturn h.low == 0;";
  expect(outcomes(body(lines))).toEqual([0, 1]);
});

it("a parameter whose address is taken leads wherever a callee says", () => {
  const lines = (call: string): string => `*p = 1;\n${call}\nreturn *p == 1;`;
  expect(outcomes(body(lines("")))).toEqual([1]);
  expect(outcomes(body(lines("move(&p);")))).toEqual([0, 1]);
  const inner = "static bool inner(u64 *q)\n{\nmove(&q);\nreturn *q == 1;\n}\n";
  expect(outcomes(body("*p = 1;\nreturn inner(p);", inner))).toEqual([0, 1]);
});

it("what stops the kernel is taken to return, with any value", () => {
  const inner = "static int inner(u64 x)\n{\nif (x)\n\treturn 0;\nBUG();\n}\n";
  expect(outcomes(body("return inner(offset) == 0;", inner), 1n)).toEqual([1]);
  expect(outcomes(body("return inner(offset) == 0;", inner), 0n)).toEqual([0, 1]);
});

it("of several configurations, the one in which something is wrong is named", () => {
  const text = (other: string): string =>
    `static bool check(u64 offset)\n{\n#ifdef CONFIG_A\nreturn ODD_THING(offset);\n#else\n${other}\n#endif\n}\n`;
  expect(() => rulesOf(text("return offset == 0;"))).toThrow(
    /is not shown.*this is so where CONFIG_A=y: --let settles another$/,
  );
  expect(() => rulesOf(text("return OTHER_THING(offset);"))).toThrow(/add its definition$/);
});
