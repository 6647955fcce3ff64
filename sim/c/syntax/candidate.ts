/** Which function of a source file is the check? Nobody wants all of them: those that look like one are named first. */

import type { Chunk } from "./chunk.ts";
import { isDirective } from "./directive.ts";
import type { Outline } from "./outline.ts";

/** Fewer are judged, each as a rule of its own. */
const FEW = 8;
const SHOWN = 10;

/** What a check of a slot reads, by what it is. */
const READS: readonly RegExp[] = [
  /^(?:offset|pgoff|guest_memfd_offset|restrictedmem_offset|gmem_offset|vm_pgoff|index)$/,
  /^(?:size|npages|nr_pages|memory_size|folio_size|i_size_read)$/,
  /^(?:gfn|base_gfn|gpa|guest_phys_addr|userspace_addr|hva|ugfn)$/,
  /^(?:order|max_order|level|max_level|goal_level|folio_order|lpage_info|disallow_lpage)$/,
];

/** Does it include others, and has it more functions than anybody pastes to have them judged? */
export const isSourceFile = ({ items, chunks }: Outline): boolean =>
  items.some((item) => isDirective(item) && item.name === "include") && chunks.filter(({ name }) => name).length > FEW;

export function whichOf({ items, chunks }: Outline): string {
  const score = (chunk: Chunk): number => {
    const words = items.slice(chunk.from, chunk.to).flatMap((item) => (isDirective(item) ? [] : [item.text]));
    return READS.filter((reads) => words.some((word) => reads.test(word))).length;
  };
  const functions = chunks.flatMap((chunk) => (chunk.name ? [{ name: chunk.name.text, score: score(chunk) }] : []));
  const likely = functions.filter((each) => each.score > 1).toSorted((a, b) => b.score - a.score);
  const shown = (likely.length > 0 ? likely : functions).slice(0, SHOWN).map(({ name }) => name);
  const rest = functions.length - shown.length;
  return `which of its ${functions.length} functions? Name one, as FILE:${shown[0] ?? "FUNCTION"}; ${likely.length > 0 ? "those that read a slot's offset, size or gfn: " : ""}${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
