/** The model that a .c carries: the same as a .mjs's, in C. Only what the ops of the finding use is written out. */

import { CLAIMS } from "../../../model/claim.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Counterexample } from "../../counterexample.ts";
import { OF_PAGE, valueOf } from "./inputs.ts";
import type { ReadableName } from "../../c/tree/readable.ts";
import type { AskCheck } from "./fault.ts";
import { fault } from "./fault.ts";
import { needsMappings } from "../../words/claim.ts";
import { usesVms } from "../../words/op-line.ts";

const uses = (ce: Counterexample, name: string): boolean => ce.ops.some(({ op }) => op === name);
const sameVm = (ce: Counterexample, a: string, b: string): string => (usesVms(ce.ops) ? `${a}.vm == ${b}.vm && ` : "");
/** Must the model refuse to change the folio size late? */
const isFixed = (ce: Counterexample): boolean => ce.setting.resize !== "any" && uses(ce, "set_order");

const readsFileSize = (ce: Counterexample, inputs: readonly ReadableName[]): boolean =>
  inputs.includes("i_size") || uses(ce, "set_i_size");

const state = (ce: Counterexample, inputs: readonly ReadableName[]): string => `\
struct range {
	u64 start, size;
};

/* Slots bound to the file, oldest first. */
static struct op slots[NR_OPS];
static int nr_slots;
/* Folios of the file, and the size of the next one. */
static struct range folios[NR_OPS];
static int nr_folios;
static u64 folio_size_now;
${readsFileSize(ce, inputs) ? "static u64 file_size;\n" : ""}\
${isFixed(ce) ? "static bool ever_bound;\n" : ""}\

static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

static u64 down(u64 n, u64 size)
{
	return n - n % size;
}
`;

function ask(inputs: readonly ReadableName[], unknown: readonly Rule[]): string {
  const ofSlot = inputs.filter((name) => !OF_PAGE.has(name));
  return `\
static struct asked ask_about(struct op s)
{
	struct asked asked = {
${ofSlot.map((name) => `\t\t.${name} = ${valueOf(name)},\n`).join("")}\
${unknown.length > 0 ? "\t\t.op = s.number ? s.number : op_now,\n" : ""}\
	};

	return asked;
}
`;
}

const bind = (ce: Counterexample, yes: AskCheck, unknown: readonly Rule[]): string => `\
/*
 * KVM_SET_USER_MEMORY_REGION2 with a range of the file. Its checks of one slot
 * by itself (alignment to pages, wrap-around) are left out: these pass them.
 */
static const char *bind_memslot(struct op op, const struct checks *check)
{
	struct asked asked = ask_about(op);

	for (int i = 0; i < nr_slots; i++) {
		if (${sameVm(ce, "slots[i]", "op")}slots[i].slot == op.slot)
			return "EINVAL: this slot exists";
	}
	for (int i = 0; i < nr_slots; i++) {
		if (${sameVm(ce, "slots[i]", "op")}${usesVms(ce.ops) ? "\n\t\t    " : ""}overlap(slots[i].gpa, slots[i].size, op.gpa, op.size))
			return "EEXIST: overlaps another slot";
	}
	if (!${yes("bind", false)})
		return "EINVAL: the check refuses it";
	for (int i = 0; i < nr_slots; i++) {
		if (overlap(slots[i].offset, slots[i].size,
			    op.offset, op.size))
			return "EINVAL: file range already bound";
	}
	slots[nr_slots++] = op;
${unknown.length > 0 ? "\tslots[nr_slots - 1].number = op_now;\n" : ""}\
${isFixed(ce) ? "\tever_bound = true;\n" : ""}\
	return "ok";
}
`;

const unbind = (ce: Counterexample): string => `
static const char *delete_memslot(struct op op)
{
	for (int i = 0; i < nr_slots; i++) {
		if (${sameVm(ce, "slots[i]", "op")}slots[i].slot == op.slot) {
			for (nr_slots--; i < nr_slots; i++)
				slots[i] = slots[i + 1];
			return "ok";
		}
	}
	return "EINVAL: no such slot";
}
`;

