/** The built-in claims about faults, said as claims of one's own. */

export const AS_OWN = [
  ["folio_starts_in_slot", "folio_start >= binding_start"],
  ["folio_ends_in_slot", "folio_end <= binding_end"],
  ["folio_avoids_other_slots", "other_end <= folio_start || folio_end <= other_start"],
  ["mapping_starts_in_slot", "map_gfn >= slot_start"],
  ["mapping_ends_in_slot", "map_gfn + map_npages <= slot_end"],
  ["mapping_starts_in_binding", "map_pgoff >= binding_start"],
  ["mapping_ends_in_binding", "map_pgoff + map_npages <= binding_end"],
  ["mapping_translates", "map_pgoff - binding_start == map_gfn - slot_start"],
] as const;
