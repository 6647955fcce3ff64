/** requires(…) and ensures(…) above a function: found wherever C lets them stand, and refused where they say nothing. */

import { describe, expect, it } from "vitest";
import type { Contract } from "../../../model/rule/contract.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { contractIn, contractsIn } from "../../support/contracts.ts";

const F = "static u64 f(u64 x)\n{\n\treturn x;\n}\n";
const clauses = ({ requires, claims }: Contract): string[] => [
  ...requires.map(({ text, line, column }) => `${line}:${column} requires(${text})`),
  ...claims.map(({ name, text, line, column }) => `${line}:${column} ${name}: ensures(${text})`),
];

describe("where a contract stands", () => {
  it.each([
    [
      "plain lines",
      "requires(x < 5)\nensures(result < 5)\n",
      ["1:1 requires(x < 5)", "2:1 ensures_1: ensures(result < 5)"],
    ],
    [
      "lines with semicolons",
      "requires(x < 5);\nensures(result < 5);\n",
      ["1:1 requires(x < 5)", "2:1 ensures_1: ensures(result < 5)"],
    ],
    ["a comment", "/* ensures(result == x) */\n", ["1:4 ensures_1: ensures(result == x)"]],
    ["line comments", "// requires(x)\n// ensures(result)\n", ["1:4 requires(x)", "2:4 ensures_1: ensures(result)"]],
    [
      "kernel-doc, over several lines",
      "/**\n * f - what it is\n *\n * requires(x > 1 &&\n *          x < 9);\n * ensures(result ==\n *\t\tx)\n */\n",
      ["4:4 requires(x > 1 && x < 9)", "6:4 ensures_1: ensures(result == x)"],
    ],
    [
      "a comment above a line",
      "/* requires(x) */\nensures(result)\n",
      ["1:4 requires(x)", "2:1 ensures_1: ensures(result)"],
    ],
    [
      "one line for two",
      "/* requires(x) */ // ensures(result)\n",
      ["1:4 requires(x)", "1:22 ensures_1: ensures(result)"],
    ],
  ])("is read from %s", (_, head, expected) => {
    expect(clauses(contractIn(head + F))).toEqual(expected);
  });

  it.each([
    ["in another function", "static u64 g(u64 x)\n{\n\t/* ensures(result) */\n\treturn 1;\n}\n"],
    ["further above", "/* ensures(result) */\n\n"],
    ["in a text", 'static const char *s = "/* ensures(result) */";\n'],
    ["in prose", "/* He ensures(this) somehow. */\n"],
  ])("is none %s", (_, head) => {
    expect(contractsIn(`${head}static bool f(u64 offset)\n{\n\treturn offset;\n}\n`)).toEqual([]);
  });

  it("belongs to the next function, with all that it calls and each macro of the file", () => {
    const text = `#define LIMIT 9
static u64 other(u64 x) { return x + 1; }
static u64 helper(u64 x) { return x + LIMIT; }
ensures(result == helper(x) - LIMIT)
${F}
static bool rule(u64 offset) { return other(offset) == 3; }
`;
    const contract = contractIn(text);
    expect(contract).toMatchObject({
      id: "f",
      function: "f",
      line: 5,
      parameters: [{ name: "x", type: "u64", isPointer: false }],
    });
    expect(contract.text).toContain("helper");
    expect(contract.text).toContain("#define LIMIT 9");
    expect(contract.text).not.toContain("other");
  });

  it("leaves rules beside it what they are, and makes helpers of what it calls", async () => {
    const text = `static bool is_odd(u64 x) { return x & 1; }
ensures(is_odd(result) == is_odd(x))
${F}
static bool rule(u64 offset) { return !offset; }
`;
    const parsed = (await openRulebook()).parse(text, { contracts: true });
    expect(parsed.ok && parsed.rules.map(({ id }) => id)).toEqual(["rule"]);
    expect(parsed.ok && parsed.contracts?.map(({ id }) => id)).toEqual(["f"]);
  });

  it("is read in both configurations that it depends on", () => {
    const text = `#ifdef CONFIG_BIG\n#define MOST 8\n#else\n#define MOST 4\n#endif\nensures(result < MOST)\n${F}`;
    expect(contractsIn(text).map(({ id }) => id)).toEqual(["f[CONFIG_BIG=n]", "f[CONFIG_BIG=y]"]);
  });
});

describe("what is no contract", () => {
  it.each([
    ["requires(x)\n", "2:12: f() has requires(…) and no ensures(…): nothing is claimed"],
    ["ensures(result)\nstruct a { int b; };\n", "1:1: ensures() stands right above no function"],
    ["ensures(reslt)\n", "1:9: unknown name 'reslt' in a contract; did you mean result?"],
    ["ensures(is_good(x))\n", "1:9: a contract cannot be about is_good(), which is not shown"],
    ["ensures(offset == x)\n", "1:9: unknown name 'offset' in a contract; it reads the function's parameters"],
    ["ensures(x = 1)\n", "1:9: a contract cannot change anything"],
    ["ensures(result; x)\n", "1:15: ';' cannot stand in a contract"],
    ["ensures()\n", "1:1: an expression is missing"],
    ["/* ensures(result) always */\n", "1:20: behind a contract's ')' its line ends"],
    ["requires(result)\nensures(x)\n", "1:10: no 'result' here: what is required is required before the call"],
    ["requires(old(x))\nensures(x)\n", "1:10: no old(…) here: what is required is required before the call"],
    ["ensures(old(old(x)))\n", "1:13: no old(…) here: old(…) is before the call already"],
    ["ensures(old(x, x))\n", "1:9: old(…) takes one expression"],
  ])("%j", (head, error) => {
    expect(() => contractsIn(head + F)).toThrow(error);
  });

  it.each([
    ["void f(u64 x)\n{\n}\n", "ensures(result)\n", "2:", "no 'result' here: f() gives no result"],
    ["u64 f(struct a x)\n{\n\treturn 0;\n}\n", "ensures(result)\n", "", "a struct that is handed over by value: 'x'"],
    [
      "u64 f(what_t x)\n{\n\treturn 0;\n}\n",
      "ensures(result)\n",
      "",
      "a parameter of a type that is not declared here: 'x'",
    ],
    ["u64 f(u64 result)\n{\n\treturn 0;\n}\n", "ensures(result)\n", "", "in a contract 'result' is a word"],
    ["u64 f(u64 x)\n{\n\treturn f(x);\n}\n", "ensures(result)\n", "", "f() is recursive"],
  ])("%j", (source, head, _, error) => {
    expect(() => contractsIn(head + source)).toThrow(error);
  });

  it("is not judged by whoever judges rules only", async () => {
    const parsed = (await openRulebook()).parse(`ensures(result)\n${F}`, {});
    expect(parsed).toMatchObject({
      ok: false,
      error: { line: 1, message: "a contract is judged by `foliofence judge FILE`, and by nothing else" },
    });
  });
});
