/** The rules in a C program, as they were written, with all around them that they need. */

import type { Rule } from "../../../model/rule/tree.ts";
import { closing, opening, RULE } from "../../words/block.ts";
import { helpersFor } from "./helpers.ts";
import { inputsOf, inputType } from "./inputs.ts";
import { annotationsFor, constantsFor } from "./names.ts";
import { embed } from "./rule.ts";
import { defineEnums, defineStructs, structsOf } from "./structs.ts";
import { readText } from "./text.ts";
import { origin } from "../../words/name.ts";
import { wrap } from "../../words/wrap.ts";

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
const roleOf = (rule: Rule, i: number): string => `ask_${["suspect", "control"][i] ?? rule.kind}`;

const WHAT = ["The check", "The control", "What else decides"];

function comment(text: string): readonly string[] {
  const line = `/* ${text} */`;
  return line.length <= 80 ? [line] : ["/*", ...wrap(text, " * ", " * ", 80), " */"];
}

/** Names of the program's own functions. */
const TAKEN =
  "allocated_bytes ask_about bind_memslot bind_on_kvm close_all data_between delete_memslot down fault find_slot " +
  "free_folios get_folio huge_option main make_vm mount_tmpfs on_kvm on_tmpfs open_guest_memfd outside overlap " +
  "print_data print_op report simulate skip start_over touches_other_slot undefined write_byte yes";

export interface Checks {
  /** Types and constants are not in it: they depend on the rest of the program too. */
  readonly code: string;
  readonly undefines: boolean;
}

/** The verbatim rules, each behind a function of a fixed name. */
export function checksInC(rules: readonly Rule[]): Checks {
  const texts = rules.map(readText);
  const words = new Set(
    texts.flatMap(({ words: all, functions }) => [...all].filter((each) => !functions.includes(each))),
  );
  const helpers = helpersFor(words);
  const undefines = helpers.some((helper) => helper.includes("undefined("));
  const usesNow = helpers.some((helper) => helper.includes("asked_now"));
  const structs = structsOf(texts);
  const taken = new Set(TAKEN.split(" "));
  const roles = texts.flatMap((text, i) => {
    const { rule } = text;
    const marks = i === 0 ? [`/* ${opening(RULE, `${rule.id} (${rule.kind})`)} */`] : [];
    const ends = i === 0 ? [`/* ${closing(RULE)} */`] : [];
    const lines = embed(text, roleOf(rule, i), structs, taken, [marks, ends], usesNow);
    for (const name of text.functions) taken.add(name);
    const remark = `${WHAT[Math.min(i, 2)] ?? ""} (${rule.kind}): ${rule.id}${origin(rule)}`;
    return ["", ...comment(remark), ...lines];
  });
  const asked = inputsOf(texts).map((name) => `\t${inputType(name)} ${name};`);
  const code = [
    "/* What a check may look at: bytes, and the same in 4 KiB pages. */",
    "struct asked {",
    ...asked,
    "};",
    ...(usesNow ? ["static struct asked asked_now;"] : []),
    "",
    ...(undefines ? [UNDEFINED] : []),
    ...helpers.flatMap((helper) => (helper.startsWith("#") ? [helper] : [helper, ""])),
    ...(structs.size > 0
      ? ["", "/* No more of the kernel's structs than the checks read. */", ...defineStructs(structs)]
      : []),
    ...defineEnums(texts),
    ...roles,
  ].join("\n");
  return { code, undefines };
}

/** The constants of the kernel's that these words need. */
export const definesFor = (words: ReadonlySet<string>): readonly string[] => [
  ...constantsFor(words),
  ...annotationsFor(words),
];
