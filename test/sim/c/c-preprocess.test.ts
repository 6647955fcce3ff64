import { beforeAll, describe, expect, it } from "vitest";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { itemsOf, definesIn, plainTokens } from "../../../sim/c/syntax/directive.ts";
import { lex } from "../../../sim/c/syntax/lex.ts";
import { expand } from "../../../sim/c/syntax/macro.ts";
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

/** Each rule's name and what it says to these offsets. */
const answers = (text: string, offsets: readonly bigint[] = [0n, 1n, 2n, 3n]): Record<string, string> =>
  Object.fromEntries(
    rulesOf(text).map((rule) => {
      const { bytes } = compileRule(rule);
      return [rule.id, offsets.map((offset) => bytes({ offset })).join("")];
    }),
  );

/** What gcc -E makes of it, but for blanks. */
function expanded(text: string): string {
  const items = itemsOf(lex(text));
  return expand(plainTokens(items), definesIn(items))
    .map((token) => token.text)
    .join(" ");
}

describe("macros expand as C's do", () => {
  it.each([
    ["#define f(x) x + 1\nf(2) f (3) f", "2 + 1 3 + 1 f"],
    ["#define f(x, y) x y\nf((1, 2), [3, 4) )", "( 1 , 2 ) [ 3 , 4 )"],
    ["#define f() 1\nf() f( )", "1 1"],
    ["#define f(x) [x]\nf()", "[ ]"],
    ["#define f(x) x x\n#define g f(1)\nf(g)", "1 1 1 1"],
    ["#define f(x) f(x) g\n#define g f(2)\ng", "f ( 2 ) g"],
    ["#define x x + y\n#define y x\nx", "x + x"],
    ["#define f(a) a * g\n#define g(a) f(a)\nf(2)(9)", "2 * 9 * g"],
    ['#define s(x) #x\ns( a  "b\\n" +  c )', String.raw`"a \"b\\n\" + c"`],
    ["#define c(a, b) a ## b\nc(x, 1) c(, y) c(z, ) c(,)", "x1 y z"],
    ["#define c(a, b) a ## b\n#define xy 7\n#define x 5\nc(x, y) c(x, x)", "7 xx"],
    ["#define v(f, ...) f(__VA_ARGS__)\nv(g, 1, 2) v(g)", "g ( 1 , 2 ) g ( )"],
    ["#define v(f, ...) p(f, ##__VA_ARGS__)\nv(1) v(1, 2, 3)", "p ( 1 ) p ( 1 , 2 , 3 )"],
    ["#define v(f, args...) p(f, ##args)\nv(1) v(1, 2)", "p ( 1 ) p ( 1 , 2 )"],
    ["#define o (1)\no", "( 1 )"],
    ["#define two \\\n 1 /* a\n b */ + 1\ntwo", "1 + 1"],
    ["#define hash_hash # ## #\n#define mk(a) # a\nmk(x)", '"x"'],
    ["#define t(x,y) x ## y ## _t\nt(a,b)", "ab_t"],
  ])("%j", (text, made) => {
    expect(expanded(text)).toBe(made);
  });
});

describe("a macro is in force where it is used", () => {
  it("until it is undefined or defined anew", () => {
    const text =
      "#define N 1\nbool a(u64 offset) { return offset == N; }\n#undef N\n#define N 2\nbool b(u64 offset) { return offset == N; }\nbool c(u64 offset) {\n#undef N\n#define N 3\nreturn offset == N; }";
    expect(answers(text)).toEqual({ a: "0100", b: "0010", c: "0001" });
  });

  it("and a rule's text, read by itself, says the same", () => {
    const text =
      "#define N 1\nbool a(u64 offset) { return offset == N; }\n#undef N\n#define N 2\nbool b(u64 offset) { return offset == N; }";
    const [a, b] = rulesOf(text);
    expect([a, b].map((rule) => answers(rule?.text ?? ""))).toEqual([{ a: "0100" }, { b: "0010" }]);
  });

  it("and what it brings in has the place of its use", () => {
    expect(errorOf("#define BAD (offset + nothing)\n\nsize ==\n  BAD")).toMatch(/^4:3 unknown name 'nothing'/);
    expect(errorOf("#define ID(x) (x)\n\nsize == ID(offset +\n  nothing)")).toMatch(/^4:3 unknown name 'nothing'/);
  });
});

