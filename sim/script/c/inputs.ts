/** What a C rule is asked with: one struct for all rules of a program, which every one of them is passed. */

import { PARAMETER_TYPE } from "../../../model/rule/parameters.ts";
import type { ReadableName } from "../../c/tree/readable.ts";
import { VARIABLES } from "../../c/tree/names.ts";
import type { CText } from "./text.ts";

export const inputType = (name: ReadableName): string =>
  name === "folio_order" || name === "level" || PARAMETER_TYPE[name] === "s32" ? "int" : PARAMETER_TYPE[name];

export const readName = (name: string): string => `asked->${name}`;

/** In the order in which they are declared, with the value of each: in bytes. */
const VALUES: Readonly<Record<ReadableName, string>> = {
  offset: "slot.offset",
  gpa: "slot.gpa",
  size: "slot.size",
  userspace_addr: "slot.userspace_addr",
  pgoff: "slot.offset / PAGE",
  base_gfn: "slot.gpa / PAGE",
  npages: "slot.size / PAGE",
  ugfn: "slot.userspace_addr / PAGE",
  folio_size: "folio_size_now",
  folio_order: "__builtin_ctzll(folio_size_now / PAGE)",
  i_size: "file_size",
  gfn: "gpa / PAGE",
  index: "offset / PAGE",
  order: "order",
  nr_pages: "1ULL << order",
  level: "order / 9 + 1",
};

/** Those that are known only for a page that is to be mapped. */
export const OF_PAGE: ReadonlySet<string> = new Set(["gfn", "index", "order", "nr_pages", "level"]);

const isName = (name: string): name is ReadableName => Object.hasOwn(VALUES, name);

const FROM_HELPERS: ReadonlyMap<string, readonly ReadableName[]> = new Map(
  Object.entries({
    i_size_read: ["i_size"],
    folio_size: ["folio_size"],
    huge_page_size: ["folio_size"],
    folio_order: ["folio_order"],
    huge_page_order: ["folio_order"],
    thp_order: ["folio_order"],
    compound_order: ["folio_order"],
    folio_nr_pages: ["folio_size"],
    kvm_gmem_get_index: ["base_gfn", "pgoff"],
  } satisfies Readonly<Record<string, readonly ReadableName[]>>),
);

/** Everything that the texts read, in the order above. */
export function inputsOf(texts: readonly CText[], also: readonly ReadableName[] = []): readonly ReadableName[] {
  const names = new Set<string>(also);
  for (const text of texts) {
    for (const { reads } of text.accesses) names.add(reads ?? "");
    for (const { name } of text.parameters) names.add(VARIABLES.get(name) ?? "");
    for (const word of freeNames(text)) names.add(VARIABLES.get(word) ?? "");
    for (const word of text.words) {
      for (const name of FROM_HELPERS.get(word) ?? []) names.add(name);
    }
  }
  // A struct without members is nothing in C.
  if ([...names].every((name) => !isName(name) || OF_PAGE.has(name))) names.add("offset");
  return Object.keys(VALUES).filter((name): name is ReadableName => isName(name) && names.has(name));
}

/** Names that a text reads without declaring them. */
export const freeNames = (text: CText): readonly string[] =>
  [...text.words].filter((word) => {
    const name = VARIABLES.get(word);
    const isRead = text.shape !== "functions" || text.rule.reads.some((read) => read === name);
    return name !== undefined && isRead && text.free.has(word);
  });

export const valueOf = (name: ReadableName): string => VALUES[name];
