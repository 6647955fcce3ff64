/** The rules in a C program, as they were written, with all around them that they need. */

import { ownRuleOf } from "../../words/claim-values.ts";
import { isRuleInput } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Counterexample } from "../../counterexample.ts";
import { closing, givenBlock, opening, RULE } from "../../words/block.ts";
import { allGiven, givenInC } from "../../words/given-line.ts";
import { folded } from "./fold.ts";
import { fromTree, hasLoops, isByTree } from "./from-tree.ts";
import { givenTable, givenTypes, givenValue } from "./given.ts";
import { helpersFor } from "./helpers.ts";
import { inputsOf, inputType } from "./inputs.ts";
import { annotationsFor, constantsFor } from "./names.ts";
import { embed, quietTree } from "./rule.ts";
import { defineEnums, defineStructs, structsOf } from "./structs.ts";
import type { CText } from "./text.ts";
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
  "takes allocated_bytes bind_memslot bind_on_kvm close_all data_between delete_memslot fault find_slot " +
  "free_folios get_folio huge_option main make_vm mount_tmpfs on_kvm on_tmpfs open_guest_memfd outside overlap " +
  "print_data report simulate skip start_over touches_other_slot undefined write_byte yes is_broken simulate mapped_size";

export interface Checks {
  /** What they need and the suspect. Types and constants are not in it: they depend on the rest of the program too. */
  readonly suspect: string;
  /** The control, and what else decides. */
  readonly others: string;
  /** Both. */
  readonly code: string;
  readonly undefines: boolean;
}

const claimTexts = (ce: Counterexample | undefined): readonly CText[] => {
  const claim = ce && ownRuleOf(ce);
  return claim === undefined ? [] : [readText(claim)];
};

/** The rules, each behind a function of a fixed name; verbatim where the program has all that they read. */
export function checksInC(rules: readonly Rule[], ce?: Counterexample): Checks {
  const trees = rules.filter(isByTree);
  const texts = rules.filter((rule) => !isByTree(rule)).map(readText);
  const unknowns = rules.flatMap((rule) => rule.unknowns);
  const words = new Set(
    [...texts, ...claimTexts(ce)].flatMap(({ words: all, functions }) =>
      [...all].filter((each) => !functions.includes(each)),
    ),
  );
  const helpers = helpersFor(words);
  const fromTrees = new Map(trees.map((rule) => [rule, fromTree(rule, roleOf(rule, rules.indexOf(rule)))]));
  const undefines = [...helpers, ...[...fromTrees.values()].flat()].some((line) => line.includes("undefined("));
  const usesNow = helpers.some((helper) => helper.includes("asked_now"));
  const structs = structsOf(texts);
  const taken = new Set(TAKEN.split(" "));
  const [first = [], ...rest] = rules.map((rule, i) => {
    const text = texts.find((each) => each.rule === rule);
    const marks = i === 0 ? [`/* ${opening(RULE, `${rule.id} (${rule.kind})`)} */`] : [];
    const ends = i === 0 ? [`/* ${closing(RULE)} */`] : [];
    const lines =
      text === undefined
        ? besideTree(rule, fromTrees.get(rule) ?? [], [marks, ends])
        : embed(text, roleOf(rule, i), structs, taken, [marks, ends], usesNow);
    for (const name of text?.functions ?? []) taken.add(name);
    const remark = `${WHAT[Math.min(i, 2)] ?? ""} (${rule.kind}): ${rule.id}${i === 0 ? origin(rule) : ""}`;
    return [...comment(remark), ...lines, ""];
  });
  const read = trees.flatMap(({ reads }) => reads.filter(isRuleInput));
  const names = inputsOf(texts, read);
  const asked = [...new Set(names.map(inputType))].flatMap((type) =>
    folded(`\t${type} ${names.filter((name) => inputType(name) === type).join(", ")};`),
  );
  const given = allGiven(ce?.ops ?? []);
  const isRun = unknowns.some(({ lifetime }) => lifetime === "run");
  const answers =
    unknowns.length === 0
      ? trees.some(hasLoops)
        ? ["static int loops_run;", ""]
        : []
      : [
          ...givenTypes(given.length > 0),
          ...(ce === undefined ? [] : givenTable(givenBlock(ce, given.map(givenInC)))),
          ...givenValue(given.length > 0, isRun),
        ];
  const suspect = [
    "/* What a check may look at, in bytes or 4 KiB pages. */",
    "struct asked {",
    ...asked,
    ...(unknowns.length > 0 ? ["\tint op, given_order;\t/* whose given values count */"] : []),
    "};",
    ...(usesNow ? ["static struct asked asked_now;"] : []),
    "",
    ...(undefines ? [UNDEFINED] : []),
    ...answers,
    ...helpers.flatMap((helper) => (helper.startsWith("#") ? [helper] : [helper, ""])),
    ...(structs.size > 0
      ? ["", "/* No more of the kernel's structs than the checks read. */", ...defineStructs(structs)]
      : []),
    ...defineEnums(texts),
    "",
    ...first,
  ].join("\n");
  const others = rest.flat().join("\n");
  return { suspect, others, code: `${suspect}\n${others}`, undefines };
}

/** Compiled by itself its text would say something else, or nothing, so it is quoted and not compiled. */
const besideTree = (
  { text }: Rule,
  code: readonly string[],
  [marks, ends]: readonly [readonly string[], readonly string[]],
): readonly string[] => [
  "#if 0 /* As it was written. By itself it would not be what is judged. */",
  ...marks,
  ...text.replace(/(?<!\n)\n+$/, "").split("\n"),
  ...ends,
  "#endif",
  "/* The same as it is judged, with what it needs. */",
  ...quietTree(code),
];

/** The constants of the kernel's that these words need. */
export const definesFor = (words: ReadonlySet<string>): readonly string[] => [
  ...constantsFor(words),
  ...annotationsFor(words),
];
