/** The claims as sentences, for people. */

import type { ClaimName } from "./always.ts";

export const SENTENCES: Readonly<Record<ClaimName, string>> = {
  folio_starts_in_slot: "a folio allocated by a guest's fault does not start below the memslot's file range",
  folio_ends_in_slot: "a folio allocated by a guest's fault does not end past the memslot's file range",
  folio_avoids_other_slots: "a folio allocated by a guest's fault takes no page of another memslot's file range",
  mapping_starts_in_slot: "a guest mapping does not start below the memslot's guest frames",
  mapping_ends_in_slot: "a guest mapping does not end past the memslot's guest frames",
  mapping_starts_in_binding: "a guest mapping does not map file pages below the memslot's file range",
  mapping_ends_in_binding: "a guest mapping does not map file pages past the memslot's file range",
  mapping_translates: "guest frame base_gfn + i maps file page pgoff + i",
};
