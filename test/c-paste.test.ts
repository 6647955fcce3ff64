import { beforeAll, describe, expect, it } from "vitest";
import { compileRule } from "../model/rule/evaluate.ts";
import { type Grammar, loadGrammar } from "../sim/c/grammar.ts";
import { mark, unmark } from "../sim/c/paste.ts";
import { parseRules } from "../sim/c/parse.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

const BODY = `if (!IS_ALIGNED(offset, SZ_2M))
	return false;

return true;`;
const FUNCTION = `static bool f(u64 offset)
{
	u64 mask = SZ_2M - 1;

	return !(offset & mask);
}`;

const prefix = (with_: string, text: string): string => text.replaceAll(/^/gm, with_);

function judged(text: string): { readonly text: string; readonly answers: readonly number[] } {
  const result = parseRules(grammar, text);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  const [rule] = result.rules;
  if (!rule) throw new Error("no rule");
  const { bytes } = compileRule(rule);
  return { text: rule.text, answers: [0x1000n, 0x200000n].map((offset) => bytes({ offset })) };
}

const REPLACED = FUNCTION.replaceAll(/^/gm, " ").replace(/^ (\tu64.*)$/m, "-\tu64 mask = SZ_1G - 1;\n+$1");

describe("a check as it stands in a mail", () => {
  it.each([
    ["quoted", prefix("> ", FUNCTION), FUNCTION],
    ["quoted twice", prefix("> > ", FUNCTION), FUNCTION],
    ["quoted twice, without a blank between", prefix(">> ", FUNCTION), FUNCTION],
    ["quoted without a blank", prefix(">", FUNCTION), FUNCTION],
    ["quoted, empty lines without a blank behind", prefix("> ", FUNCTION).replaceAll(/ $/gm, ""), FUNCTION],
    ["quoted, empty lines not", prefix("> ", FUNCTION).replaceAll(/^> $/gm, ""), FUNCTION],
    ["quoted, with CRLF", prefix("> ", FUNCTION).replaceAll("\n", "\r\n"), FUNCTION.replaceAll("\n", "\r\n")],
    ["a new file's diff", prefix("+", FUNCTION), FUNCTION],
    ["a diff", REPLACED, FUNCTION],
    ["a diff with its hunk's head", `@@ -10,7 +10,7 @@ static int g(void)\n${REPLACED}`, FUNCTION],
    [
      "a diff with a file's head",
      `diff --git a/virt/kvm/guest_memfd.c b/virt/kvm/guest_memfd.c\nindex 39b6d7a9..0c8c6e2f 100644\n--- a/virt/kvm/guest_memfd.c\n+++ b/virt/kvm/guest_memfd.c\n@@ -1,2 +3,4 @@\n${REPLACED}\n\\ No newline at end of file`,
      FUNCTION,
    ],
    ["a diff, quoted", prefix("> > ", REPLACED), FUNCTION],
    ["a diff, quoted without a blank", prefix(">", REPLACED), FUNCTION],
    ["a diff, with CRLF", REPLACED.replaceAll("\n", "\r\n"), FUNCTION.replaceAll("\n", "\r\n")],
    ["a quoted body", prefix("> +\t", BODY), BODY.replaceAll(/^(?!if)/gm, "\t")],
    ["one line", "+\treturn IS_ALIGNED(offset, SZ_2M);", "return IS_ALIGNED(offset, SZ_2M);"],
  ])("%s", (_name, pasted, text) => {
    expect(judged(pasted)).toEqual({ text, answers: [0, 1] });
  });

  it.each([
    ["> > +\tif (offst)\n> > +\t\treturn -EINVAL;", 1, 11],
    ["-\treturn false;\n+\treturn offst;", 2, 10],
    ["> static bool f(u64 offset)\n> {\n>\treturn offst;\n> }", 3, 10],
  ])("%j: errors point into what was pasted", (text, line, column) => {
    expect(parseRules(grammar, text)).toMatchObject({ ok: false, error: { line, column } });
  });
});

describe("what only looks like one is left alone", () => {
  it.each([
    "-offset & size",
    "offset\n+ size\n- gpa == 0",
    " offset\n+ size\n- gpa == 0",
    "-offset\n+ size == gpa",
    "\toffset >\n\tgpa",
    "!offset",
  ])("%j", (text) => {
    expect(mark(text)).toBe(text);
    expect(unmark(text)).toBe(text);
  });
});
