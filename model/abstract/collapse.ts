/**
 * The host makes one 2 MiB folio of what a block holds: khugepaged unasked, or madvise(MADV_COLLAPSE). It needs a process that maps the
 * file, so it is off for restrictedmem and guest_memfd, whose files nobody maps.
 *
 * as in the kernel: the file's own folio size and i_size play no part; a block with one page is filled, an empty one refused.
 * simplified: whoever collapses may, and no page is pinned.
 * left out: max_ptes_none, the VMA's bounds, a full mount. model/kernel/collapse.ts has the last two.
 */

import { PMD_ORDER } from "../arch.ts";
import { refuse } from "../errno.ts";
import { anyPresent, folioAt, insertFolio, nextFolio, removeFolio } from "../folios/folios.ts";
import { alignDown, folioNpages } from "../units.ts";
import type { Vm } from "./machine.ts";
import { noFault } from "./machine.ts";

const NEVER_MAPPED = refuse("EINVAL", "collapse_never_mapped");
const EMPTY = refuse("EINVAL", "collapse_empty");
const NOT_SHOWN = refuse("EINVAL", "collapse_no_page_table");

/** Collapse the 2 MiB of the file around page `index`. @kernel mm/khugepaged.c collapse_file */
export function collapse(vm: Vm, index: number): void {
  const { file, saw } = vm;
  const { folios, behaviour } = file;
  noFault(saw);
  const start = alignDown(index, PMD_ORDER);
  if (behaviour.collapse === "off") saw.refusal = NEVER_MAPPED;
  else if (!anyPresent(folios, start, PMD_ORDER)) saw.refusal = EMPTY;
  else {
    if (behaviour.collapse === "unsaid") saw.refusal = NOT_SHOWN;
    if (folioAt(folios, start) >= 0 && folios.order >= PMD_ORDER) return;
    const end = start + folioNpages(PMD_ORDER);
    for (let at = nextFolio(folios, start); at >= 0 && at < end; at = nextFolio(folios, at)) removeFolio(folios, at);
    insertFolio(folios, start, PMD_ORDER, true);
  }
}
