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

/** What the text's last rule answers for these offsets. */
function answers(text: string, ...offsets: bigint[]): number[] {
  const rule = rulesOf(text).at(-1);
  if (!rule) throw new Error("no rule");
  const { bytes } = compileRule(rule);
  return offsets.map((offset) => bytes({ offset }));
}

describe("a check that returns 0 or an errno", () => {
  it.each([
    ["a function's end", "if (offset & 1)\n\treturn -EINVAL;\nreturn 0;"],
    ["a piece of a function", "if (offset & 1)\n\treturn -EINVAL;"],
    ["a piece with two ways out", "if (offset == 1)\n\treturn -EINVAL;\nif (offset & 1)\n\treturn -EOPNOTSUPP;"],
    ["an expression", "offset & 1 ? -EINVAL : 0"],
    ["a plain -1", "if (offset & 1) return -1; return 0;"],
    ["a function", "static int f(loff_t offset) { return offset & 1 ? -EINVAL : 0; }"],
    ["a function that keeps it", "int f(u64 offset) { int r = -EINVAL; if (offset & 1) return r; r = 0; return r; }"],
    ["a long", "static long f(u64 offset) { if (offset & 1) return -EFBIG; return 0; }"],
    [
      "a call",
      "int g(u64 x) { return x & 1 ? -E2BIG : 0; } int f(u64 offset) { int r = -EIO; r = g(offset); return r; }",
    ],
  ])("%s: accepts where it is 0", (_name, text) => {
    expect(answers(text, 0n, 1n, 2n, 3n)).toEqual([1, 0, 1, 0]);
    expect(rulesOf(text).at(-1)).toMatchObject({ givesErrno: true });
  });

  it("returns its own type, which may cut what is not 0 down to 0", () => {
    const cut = (type: string): number[] =>
      answers(`static ${type} f(u64 offset) { if (offset == 1) return -EINVAL; return offset; }`, 0n, 1n, 1n << 32n);
    expect(cut("int")).toEqual([1, 0, 1]);
    expect(cut("long")).toEqual([1, 0, 0]);
  });

  it("is not what returns bool, nor what only compares with an errno", () => {
    expect(answers("static bool f(u64 offset) { return offset & 1 ? -EINVAL : 0; }", 0n, 1n)).toEqual([0, 1]);
    expect(answers("offset == -EINVAL", 0n, -22n & 0xffffffffffffffffn)).toEqual([0, 1]);
  });

  it("is a rule where no function returns bool but those it calls, and else a helper", () => {
    const check = "int a(u64 offset) { return offset ? -EINVAL : 0; }";
    const ids = (more: string): string[] => rulesOf(`${check} ${more}`).map(({ id }) => id);
    expect(ids("void c(void) { } int d(u64 size) { return size ? -E2BIG : 0; }")).toEqual(["a", "d"]);
    expect(ids("bool b(u64 gpa) { return gpa; }")).toEqual(["b"]);
    expect(ids("bool b(u64 offset) { return !a(offset); }")).toEqual(["b"]);
    expect(ids("bool b(u64 gpa) { return gpa; } int d(u64 gpa) { return b(gpa) ? 0 : -EINVAL; }")).toEqual(["a", "d"]);
  });
});

it("asks nothing of a parameter that is only passed along", () => {
  expect(
    answers("bool f(struct kvm *kvm, unsigned int fd, pgprot_t prot, u64 offset) { return !offset; }", 0n),
  ).toEqual([1]);
});

it("is no level rule: those say what is forbidden", () => {
  expect(parseRules(grammar, "if (base_gfn ^ ugfn) return -EINVAL; return 0;")).toMatchObject({
    ok: false,
    error: { line: 1, column: 1, message: "a level rule returns bool: true where a level is forbidden" },
  });
});

it("asks each function once, however often they call each other", () => {
  const chain = Array.from({ length: 60 }, (_, i) => {
    const call = `f${i + 1}(x)`;
    return `int f${i}(u64 x) { return ${call} ? ${call} : ${call}; }`;
  });
  const last = "int f60(u64 x) { return x > 3; }";
  const text = [last, ...chain.toReversed(), "int f(u64 offset) { return f0(offset); }"].join("\n");
  expect(parseRules(grammar, text)).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/^no rule: /) as unknown },
  });
  expect(parseRules(grammar, text.replace("x > 3", "x > 3 ? -EINVAL : 0"))).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/ is too large: /) as unknown },
  });
});
