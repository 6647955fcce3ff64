/**
 * The model that a .c carries: the same as a .mjs's, in C. Only what the ops of the finding use is written out: one slot
 * needs no list of slots, one fault no list of folios.
 */

import { isAboutOthers } from "../../../model/claim.ts";
import type { RuleKind } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Counterexample } from "../../counterexample.ts";
import type { Op } from "../../op.ts";
import type { ReadableName } from "../../c/tree/readable.ts";
import { endsAtISize, rulesOf } from "../../words/claim.ts";
import { usesVms } from "../../words/op-line.ts";
import { OF_PAGE, valueOf } from "./inputs.ts";

/** How a check is asked; what is undefined in C counts as the answer given. */
export type AskCheck = (kind: RuleKind, ifUndefined: boolean) => string;

/** What a part of the program is made of. */
export interface Model {
  readonly ce: Counterexample;
  /** What its checks read. */
  readonly inputs: readonly ReadableName[];
  readonly ask: AskCheck;
  /** Rules that read what the model does not know. */
  readonly unknown: readonly Rule[];
  /** The kernel has the folios, and the file's size. */
  readonly live: boolean;
}

export const countOf = ({ ops }: Counterexample, name: Op["op"]): number => ops.filter(({ op }) => op === name).length;
export const uses = (ce: Counterexample, name: Op["op"]): boolean => countOf(ce, name) > 0;

/** May two slots meet, or one be there twice? */
export const manySlots = (ce: Counterexample): boolean => countOf(ce, "bind_memslot") > 1;
/** May a fault find what an earlier one allocated, or no room before the file's end? */
export const manyFolios = (ce: Counterexample): boolean => countOf(ce, "fault") > 1 || endsAtISize(ce);
const sidesWithOthers = (ce: Counterexample): boolean => isAboutOthers(ce.claim);
/** Must the model refuse to change the folio size late? */
export const isFixed = ({ ce, live }: Model): boolean => !live && ce.setting.resize !== "any" && uses(ce, "set_order");
/** Is the file's size read, or set where it frees folios? */
export const readsFileSize = ({ ce, inputs, live }: Model): boolean =>
  inputs.includes("i_size") ||
  (!live && (ce.claim === "binding_in_file" || endsAtISize(ce) || (manyFolios(ce) && uses(ce, "set_i_size"))));

const sameVm = (ce: Counterexample): string => (usesVms(ce.ops) ? "slots[i].vm == slot.vm && " : "");

/** What the model remembers. */
export const stateInC = (model: Model): string => {
  const { ce, live } = model;
  const folios = !live && manyFolios(ce);
  return `\
/* Slots bound to the file, oldest first, and the size of its next folio. */
static struct op slots[NR_OPS];
static int nr_slots;
static u64 folio_size_now;
${folios ? "static struct range folios[NR_OPS];\nstatic int nr_folios;\n" : ""}\
${readsFileSize(model) ? "static u64 file_size;\n" : ""}\
${isFixed(model) ? "static bool ever_bound;\n" : ""}\
${
  manySlots(ce) || folios || (!live && sidesWithOthers(ce))
    ? `
static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}
`
    : ""
}`;
};

const OTHERS = `
static bool touches_other_slot(struct op slot, struct range folio)
{
	for (int i = 0; i < nr_slots; i++) {
		if (slots[i].offset != slot.offset &&
		    overlap(slots[i].offset, slots[i].size,
			    folio.start, folio.size))
			return true;
	}
	return false;
}
`;

export const othersInC = (ce: Counterexample): string => (sidesWithOthers(ce) ? OTHERS : "");

/** The struct that a check is passed, filled from `slot`; what only a page has is filled in where it is asked about. */
export function askedInC({ inputs, unknown }: Model, indent = "\t"): string {
  const values = inputs.filter((name) => !OF_PAGE.has(name)).map((name) => `.${name} = ${valueOf(name)}`);
  const all = unknown.length > 0 ? [...values, ".op = slot.number ? slot.number : op_now"] : values;
  const short = `${indent}struct asked asked = { ${all.join(", ")} };\n`;
  if (short.replaceAll("\t", " ".repeat(8)).length <= 80) return short;
  return `${indent}struct asked asked = {\n${all.map((value) => `${indent}\t${value},\n`).join("")}${indent}};\n`;
}

