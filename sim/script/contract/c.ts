/** A broken contract as a C program in the manner of a kselftest: stands alone, speaks KTAP, says the same as the tree. */

import type { ContractFinding } from "../../contract.ts";
import { wrap } from "../../words/wrap.ts";
import { helpersFor } from "../c/helpers.ts";
import { wordsOf } from "../c/headers.ts";
import { harmless, programOf } from "../c/parts.ts";
import { byTree } from "./c-tree.ts";
import { asWritten } from "./c-text.ts";
import { contractStem, sentenceOf } from "./parts.ts";

const WIDE = 78;

const paragraph = (text: string): readonly string[] => wrap(text, " * ", " * ", WIDE);

function head(finding: ContractFinding): string {
  return [
    "/*",
    ...paragraph(sentenceOf(finding)),
    " *",
    " *	cc -std=gnu11 -O2 -fwrapv -fno-strict-aliasing -Wall -Wextra -Werror \\",
    ` *	   -o reproducer ${contractStem(finding)}.c && ./reproducer`,
    " *",
    ...paragraph("Exits with 1 while what the contract claims does not hold with these inputs, with 0 if it does."),
    " */",
  ]
    .map((line, i, all) => (i === all.length - 1 ? line : harmless(line)))
    .join("\n");
}

const UNDEFINED = `\
/* What the function asked that C does not define. */
static const char *undefined_what;

static int __attribute__((unused)) undefined(const char *what)
{
	undefined_what = what;
	return 0;
}
`;

export function contractToC(finding: ContractFinding): string {
  const { contract } = finding;
  const own = contract.isTree === true ? byTree(finding) : asWritten(finding);
  const words = new Set(wordsOf(own));
  const functions = [...contract.text.matchAll(/(?<!\w)([A-Za-z_]\w*)\s*\([^;{}]*\)\s*\{/g)].map(
    ([, name = ""]) => name,
  );
  for (const name of [...functions, ...definedIn(contract.text)]) words.delete(name);
  const helpers = contract.isTree === true ? [] : helpersFor(words);
  const code = [
    ...([...helpers, own].some((text) => text.includes("undefined(")) ? [UNDEFINED] : []),
    ...helpers.flatMap((helper) => (helper.startsWith("#") ? [helper] : [helper, ""])),
    own,
  ].join("\n");
  return programOf({ head: head(finding), code, foot: "" });
}

const definedIn = (text: string): string[] =>
  [...text.matchAll(/^[^\S\n]*#\s*define\s+(\w+)/gm)].map(([, name = ""]) => name);
