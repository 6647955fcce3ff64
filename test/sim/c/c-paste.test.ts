import { beforeAll, describe, expect, it } from "vitest";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { readDocument } from "../../../sim/c/text/document.ts";
import { parseRules } from "../../../sim/c/parse.ts";

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
    ["quoted, with CRLF", prefix("> ", FUNCTION).replaceAll("\n", "\r\n"), FUNCTION],
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
    ["a diff, with CRLF", REPLACED.replaceAll("\n", "\r\n"), FUNCTION],
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

/** The C that is found in it; of a diff that after it. */
function shown(text: string): string {
  const reading = readDocument(text);
  if (!reading.ok) return reading.what;
  const { pieces, changes } = reading.document;
  const [piece] = [...pieces, ...changes.flatMap(({ after }) => (after ? [after] : []))];
  return (piece?.lines ?? []).map((line) => line.text).join("\n");
}

describe("what only looks like one is left alone", () => {
  it.each([
    "-offset & size",
    "offset\n+ size\n- gpa == 0",
    " offset\n+ size\n- gpa == 0",
    "-offset\n+ size == gpa",
    "\toffset >\n\tgpa",
    "!offset",
  ])("%j", (text) => {
    expect(shown(text)).toBe(text);
  });
});

describe("what is left of a text without what a mail or a diff put there", () => {
  it.each([
    ["not quoted, a '>' first in a later line", "offset\n> size", "offset\n> size"],
    ["not quoted, a '>' in the middle", "offset > size &&\n  gpa > size", "offset > size &&\n  gpa > size"],
    ["quoted behind empty lines", "\n \n> offset == size", "offset == size"],
    ["nothing", "", ""],
    ["blank lines", " \n\t\n", " \n\t\n"],
    [
      "quoted, with a line that is not",
      "> if (offset)\n\treturn size > gpa;\n> return 1;",
      "if (offset)\n\treturn size > gpa;\nreturn 1;",
    ],
    ["quoted, one '>' without a blank behind it", "> offset\n>== size", " offset\n== size"],
    ["quoted, an empty line in it", "> offset\n>\n> == size", "offset\n\n== size"],
    ["quoted, an empty line that is not, with a blank", "> offset\n \n> == size", "offset\n \n== size"],
    ["a sum over lines", "+offset\n+ + size", "offset\n + size"],
    ["a sum that begins without a sign", "offset\n+ size;", "offset\n+ size;"],
    ["a difference over lines", "\treturn offset\n-size;", "\treturn offset\n-size;"],
    ["additions without a semicolon", "+offset ==\n+size", "offset ==\nsize"],
    ["additions and a remnant", "+offset ==\n size", "+offset ==\n size"],
    ["a diff whose context begins with a tab", "+\tif (offset)\n\treturn 1;\n", "\tif (offset)\n\treturn 1;\n"],
    ["a diff with a sum in a context line", "\tx + y;\n+\tz;", "\tx + y;\n\tz;"],
    ["changed modes", "old mode 100644\nnew mode 100755\n+offset;", "offset;"],
    [
      "a new file's mode",
      "new file mode 100644\n--- /dev/null\n+++ b/x.c\n@@ -0,0 +1 @@\n+bool f(u64 offset) { return offset; }",
      "bool f(u64 offset) { return offset; }",
    ],
    ["a deleted file's mode", "deleted file mode 100644\n+offset;", "offset;"],
    ["a head's words in the middle of a line", "+offset; /* diff --git */\n+size;", "offset; /* diff --git */\nsize;"],
    ["a removed line", "-offset;\n+size;", "size;"],
    ["signs that end lines", "offset +\nsize +\ngpa", "offset +\nsize +\ngpa"],
  ])("%s", (_name, given, left) => {
    expect(shown(given)).toBe(left);
  });
});
