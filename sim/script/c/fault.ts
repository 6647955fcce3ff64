/** The fault path of the model that a .c carries. */

import { CLAIMS } from "../../../model/claim.ts";
import type { Counterexample } from "../../counterexample.ts";
import type { ReadableName } from "../../c/tree/readable.ts";
import { OF_PAGE, valueOf } from "./inputs.ts";
import { needsMappings } from "../../words/claim.ts";
import { usesVms } from "../../words/op-line.ts";
import { wrap } from "../../words/wrap.ts";

/** How a check is asked; what is undefined in C counts as the answer given. */
export type AskCheck = (kind: "bind" | "map" | "level", ifUndefined: boolean) => string;

const FIND_SLOT = (vm: boolean): string => `
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

const GET_FOLIO = `
/* The folio at this offset of the file, allocated if there is none. */
static struct range get_folio(u64 offset)
{
	struct range folio = { down(offset, folio_size_now), folio_size_now };

	for (int i = 0; i < nr_folios; i++) {
		if (overlap(folios[i].start, folios[i].size, offset, PAGE))
			return folios[i];
	}
	/* A page that is there already forbids a large folio over it. */
	for (int i = 0; i < nr_folios; i++) {
		if (overlap(folios[i].start, folios[i].size,
			    folio.start, folio.size)) {
			folio = (struct range){ offset, PAGE };
			break;
		}
	}
	folios[nr_folios++] = folio;
	return folio;
}
`;

const MAP = (inputs: readonly ReadableName[], yes: AskCheck, hasUnknowns: boolean): string => `
/* The largest page that fits folio and slot and that no check forbids. */
static u64 mapped_size(const struct checks *check, struct op slot,
		       struct range folio, u64 gpa${inputs.includes("index") ? ", u64 offset" : ""})
{
	for (int order = 18; order > 0; order -= 9) {
		struct asked asked = ask_about(slot);
		u64 size = PAGE << order;
		u64 block = down(gpa, size);

		if (size > folio.size || block < slot.gpa ||
		    block + size > slot.gpa + slot.size)
			continue;
${inputs
  .filter((name) => OF_PAGE.has(name))
  .map((name) => `\t\tasked.${name} = ${valueOf(name)};\n`)
  .join("")}\
${hasUnknowns ? "\t\tasked.given_order = order;\n" : ""}\
		if (${yes("level", true)} ||
		    !${yes("map", false)})
			continue;
		return size;
	}
	return PAGE;
}
`;

const ALLOCATES = `\
	folio = get_folio(offset);
	allocated = nr_folios > before;
	printf("#      file offset 0x%llx, folio [0x%llx, 0x%llx)\\n",
	       offset, folio.start, folio.start + folio.size);
`;

const MAPS = (inputs: readonly ReadableName[]): string => `\
	folio = get_folio(offset);
	frames.size = mapped_size(check, slot, folio, gpa${inputs.includes("index") ? ", offset" : ""});
	frames.start = down(gpa, frames.size);
	pages = (struct range){ down(offset, frames.size), frames.size };
	printf("#      file offset 0x%llx, folio [0x%llx, 0x%llx)\\n",
	       offset, folio.start, folio.start + folio.size);
	printf("#      maps gpa [0x%llx, 0x%llx) to file [0x%llx, 0x%llx)\\n",
	       frames.start, frames.start + frames.size,
	       pages.start, pages.start + pages.size);
`;

export function fault(ce: Counterexample, inputs: readonly ReadableName[], yes: AskCheck, hasUnknowns = false): string {
  const { c_text, subject, sentence } = CLAIMS[ce.claim];
  const maps = needsMappings(ce);
  const vm = usesVms(ce.ops);
  const mustHold = wrap(`What must hold: ${sentence}. */`, "\t/* ", "\t * ", 73).join("\n");
  return `\
${FIND_SLOT(vm)}${GET_FOLIO}${maps ? MAP(inputs, yes, hasUnknowns) : ""}
/* A guest touches gpa. The first range that must not be goes to wrong. */
static void fault(${vm ? "int vm, " : ""}u64 gpa, ${maps ? "const struct checks *check, " : ""}struct range *wrong)
{
	int at = find_slot(${vm ? "vm, " : ""}gpa)${maps ? "" : ", before = nr_folios"};
	struct range folio${maps ? ", frames, pages" : ""};
	struct op slot;
${maps ? "" : "\tbool allocated;\n"}\
	u64 offset;

	if (at < 0) {
		printf("#      no slot there\\n");
		return;
	}
	slot = slots[at];
	/* Of the file. The slot's ends are not looked at again. */
	offset = gpa - slot.gpa + slot.offset;
${maps ? MAPS(inputs) : ALLOCATES}
${mustHold}
	if (!wrong->size &&
	    ${c_text})
		*wrong = ${subject};
}
`.replaceAll(/ \n/g, "\n");
}
