/** Why an op of the judged machine was refused, in words: of a report, of the page, and of the models in the scripts. */

/** By the name of the check, as model/abstract/ and model/kvm/ give it. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["rule", "the check refuses it"],
  ["rule_undefined", "the check's C is undefined for these values"],
  ["rule_no_end", "the check does not come to an end"],
  ["slot_id", "the slot number is too large"],
  ["flags", "the flags are not allowed"],
  ["access_ok", "userspace_addr + size is past the end of user space"],
  ["guest_memfd_offset_wraps", "offset + size wraps past 64 bits"],
  ["as_id", "there is no such address space"],
  ["gpa_wraps", "gpa + size wraps past 64 bits"],
  ["too_many_pages", "the slot has more than 2^31 - 1 pages"],
  ["gfn_limit", "gpa + size is past the largest guest address"],
  ["overlap", "overlaps another slot"],
  ["modify_guest_memfd", "this slot exists"],
  ["modify", "this slot exists with another size or address"],
  ["delete_missing", "no such slot"],
  ["empty_slot", "the slot has no pages"],
  ["pgoff_already_bound", "file range already bound"],
  ["order_unknown", "the file cannot take this folio size"],
  ["order_fixed", "the folio size is fixed once a slot is bound"],
  ["vm_unknown", "there is no such VM"],
  ["i_size_too_large", "the file cannot be that large"],
  ["i_size_fixed", "the file's size was given when it was made and cannot change"],
  ["i_size_no_multiple_of_folio", "no file of this size and folio size can be made"],
  ["hole_empty", "the hole has no pages"],
  ["hole_negative", "the hole's offset or length is negative as an loff_t"],
  ["hole_past_maximum", "the hole ends past the largest file"],
  ["collapse_never_mapped", "nobody maps this file, so nothing in it is collapsed"],
  ["collapse_empty", "the 2 MiB hold no page to collapse"],
  ["collapse_no_page_table", "collapsed, and there is no page table to show it in"],
  ["no_region2", "this kernel has no KVM_SET_USER_MEMORY_REGION2"],
  ["region_flags", "the flags need KVM_SET_USER_MEMORY_REGION2"],
  ["size_unaligned", "the size is no multiple of the page size"],
  ["gpa_unaligned", "gpa is no multiple of the page size"],
  ["hva_unaligned", "userspace_addr is no multiple of the page size"],
  ["guest_memfd_offset_unaligned", "offset is no multiple of the page size"],
  ["beyond_i_size", "the page lies past the file's end"],
]);

/** A check without words of its own is named. */
export const refusalWords = (check: string): string => WORDS.get(check) ?? check.replaceAll("_", " ");
