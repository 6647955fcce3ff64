/** The fault path of the model that a .c carries, and what must hold after it. */

import { archOf } from "../../setting.ts";
import { claimOf, isAboutOthers, isBinding, isMapping } from "../../../model/claim.ts";
import type { ClaimWord } from "../../../model/claim-words.ts";
import { PARAMETER_TYPE } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Counterexample } from "../../counterexample.ts";
import { needsMappings } from "../../words/claim.ts";
import { usesVms } from "../../words/op-line.ts";
import { wrap } from "../../words/wrap.ts";
import { ownRuleOf, wordsOf } from "../../words/claim-values.ts";
import { OF_PAGE, valueOf } from "./inputs.ts";
import type { Model } from "./model.ts";
import { askedInC, hasOrderRule, manyFolios, manySlots } from "./model.ts";
import { quietly } from "./rule.ts";
import { readText } from "./text.ts";

/** The largest page that fits folio and slot and that no check forbids. @param check how the suspect is handed on */
function mappedSize(model: Model, check: string): string {
  const { inputs, ask, unknown, ce } = model;
  const cut = archOf(ce.setting).maps_cut_blocks === true;
  return `
/* The largest page that fits ${cut ? "the folio" : "folio and slot"} and that no check forbids. */
static u64 mapped_size(struct op slot, struct range folio, u64 gpa${inputs.includes("index") ? ", u64 offset" : ""}${check})
{
	for (int order = 18; order > 0; order -= 9) {
${askedInC(model, "\t\t")}\
${
  cut
    ? "\t\tu64 size = PAGE << order;\n\n\t\tif (size > folio.size)\n\t\t\tcontinue;\n"
    : `\
		u64 size = PAGE << order, block = DOWN(gpa, size);

		if (size > folio.size || block < slot.gpa ||
		    block + size > slot.gpa + slot.size)
			continue;
`
}\
${inputs
  .filter((name) => OF_PAGE.has(name))
  .map((name) => `\t\tasked.${name} = ${valueOf(name)};\n`)
  .join("")}\
${unknown.length > 0 ? "\t\tasked.given_order = order;\n" : ""}\
		if (!${ask("level", true)} && ${ask("map", false)})
			return size;
	}
	return PAGE;
}
`;
}

/** Names of the claim's expression, with their types. */
const OF_CLAIM = [
  ["slot", "struct op slot"],
  ["folio", "struct range folio"],
  ["allocated", "bool allocated"],
  ["frames", "struct range frames"],
  ["pages", "struct range pages"],
  ["file", "struct range file"],
  ["must_be_taken", "bool must_be_taken"],
  ["taken", "bool taken"],
  ["gpa", "u64 gpa"],
  ["offset", "u64 offset"],
] as const;

const ORDER = "__builtin_ctzll(folio.size / PAGE)";

const declare = (values: readonly (readonly [ClaimWord, string])[]): readonly string[] =>
  values.map(([word, value]) => `${PARAMETER_TYPE[word] === "s32" ? "int" : "u64"} ${word} = ${value};`);

/** A claim of the user's own, its expression as it was written. */
function ownClaimInC(ce: Counterexample, rule: Rule): string {
  const { own, others } = wordsOf(rule, ORDER);
  const { names } = broken(ce);
  const expr = rule.text.trim().replace(/;$/, "");
  const allocated = names.some(([name]) => name === "allocated") ? ["\tif (!allocated)", "\t\treturn false;"] : [];
  const body = isAboutOthers(ce.claim)
    ? [
        ...allocated,
        "\tfor (int i = 0; i < nr_slots; i++) {",
        "\t\tstruct op other = slots[i];",
        ...declare(others).map((line) => `\t\t${line}`),
        "",
        "\t\tif (other.offset != slot.offset && !(",
        `\t\t\t${expr}`,
        "\t\t))",
        "\t\t\treturn true;",
        "\t}",
        "\treturn false;",
      ]
    : [...allocated, "\treturn !(", `\t\t${expr}`, "\t);"];
  const code = [
    `static bool is_broken(${names.map(([, declared]) => declared).join(", ")})`,
    "{",
    ...declare(own).map((line) => `\t${line}`),
    ...(own.length > 0 ? [""] : []),
    ...body,
    "}",
  ];
  return `${quietly(readText(rule), code).join("\n")}\n`;
}

/** As a name of its own, not as a member of something. */
const isIn = (text: string, name: string): boolean => new RegExp(`(?<![.\\w])${name}\\b`).test(text);

function broken(ce: Counterexample): {
  readonly test: string;
  readonly names: readonly (readonly [string, string])[];
} {
  const { claim, ops } = ce;
  // The one fault of a finding allocates.
  const once = ops.filter(({ op }) => op === "fault").length < 2;
  const { c_text } = claimOf(claim);
  const rule = ownRuleOf(ce);
  if (rule !== undefined) {
    const { own } = wordsOf(rule, ORDER);
    const test = `${own.map(([, value]) => value).join(" ")}${isAboutOthers(claim) ? " slot" : ""}${once || isMapping(claim) ? "" : " allocated"}`;
    return { test, names: OF_CLAIM.filter(([name]) => isIn(test, name)) };
  }
  const test = once ? c_text.replace(/^allocated && /, "") : c_text;
  return { test, names: OF_CLAIM.filter(([name]) => isIn(test, name)) };
}