describe("lines that end in a backslash are joined first", () => {
  it.each([
    ["bool f(u64 offset) { // never: \\\n return false;\n return offset == 1; }", "0100"],
    ["bool f(u64 offset) { off\\\nset++; return off\\  \nset == 2; }", "0100"],
    ["#define ONE \\\r\n 1\r\nbool f(u64 offset) { return offset == ONE; }", "0100"],
    ["bool f(u64 offset) { /* \\\n */ return offset == 1; /\\\n* return false; *\\\n/ }", "0100"],
  ])("%j", (text, told) => {
    expect(answers(text)).toEqual({ f: told });
  });

  it("and places are still those of the text", () => {
    expect(errorOf("offset == \\\n  1 +\\\n nothing")).toMatch(/^3:2 unknown name/);
  });
});

describe("what the text tests and does not say is tried both ways", () => {
  it.each([
    [
      "#ifdef CONFIG_A\nbool f(u64 offset) { return offset == 1; }\n#else\nbool f(u64 offset) { return offset == 2; }\n#endif",
      { "f[CONFIG_A=n]": "0010", "f[CONFIG_A=y]": "0100" },
    ],
    [
      "bool f(u64 offset) {\n#if IS_ENABLED(CONFIG_A) && !defined(CONFIG_B)\nreturn offset == 1;\n#elif defined CONFIG_A\nreturn offset == 2;\n#else\nreturn offset == 3;\n#endif\n}",
      {
        "f[CONFIG_A=n]": "0001",
        "f[CONFIG_A=m,CONFIG_B=n]": "0100",
        "f[CONFIG_A=m,CONFIG_B=y]": "0001",
        "f[CONFIG_A=y,CONFIG_B=n]": "0100",
        "f[CONFIG_A=y,CONFIG_B=y]": "0010",
      },
    ],
    [
      "bool f(u64 offset) { return IS_ENABLED(CONFIG_A) ? offset == 1 : offset == 2; }",
      { "f[CONFIG_A=n]": "0010", "f[CONFIG_A=y]": "0100" },
    ],
    ["#if 0\nit's prose\n#endif\nbool f(u64 offset) { return offset == 1; }", { f: "0100" }],
    [
      "#if BITS_PER_LONG == 64 && defined(__x86_64__)\nbool f(u64 offset) { return offset == 1; }\n#endif",
      { f: "0100" },
    ],
    ["#define CONFIG_A 1\nbool f(u64 offset) { return IS_ENABLED(CONFIG_A) && offset == 1; }", { f: "0100" }],
    ["#undef CONFIG_A\nbool f(u64 offset) { return IS_ENABLED(CONFIG_A) || offset == 1; }", { f: "0100" }],
    // Tested, but nothing of the rule depends on it.
    ["#ifdef CONFIG_DEBUG\n#define LOUD 1\n#endif\nbool f(u64 offset) { return offset == 1; }", { f: "0100" }],
    [
      "bool f(u64 offset) {\n#ifdef CONFIG_A\n#endif\nreturn offset == 1; }\nbool g(u64 offset) {\n#ifdef CONFIG_B\nreturn false;\n#endif\nreturn offset == 2; }",
      { f: "0100", "g[CONFIG_B=n]": "0010", "g[CONFIG_B=y]": "0000" },
    ],
    [
      "#if LEVELS > 3\n#define N 1\n#else\n#define N 2\n#endif\nbool f(u64 offset) { return offset == N; }",
      { "f[LEVELS > 3=n]": "0010", "f[LEVELS > 3=y]": "0100" },
    ],
    // Only where the function is there at all.
    [
      "#ifdef CONFIG_A\nbool f(u64 offset) { return offset == 1; }\n#endif\nbool g(u64 offset) { return offset == 2; }",
      { "f[CONFIG_A=y]": "0100", g: "0010" },
    ],
    [
      "bool f(u64 offset) {\n#ifdef CONFIG_A\nif (offset == 1) {\n#else\nif (offset == 2) {\n#endif\nreturn true; } return false; }",
      { "f[CONFIG_A=n]": "0010", "f[CONFIG_A=y]": "0100" },
    ],
    // Of a struct, members that nobody reads; of a call, what the other configuration would call.
    [
      "struct s { u64 a;\n#ifdef CONFIG_A\nu64 b;\n#endif\n};\nbool f(u64 offset, struct s *s) { return offset == 1; }",
      { f: "0100" },
    ],
    [
      "#ifdef CONFIG_B\nstatic u64 g(u64 x) { return x; }\n#else\nstatic u64 g(u64 x) { return x + 1; }\n#endif\n" +
        "bool f(u64 offset) {\n#ifdef CONFIG_A\nreturn g(offset) == 2;\n#else\nreturn offset == 3;\n#endif\n}",
      { "f[CONFIG_A=n]": "0001", "f[CONFIG_A=y,CONFIG_B=n]": "0100", "f[CONFIG_A=y,CONFIG_B=y]": "0010" },
    ],
    // What another function's parameter is called, and what keeps a file from being read twice.
    [
      "#ifdef CONFIG_A\nvoid g(struct s *s);\n#endif\nbool f(u64 offset, struct s *s) { return offset == 1; }",
      { f: "0100" },
    ],
    ["#ifndef F_H\n#define F_H\nbool f(u64 offset) { return offset == 1; }\n#endif", { f: "0100" }],
  ])("%j", (text, told) => {
    expect(answers(text)).toEqual(told);
    // A variant's text names its own configuration: read by itself it says the same.
    const again = rulesOf(text).map(({ text: own }) => Object.values(answers(own)));
    expect(again).toEqual(Object.values(told).map((each) => [each]));
  });

  it("members that are read among them", () => {
    const text =
      "struct s { u64 a;\n#ifdef CONFIG_A\nu32 b;\n#else\nu64 b;\n#endif\n};\nbool f(u64 offset, struct s *s) { return s->b > offset; }";
    expect(rulesOf(text).map(({ id }) => id)).toEqual(["f[CONFIG_A=n]", "f[CONFIG_A=y]"]);
  });

  it("up to eight", () => {
    const tests = (n: number): string =>
      Array.from({ length: n }, (_, i) => `IS_ENABLED(CONFIG_${i}) << ${i}`).join(" | ");
    const text = (n: number): string => `bool f(u64 offset) { return offset == (${tests(n)}); }`;
    expect(rulesOf(text(3))).toHaveLength(8);
    expect(errorOf(text(4))).toBe(
      "1:1 more than 8 configurations: it depends on CONFIG_0, CONFIG_1, CONFIG_2, CONFIG_3; settle some, as --let CONFIG_0=y",
    );
    expect(errorOf(text(20))).toMatch(/^1:\d+ more than 8 configurations: it depends on CONFIG_0, .* and 8 more;/);
  });
});

describe("of a source file only what a rule needs is read", () => {
  const junk =
    'struct a { int (*f)(int); } x;\nmodule_init(foo)\nstatic DEFINE_MUTEX(m);\nstatic const struct ops o = {\n\t.f = g,\n};\nTRACE_EVENT(name, TP_PROTO(int a), { nonsense = });\nint (*p)(void) = { 0 };\nasm("nop");\n';
  it("whatever else stands in it", () => {
    expect(answers(`${junk}bool f(u64 offset) { return offset == 1; }\n${junk}`)).toEqual({ f: "0100" });
  });
});

it("refuses a call tree that stands for too much only where it is one", () => {
  const tree = Array.from({ length: 40 }, (_, i) => `static u64 f${i + 1}(u64 x) { return f${i}(x) + 1; }\n`).join("");
  expect(
    answers(`static u64 f0(u64 x) { return x; }\n${tree}bool r(u64 offset) { return f40(offset) == 41; }`),
  ).toEqual({ r: "0100" });
});
