/** The fault path of the model that a .c carries. */

import type { Counterexample } from "../counterexample.ts";
import type { ReadableName } from "../c/names.ts";
import { OF_PAGE, valueOf } from "./c-inputs.ts";
import { claimText, needsMappings } from "./claim.ts";
import { usesVms } from "./op-line.ts";

/** How a check is asked; what is undefined in C counts as the answer given. */
export type Yes = (kind: "bind" | "map" | "level", ifUndefined: boolean) => string;

const mapping = (inputs: readonly ReadableName[], yes: Yes): string => `\
	/* The largest page that the folio fills, the slot's ends allow and no check forbids. */
	u64 mapped = PAGE;
	for (int order = 18; order > 0; order -= 9) {
		u64 size = PAGE << order;
		u64 block = down(gpa, size);

		if (size > folio.size || block < slot.gpa || block + size > slot.gpa + slot.size)
			continue;
		ask_about(slot);
${inputs
  .filter((name) => OF_PAGE.has(name))
  .map((name) => `\t\tasked.${name} = ${valueOf(name)};\n`)
  .join("")}\
		if (${yes("level", true)} || !${yes("map", false)})
			continue;
		mapped = size;
		break;
	}
	struct range frames = { down(gpa, mapped), mapped };
	struct range pages = { down(offset, mapped), mapped };

`;

export const findSlot = (ce: Counterexample): string => `
static int find_slot(${usesVms(ce.ops) ? "int vm, " : ""}u64 gpa)
{
	for (int i = 0; i < nr_slots; i++) {
		if (${usesVms(ce.ops) ? "slots[i].vm == vm && " : ""}gpa >= slots[i].gpa && gpa - slots[i].gpa < slots[i].size)
			return i;
	}
	return -1;
}
`;

export function fault(ce: Counterexample, inputs: readonly ReadableName[], yes: Yes): string {
  const { broken, expected, actual } = claimText(ce);
  const maps = needsMappings(ce);
  const say = maps
    ? `"file offset 0x%llx, folio [0x%llx, 0x%llx); gpa [0x%llx, 0x%llx) gets file [0x%llx, 0x%llx)",
		 offset, folio.start, folio.start + folio.size, frames.start, frames.start + frames.size,
		 pages.start, pages.start + pages.size`
    : `"asks for file offset 0x%llx, gets folio [0x%llx, 0x%llx)",
		 offset, folio.start, folio.start + folio.size`;
  return `
/* A guest touches gpa: find the slot, get the folio${maps ? ", map it" : ""}. */
static const char *fault(${usesVms(ce.ops) ? "int vm, " : ""}u64 gpa${maps ? ", const struct checks *check" : ""}, bool *broken)
{
	static char told[200];
	int at = find_slot(${usesVms(ce.ops) ? "vm, " : ""}gpa);

	if (at < 0)
		return "no slot there";

	struct op slot = slots[at];
	u64 offset = gpa - slot.gpa + slot.offset; /* of the file; the slot's ends are not looked at again */
	struct range folio = { down(offset, folio_size_now), folio_size_now };
	bool allocated = true;

	for (int i = 0; i < nr_folios; i++) {
		if (overlap(folios[i].start, folios[i].size, offset, PAGE)) {
			folio = folios[i];
			allocated = false;
		}
	}
	if (allocated) {
		/* A page that is there already forbids a large folio over it. */
		for (int i = 0; i < nr_folios; i++) {
			if (overlap(folios[i].start, folios[i].size, down(offset, folio_size_now), folio_size_now))
				folio = (struct range){ offset, PAGE };
		}
		folios[nr_folios++] = folio;
	}

${maps ? mapping(inputs, yes) : ""}\
	/* THE CLAIM: ${ce.sentence} */
	if (!*broken && (${broken})) {
		*broken = true;
		expected = (struct range){ ${expected.join(", ")} };
		actual = (struct range){ ${actual.join(", ")} };
	}
	snprintf(told, sizeof(told), ${say});
	return told;
}
`;
}
