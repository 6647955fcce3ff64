/** What a caller asks of the parser, and which text a rule keeps. */

import { beforeAll, describe, expect, it } from "vitest";
import { x86_64 } from "../../../model/arch.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { constants, ERRNOS, MEMBERS, POINTERS, VARIABLES } from "../../../sim/c/tree/names.ts";
import { type ParseOptions, parseRules } from "../../../sim/c/parse.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

function rulesOf(text: string, options?: ParseOptions): readonly Rule[] {
  const result = parseRules(grammar, text, options);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.rules;
}
const texts = (text: string): string[] => rulesOf(text).map((rule) => rule.text);

const F = "bool f(u64 offset) { return offset; }";
const G = "bool g(u64 size) { return IS_ALIGNED(size, SZ_2M); }";

describe("a file's name", () => {
  it("is the rule's, and the error's", () => {
    expect(rulesOf(F, { file: "a.c" })[0]).toHaveProperty("file", "a.c");
    expect(rulesOf(F)[0]).not.toHaveProperty("file");
    expect(parseRules(grammar, "frob", { file: "a.c" })).toEqual({
      ok: false,
      error: { file: "a.c", line: 1, column: 1, message: expect.stringContaining("frob") },
    });
    const refused = parseRules(grammar, "frob");
    expect(refused.ok ? {} : Object.keys(refused.error)).toEqual(["line", "column", "message"]);
  });
});

describe("an id", () => {
  it("is that of the only rule", () => {
    expect(rulesOf("offset", { id: "x" })[0]?.id).toBe("x");
    expect(rulesOf(F, { id: "x" })[0]?.id).toBe("x");
    expect(rulesOf(F)[0]?.id).toBe("f");
    expect(rulesOf(`${F}\n${G}`, { id: "x" }).map(({ id }) => id)).toEqual(["f", "g"]);
  });
});

describe("a kind", () => {
  it("is given, or seen from what is read", () => {
    expect(rulesOf("size", { kind: "map" }).map(({ kind }) => kind)).toEqual(["map"]);
    expect(["offset", "order", "ugfn", "gfn", "nr_pages", "index", "level"].map((c) => rulesOf(c)[0]?.kind)).toEqual([
      "bind",
      "map",
      "level",
      "map",
      "map",
      "map",
      "level",
    ]);
  });
});

describe("a rule's text", () => {
  it("is all of the file, if nothing else is in it", () => {
    const file = `/* before */\n${F}\n/* behind */`;
    expect(texts(file)).toEqual([file]);
    expect(texts(`${file}\nEXPORT_SYMBOL_GPL(f);`)).toEqual([F]);
  });

  it("is its own function, with what that calls, where there are more", () => {
    expect(texts(`${F}${G}`)).toEqual([F, G]);
    expect(texts(`/* first */\n${F}\n/* then */ ${G}`)).toEqual([F, G]);
    const helper = "static u64 h(u64 x) { return min(x, SZ_2M); }";
    const calls = "bool k(u64 size) { return h(size) && h(size + 1); }";
    expect(texts(`${helper}\n${F}\n${calls}`)).toEqual([F, `${helper}\n\n${calls}`]);
  });
});

describe("a constant", () => {
  it("is kept with the rule that names it, not with one that names its type", () => {
    const f = "bool f(u64 offset) { return (int)offset == 1; }";
    const g = "bool g(u64 gpa) { return gpa == A; }";
    expect(texts(`static const int A = 3;\n${f}\n${g}`)).toEqual([f, `static const int A = 3;\n\n${g}`]);
  });
});

describe("a parameter", () => {
  it("that is only read is no variable; one that is set, or passed to be set, is", () => {
    const locals = (body: string): string[] =>
      rulesOf(`bool f(u64 offset, u64 size) { ${body} }`).flatMap(({ functions }) =>
        functions.flatMap((each) => each.locals.flatMap(({ name, temporary }) => (temporary ? [] : [name]))),
      );
    expect(locals("return -offset == ~size && size < 3 && !offset;")).toEqual([]);
    expect(locals("(size) = 3; return offset == size;")).toEqual(["size"]);
    expect(locals("size += offset; return size;")).toEqual(["size"]);
    expect(locals("return offset++ < size;")).toEqual(["offset"]);
    expect(locals("return check_add_overflow(offset, 3UL, &size) || size;")).toEqual(["size"]);
  });
});

const told = (map: ReadonlyMap<string, unknown>): string[] =>
  [...map].map(([name, value]) => `${name} ${String(value)}`);

it("every name that a check may use", async () => {
  const known = [...constants(x86_64)].map(
    ([name, value]) => `${name} = ${value.node === "const" ? `(${value.type})${value.value}` : value.node}`,
  );
  const lines = [
    "read by their names:",
    ...told(VARIABLES),
    "",
    "read as members:",
    ...told(MEMBERS),
    "",
    `pointers: ${[...POINTERS].join(" ")}`,
    "",
    "refused with:",
    ...told(ERRNOS),
    "",
    "constants:",
    ...known,
  ];
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/c-known.txt");
});
