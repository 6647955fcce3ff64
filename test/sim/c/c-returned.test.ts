/** What a function gives, where its type does not say: enumerators, an address or an errno, a mask of orders, 0 or 1. */

import { describe, expect, it } from "vitest";
import type { Rule } from "../../../model/rule/tree.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules, type ParseOptions } from "../../../sim/c/parse.ts";

const grammar = await loadGrammar();

function rulesOf(text: string, options: ParseOptions = {}): readonly Rule[] {
  const parsed = parseRules(grammar, text, options);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.rules;
}

/** What the only rule says to these orders. */
function orders(text: string, most = 20): number[] {
  const [rule] = rulesOf(text);
  if (!rule) throw new Error("no rule");
  const { bytes } = compileRule(rule, () => 0n);
  return Array.from({ length: most }, (_, order) => order).filter((order) => bytes({ order: BigInt(order) }) === 1);
}

const offsets = (text: string, options: ParseOptions = {}): string =>
  [0n, 1n, 2n, 3n]
    .map((offset) =>
      rulesOf(text, options)
        .map((rule) => compileRule(rule).bytes({ offset }))
        .join(""),
    )
    .join("");

const ENUM = "enum look { LOOK_FAIL, LOOK_SUCCEED, LOOK_ODD };\n";

describe("one of several results accepts", () => {
  it("and none that is called no success", () => {
    const text = `enum look { LOOK_NOT_OK, LOOK_ODD, LOOK_OK };\nstatic int look(u64 offset)\n{\nif (offset > 1)\nreturn LOOK_OK;\nreturn LOOK_NOT_OK;\n}`;
    expect(offsets(text, { functions: ["look"] })).toBe("0011");
    const several = text.replace("LOOK_ODD", "LOOK_HERE_OK");
    expect(() => offsets(several, { functions: ["look"] })).toThrow("gives nothing that a rule says");
  });

  it("the one that is called a success", () => {
    const text = `${ENUM}static int look(u64 offset)\n{\nint result = LOOK_FAIL;\nif (offset == 3)\nreturn LOOK_ODD;\nif (offset > 1)\nresult = LOOK_SUCCEED;\nreturn result;\n}`;
    expect(offsets(text, { functions: ["look"] })).toBe("0010");
    expect(rulesOf(text, { functions: ["look"] })[0]?.readAs).toContainEqual({
      text: "LOOK_SUCCEED",
      as: "accepts; whatever else is returned refuses",
    });
  });

  it("where nothing else is returned", () => {
    const text = `${ENUM}static int look(u64 offset)\n{\nif (offset)\nreturn 17;\nreturn LOOK_SUCCEED;\n}`;
    expect(() => rulesOf(text, { functions: ["look"] })).toThrow("gives nothing that a rule says");
  });
});

it("an address, or an errno that refuses", () => {
  const text =
    "unsigned long area(u64 offset)\n{\nif (offset == 1)\nreturn -EINVAL;\nif (offset == 2)\nreturn -4096;\nreturn offset << 12;\n}";
  expect(offsets(text, { functions: ["area"] })).toBe("1011");
});

it("an int that is 0 or 1", () => {
  const text =
    "static int f(u64 offset)\n{\nif (offset == 1)\nreturn 1;\nif (offset == 2)\nreturn !offset;\nreturn offset > 2;\n}";
  expect(offsets(text, { functions: ["f"] })).toBe("0101");
});

it("an int that is said to be 0 or not", () => {
  const text = "static int f(u64 offset)\n{\nreturn offset / 2;\n}";
  expect(() => rulesOf(text, { functions: ["f"] })).toThrow(/what f\(\) returns is a value.*say with --kind/);
  expect(offsets(text, { functions: ["f"], use: "bind-accepts" })).toBe("0011");
  expect(offsets(text, { functions: ["f"], use: "bind-refuses" })).toBe("1100");
});

describe("what an order is measured by", () => {
  it.each([
    ["unsigned int f(u64 index)\n{\nif (index)\nreturn 0;\nreturn BIT(PMD_ORDER);\n}", [9]],
    ["unsigned int f(u64 index)\n{\nunsigned int orders = 6;\nreturn index ? 0 : orders;\n}", [1, 2]],
    ["int vma_page_shift(u64 index)\n{\nreturn index ? PAGE_SHIFT : 14;\n}", [0, 1, 2]],
    ["unsigned long vma_pagesize(u64 index)\n{\nreturn PAGE_SIZE * 2;\n}", [0, 1]],
    ["int f_order(u64 index)\n{\nreturn 0;\n}", [0]],
  ])("%j", (text, told) => {
    expect(orders(text)).toEqual(told);
  });

  it("the same in every configuration, be it always 0", () => {
    const text =
      "#ifdef CONFIG_A\nunsigned int f(u64 index) { return BIT(PMD_ORDER); }\n#else\nunsigned int f(u64 index) { return 0; }\n#endif\n";
    const rules = rulesOf(text, { functions: ["f"] });
    expect(rules.map(({ id, kind }) => [id, kind])).toEqual([
      ["f[CONFIG_A=n]", "map"],
      ["f[CONFIG_A=y]", "map"],
    ]);
    expect(rules.map((rule) => compileRule(rule).bytes({ order: 9n }))).toEqual([0, 1]);
    expect(rules.map((rule) => compileRule(rule).bytes({ order: 0n }))).toEqual([0, 0]);
  });
});

describe("what gives nothing says what it gives", () => {
  it.each([
    ["pgoff_t f(u64 offset)\n{\nreturn offset >> 12;\n}", "is a page of a file"],
    ["gfn_t f(u64 gpa)\n{\nreturn gpa >> 12;\n}", "is a guest frame"],
    ["void f(u64 gpa)\n{\nkick(gpa);\n}", "f() returns nothing"],
  ])("%j", (text, told) => {
    expect(() => rulesOf(text, { functions: ["f"] })).toThrow(told);
  });
});

it("what is counted up is counted up before it is asked about", () => {
  const text =
    "bool f(u64 offset)\n{\nint n = 0;\nif (!n++)\nreturn -n++ == -1 && n == 2 && offset == 1;\nreturn false;\n}";
  expect(offsets(text)).toBe("0100");
});
