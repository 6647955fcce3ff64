/** The folios that the model of a .c keeps, and how a fault gets one. */

import type { Counterexample } from "../../counterexample.ts";
import { endsAtISize } from "../../words/claim.ts";
import { OF_PAGE, valueOf } from "./inputs.ts";
import type { Model } from "./model.ts";
import { askedInC, hasOrderRule, manyFolios, uses } from "./model.ts";

const getFolio = (ce: Counterexample): string => `
/* The folio at this offset of the file, allocated if there is none. */
static struct range get_folio(u64 offset)
{
	struct range folio = { DOWN(offset, folio_size_now), folio_size_now };

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
${
  endsAtISize(ce)
    ? `\
	/* And so does the file's end one that would reach past it. */
	if (folio.start + folio.size > file_size)
		folio = (struct range){ offset, PAGE };
`
    : ""
}\
	folios[nr_folios++] = folio;
	return folio;
}
`;

/** The folio that the order rule lets a fault have. @param check how the suspect is handed on */
function getGranted(model: Model, check: string): string {
  const { ce, inputs, ask, unknown } = model;
  const orders = ce.setting.orders.filter((order) => order > 0).toReversed();
  const many = manyFolios(ce);
  return `
/*
 * The folio at this offset of the file: the largest that the check allows, of
 * those up to the file's; what is there already forbids one over it.
 */
static struct range get_folio(struct op slot, u64 offset${check})
{
	static const int orders[] = { ${orders.join(", ")} };
	struct range folio = { offset, PAGE };

${
  many
    ? `\
	for (int i = 0; i < nr_folios; i++) {
		if (overlap(folios[i].start, folios[i].size, offset, PAGE))
			return folios[i];
	}
`
    : ""
}\
	for (int i = 0; i < ${orders.length}; i++) {
${askedInC(model, "\t\t")}\
		int order = orders[i];
		u64 size = PAGE << order, start = DOWN(offset, size);
${many ? "\t\tbool room = true;\n" : ""}\

${inputs
  .filter((name) => OF_PAGE.has(name) && name !== "gfn")
  .map((name) => `\t\tasked.${name} = ${valueOf(name)};\n`)
  .join("")}\
${unknown.length > 0 ? "\t\tasked.given_order = order;\n" : ""}\
		if (size > folio_size_now || !${ask("order", false)})
			continue;
${endsAtISize(ce) ? "\t\tif (start + size > file_size)\n\t\t\tcontinue;\n" : ""}\
${
  many
    ? `\
		for (int j = 0; j < nr_folios; j++)
			room = room && !overlap(folios[j].start, folios[j].size,
						start, size);
		if (!room)
			continue;
`
    : ""
}\
		folio = (struct range){ start, size };
		break;
	}
${many ? "\tfolios[nr_folios++] = folio;\n" : ""}\
	return folio;
}
`;
}

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

/** Folios that stay: only where more than one fault asks for them. */
export const foliosInC = (model: Model, check: string): string => {
  const { ce } = model;
  const get = hasOrderRule(ce) ? getGranted(model, check) : manyFolios(ce) ? getFolio(ce) : "";
  return get + (manyFolios(ce) && (uses(ce, "set_i_size") || uses(ce, "punch_hole")) ? FREE : "");
};
