/** The rules in a C program, as they were written, with all around them that they need. */

import type { Rule } from "../../model/rule/tree.ts";
import { closing, opening, RULE } from "./block.ts";
import { helpersFor } from "./c-helpers.ts";
import { inputsOf, inputType } from "./c-inputs.ts";
import { annotationsFor, constantsFor, typesFor } from "./c-names.ts";
import { embed, quietly } from "./c-rule.ts";
import { defineStructs, structsOf } from "./c-structs.ts";
import { readText } from "./c-text.ts";
import { origin } from "./name.ts";

const UNDEFINED = `\
/* What the check asked that C does not define, if it did. */
static const char *undefined_what, *ever_undefined;

static int undefined(const char *what)
{
	undefined_what = ever_undefined = what;
	return 0;
}
`;

/** What the function is called that asks each of rulesOf. */
const roleOf = (rule: Rule, i: number): string => ["judged", "control"][i] ?? `${rule.kind}_check`;

/** The verbatim rules, each behind a function of a fixed name. */
export function checksInC(rules: readonly Rule[]): { readonly code: string; readonly undefines: boolean } {
  const texts = rules.map(readText);
  const words = new Set(texts.flatMap((text) => [...text.words]));
  const { code: helpers, needs } = helpersFor(words);
  const all = new Set([...words, ...needs, ...(helpers.join("\n").match(/\w+/g) ?? [])]);
  const undefines = helpers.some((helper) => helper.includes("undefined("));
  const inputs = inputsOf(texts);
  const structs = structsOf(texts);
  const taken = new Set([
    "bind_memslot",
    "delete_memslot",
    "fault",
    "find_slot",
    "simulate",
    "overlap",
    "down",
    "main",
  ]);
  const roles = texts.flatMap((text, i) => {
    const { rule } = text;
    const what = ["the check judged", "the check that holds", "what else decides"][Math.min(i, 2)] ?? "";
    const marks = i === 0 ? [`/* ${opening(RULE, `${rule.id} (${rule.kind})`)} */`] : [];
    const lines = embed(text, roleOf(rule, i), structs, taken, [marks, i === 0 ? [`/* ${closing(RULE)} */`] : []]);
    for (const name of text.functions) taken.add(name);
    return ["", `/* ${rule.id}, a ${rule.kind} check, verbatim: ${what}. ${origin(rule)}`.trimEnd() + " */", ...lines];
  });
  const asked = inputs.map((name) => `\t${inputType(name)} ${name};`);
  const code = [
    ...typesFor(all),
    "",
    "#define PAGE 0x1000ULL",
    ...constantsFor(all),
    ...annotationsFor(words),
    "",
    ...(asked.length > 0 ? ["/* What the checks are asked with. */", "static struct {", ...asked, "} asked;", ""] : []),
    ...(undefines ? [UNDEFINED] : []),
    ...helpers.flatMap((helper) => (helper.startsWith("#") ? [helper] : [helper, ""])),
    ...(structs.size > 0
      ? ["", "/* No more of the kernel's structs than the checks read. */", ...defineStructs(structs)]
      : []),
    "",
    ...quietly(roles),
  ].join("\n");
  return { code, undefines };
}
