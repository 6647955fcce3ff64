/** What claims of one's own are made of. */

/**
 * What a claim of one's own may read of a fault, in the order in which its evaluator takes them. Pages, but for the order, which
 * is the folio's. `binding` is the slot's part of the file and `slot` its guest frames; `other` is another slot's part of the file.
 */
export const CLAIM_WORDS = [
  "folio_start",
  "folio_end",
  "binding_start",
  "binding_end",
  "other_start",
  "other_end",
  "index",
  "map_pgoff",
  "slot_start",
  "slot_end",
  "gfn",
  "map_gfn",
  "map_npages",
  "order",
] as const;
export type ClaimWord = (typeof CLAIM_WORDS)[number];