const FREE = `
/* Frees the folios that lie in the range as a whole. */
static void free_folios(u64 start, u64 end)
{
	int kept = 0;

	for (int i = 0; i < nr_folios; i++) {
		if (folios[i].start < start ||
		    folios[i].start + folios[i].size > end)
			folios[kept++] = folios[i];
	}
	nr_folios = kept;
}
`;

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

function cases(ce: Counterexample): string {
  const args = `${usesVms(ce.ops) ? "ops[i].vm, " : ""}ops[i].gpa, ${needsMappings(ce) ? "check, " : ""}&wrong`;
  const tell = (call: string): string => `\t\t\tprintf("#      %s\\n", ${call});\n`;
  const all: readonly (readonly [string, string])[] = [
    ["bind_memslot", tell("bind_memslot(ops[i], check)")],
    ["delete_memslot", tell("delete_memslot(ops[i])")],
    [
      "set_order",
      `${
        isFixed(ce)
          ? `\
			if (ever_bound) {
				puts("#      EBUSY: the folio size is fixed once a slot is bound");
				break;
			}
`
          : ""
      }\t\t\tfolio_size_now = PAGE << ops[i].order;\n`,
    ],
    [
      "set_i_size",
      "\t\t\tif (ops[i].size <= file_size)\n\t\t\t\tfree_folios(ops[i].size, -1ULL);\n\t\t\tfile_size = ops[i].size;\n",
    ],
    ["punch_hole", "\t\t\tfree_folios(ops[i].offset,\n\t\t\t\t    ops[i].offset + ops[i].size);\n"],
    ["fault", `\t\t\tfault(${args});\n`],
  ];
  return all
    .filter(([name]) => uses(ce, name))
    .map(([name, code]) => `\t\tcase ${name.toUpperCase()}:\n${code}\t\t\tbreak;\n`)
    .join("");
}

const startOver = (ce: Counterexample, inputs: readonly ReadableName[], unknown: readonly Rule[]): string => `
/* An empty machine. */
static void start_over(void)
{
	nr_slots = nr_folios = 0;
	folio_size_now = PAGE << ${ce.setting.orders[0] ?? 0};
${readsFileSize(ce, inputs) ? "\tfile_size = 0x7ffffffffffff000;\n" : ""}\
${isFixed(ce) ? "\tever_bound = false;\n" : ""}\
${unknown.some(({ unknowns }) => unknowns.some(({ lifetime }) => lifetime === "run")) ? "\tnr_kept = 0;\n" : ""}\
}
`;

const simulate = (ce: Counterexample, unknown: readonly Rule[]): string => `
/* Runs the operations; what went wrong, of size 0 if nothing. */
static struct range simulate(const struct checks *check)
{
	struct range wrong = { 0 };

	start_over();
	for (int i = 0; i < NR_OPS; i++) {
		printf("# %d. ", i + 1);
		print_op(ops[i]);
${unknown.length > 0 ? "\t\top_now = i + 1;\n" : ""}\
		switch (ops[i].op) {
${cases(ce)}\
		}
	}
	return wrong;
}
`;

/** @param unknown rules that read what the model does not know */
export const modelInC = (
  ce: Counterexample,
  inputs: readonly ReadableName[],
  yes: AskCheck,
  unknown: readonly Rule[] = [],
): string =>
  [
    state(ce, inputs),
    ask(inputs, unknown),
    bind(ce, yes, unknown),
    uses(ce, "delete_memslot") ? unbind(ce) : "",
    uses(ce, "set_i_size") || uses(ce, "punch_hole") ? FREE : "",
    CLAIMS[ce.claim].side === "others" ? OTHERS : "",
    fault(ce, inputs, yes, unknown.length > 0),
    startOver(ce, inputs, unknown),
    simulate(ce, unknown),
  ]
    .filter((part) => part !== "")
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n");