/** The comparison that the finding is about. */
export function claimInC(ce: Counterexample): string {
  const { test, names } = broken(ce);
  const what = `What must hold: ${claimOf(ce.claim).sentence}`.replaceAll("*/", "* /").replaceAll("/*", "/ *");
  const rule = ownRuleOf(ce);
  if (rule !== undefined) {
    const about = `${what}, in pages. Broken where it is not so: */`;
    return `${wrap(about, "/* ", " * ", 78).join("\n")}\n${ownClaimInC(ce, rule)}`;
  }
  const comment = wrap(`${what}. Broken where: */`, "/* ", " * ", 78).join("\n");
  return `\
${comment}
static bool is_broken(${names.map(([, declared]) => declared).join(", ")})
{
	return ${test};
}
`;
}

/** Whether a check takes a slot, asked of two of them. */
export const takesInC = (model: Model): string =>
  model.ce.claim === "accepts"
    ? `
static bool takes(struct op slot, bool (*check)(const struct asked *))
{
${askedInC(model)}\

	return ${model.ask("bind", false)};
}
`
    : "";

/** What is asked of a slot that was, or was not, bound just now. */
export function afterBindInC({ claim }: Counterexample): readonly string[] {
  if (!isBinding(claim)) return [];
  const told = {
    binding_in_file: "op, (struct range){ 0, file_size }",
    accepts: "takes(op, ask_control), takes(op, check)",
  };
  const first = claim === "accepts" ? "if (!wrong.size &&" : "if (nr_slots > before && !wrong.size &&";
  return [first, `    is_broken(${told[claim]}))`, "\twrong = (struct range){ op.offset, op.size };"];
}

const brokenCall = (ce: Counterexample): string =>
  `is_broken(${broken(ce)
    .names.map(([name]) => name)
    .join(", ")})`;

const folioOf = (ce: Counterexample, check: string): string =>
  hasOrderRule(ce)
    ? `get_folio(slot, offset${check === "" ? "" : ", check"})`
    : manyFolios(ce)
      ? "get_folio(offset)"
      : "(struct range){ DOWN(offset, folio_size_now), folio_size_now }";

/** The slot that gpa is in: one of several, or the only one. */
function finding(ce: Counterexample, isTold: boolean): string {
  const vm = usesVms(ce.ops);
  const many = manySlots(ce);
  const variables = [
    ...(many ? [`int at = find_slot(${vm ? "vm, " : ""}gpa)${isTold ? ", before = nr_folios" : ""};`] : []),
    ...(!many && isTold ? ["int before = nr_folios;"] : []),
    `struct range folio${needsMappings(ce) ? ", frames, pages" : ""};`,
    `struct op slot${many ? "" : " = slots[0]"};`,
    ...(isTold ? ["bool allocated;"] : []),
    "u64 offset;",
    "",
    many
      ? "if (at < 0) {"
      : `if (!nr_slots || ${vm ? "vm != slot.vm || " : ""}gpa < slot.gpa || gpa - slot.gpa >= slot.size) {`,
    '\tprintf("#      no slot there\\n");',
    "\treturn;",
    "}",
    ...(many ? ["slot = slots[at];"] : []),
  ];
  return variables.map((line) => (line === "" ? "\n" : `\t${line}\n`)).join("");
}

/** @param check how the suspect is handed on */
export function faultInC(model: Model, check: string): string {
  const { ce, inputs } = model;
  const maps = needsMappings(ce);
  const vm = usesVms(ce.ops);
  const isTold = broken(ce).names.some(([name]) => name === "allocated");
  return `${maps ? mappedSize(model, check) : ""}
/* A guest touches gpa. The first range that must not be goes to wrong. */
static void fault(${vm ? "int vm, " : ""}u64 gpa, struct range *wrong${maps || hasOrderRule(ce) ? check : ""})
{
${finding(ce, isTold)}\
	/* Of the file. The slot's ends are not looked at again. */
	offset = gpa - slot.gpa + slot.offset;
	folio = ${folioOf(ce, check)};
${isTold ? "\tallocated = nr_folios > before;\n" : ""}\
	printf("#      file offset 0x%llx, folio [0x%llx, 0x%llx)\\n",
	       offset, folio.start, folio.start + folio.size);
${
  maps
    ? `\
	frames.size = mapped_size(slot, folio, gpa${inputs.includes("index") ? ", offset" : ""}${check === "" ? "" : ", check"});
	frames.start = DOWN(gpa, frames.size);
	pages = (struct range){ DOWN(offset, frames.size), frames.size };
	printf("#      maps gpa [0x%llx, 0x%llx) to file [0x%llx, 0x%llx)\\n",
	       frames.start, frames.start + frames.size,
	       pages.start, pages.start + pages.size);
`
    : ""
}\
	if (!wrong->size && ${brokenCall(ce)})
		*wrong = ${claimOf(ce.claim).subject};
}
`;
}