/** @param check how the suspect is handed on, with its type: "" where it is fixed */
function bind(model: Model, check: string): string {
  const { ce, ask, unknown } = model;
  const many = manySlots(ce);
  return `\
/*
 * KVM_SET_USER_MEMORY_REGION2 with a range of the file. Its checks of one slot
 * by itself (alignment to pages, wrap-around) are left out: these pass them.
 */
static const char *bind_memslot(struct op slot${check})
{
${askedInC(model)}\

${
  many
    ? `\
	for (int i = 0; i < nr_slots; i++) {
		if (${sameVm(ce)}slots[i].slot == slot.slot)
			return "EINVAL: this slot exists";
	}
	for (int i = 0; i < nr_slots; i++) {
		if (${sameVm(ce)}${usesVms(ce.ops) ? "\n\t\t    " : ""}overlap(slots[i].gpa, slots[i].size, slot.gpa, slot.size))
			return "EEXIST: overlaps another slot";
	}
`
    : ""
}\
	if (!${ask("bind", false)})
		return "EINVAL: the check refuses it";
${
  many
    ? `\
	for (int i = 0; i < nr_slots; i++) {
		if (overlap(slots[i].offset, slots[i].size,
			    slot.offset, slot.size))
			return "EINVAL: file range already bound";
	}
`
    : ""
}\
	slots[nr_slots++] = slot;
${unknown.length > 0 ? "\tslots[nr_slots - 1].number = op_now;\n" : ""}\
${isFixed(model) ? "\tever_bound = true;\n" : ""}\
	return "ok";
}
`;
}

const unbind = (ce: Counterexample): string => `
static const char *delete_memslot(struct op slot)
{
	for (int i = 0; i < nr_slots; i++) {
		if (${sameVm(ce)}slots[i].slot == slot.slot) {
			for (nr_slots--; i < nr_slots; i++)
				slots[i] = slots[i + 1];
			return "ok";
		}
	}
	return "EINVAL: no such slot";
}
`;

const find = (vm: boolean): string => `
static int find_slot(${vm ? "int vm, " : ""}u64 gpa)
{
	for (int i = 0; i < nr_slots; i++) {
${vm ? "\t\tif (slots[i].vm != vm)\n\t\t\tcontinue;\n" : ""}\
		if (gpa >= slots[i].gpa && gpa - slots[i].gpa < slots[i].size)
			return i;
	}
	return -1;
}
`;

/** Binding, deleting and finding slots. @param finds some fault looks for its slot */
export const slotsInC = (model: Model, check: string, finds = true): string =>
  [
    bind(model, check),
    uses(model.ce, "delete_memslot") ? unbind(model.ce) : "",
    finds && (model.live || manySlots(model.ce)) ? find(usesVms(model.ce.ops)) : "",
  ].join("");

/** An empty machine. */
export const emptyInC = (model: Model): string => {
  const { ce, unknown, live } = model;
  const keeps = unknown.some(({ unknowns }) => unknowns.some(({ lifetime }) => lifetime === "run"));
  return [
    "nr_slots = 0;",
    ...(!live && manyFolios(ce) ? ["nr_folios = 0;"] : []),
    `folio_size_now = PAGE << ${ce.setting.orders[0] ?? 0};`,
    ...(readsFileSize(model) ? ["file_size = 0x7ffffffffffff000;"] : []),
    ...(isFixed(model) ? ["ever_bound = false;"] : []),
    ...(keeps ? ["nr_kept = 0;"] : []),
  ]
    .map((line) => `\t${line}\n`)
    .join("");
};

export const hasOrderRule = (ce: Counterexample): boolean => rulesOf(ce).some(({ kind }) => kind === "order");
