/** What a claim of the user's own read of the fault that broke it. */

import type { OwnClaim } from "../../model/claim.ts";
import { wordsIn } from "../../model/claim.ts";
import type { ClaimWord } from "../../model/claim-words.ts";
import type { Shown } from "../counterexample.ts";
import { bindingsOf, end, faultOf, vmOf } from "./geometry.ts";

/** Pages as they are, in hex: the claim counts them, not bytes. */
const pages = (n: number): string => `0x${n.toString(16)}`;

/** Of the word, where it is of the fault or of its slot. */
function valueOf(ce: Shown, word: Exclude<ClaimWord, "other_start" | "other_end" | "order">): string {
  const { slot, folio, mapping, index } = faultOf(ce);
  const op = ce.trace[ce.violation.at]?.op;
  const values: Readonly<Record<typeof word, number>> = {
    folio_start: folio.start,
    folio_end: end(folio),
    binding_start: slot.pgoff,
    binding_end: slot.pgoff + slot.npages,
    index,
    map_pgoff: mapping.pages.start,
    slot_start: slot.base_gfn,
    slot_end: slot.base_gfn + slot.npages,
    gfn: op?.op === "fault" ? op.gfn : 0,
    map_gfn: mapping.gfns.start,
    map_npages: mapping.gfns.npages,
  };
  return pages(values[word]);
}

/** "folio_start 0x0, binding_start 0x1 (in pages), order 9"; of the other slots all that are bound. */
export function saidText(ce: Shown, claim: OwnClaim): string {
  const slot = faultOf(ce).slot.id;
  const others = bindingsOf(ce.trace.slice(0, ce.violation.at)).filter(
    (each) => each.vm !== vmOf(ce) || each.slot !== slot,
  );
  const words = wordsIn(claim);
  const counted = words.flatMap((word) => {
    if (word === "order") return [];
    if (word === "other_start") return `${word} ${others.map((other) => pages(other.pages.start)).join(" or ")}`;
    if (word === "other_end") return `${word} ${others.map((other) => pages(end(other.pages))).join(" or ")}`;
    return `${word} ${valueOf(ce, word)}`;
  });
  return [
    ...(counted.length > 0 ? [`${counted.join(", ")} (in pages)`] : []),
    ...(words.includes("order") ? [`order ${faultOf(ce).folio.order}`] : []),
  ].join(", ");
}
