/** How the memslot ioctls refuse: each check's errno, and its name in a trace. */

import { refuse } from "../errno.ts";

export const SLOT_ID = refuse("EINVAL", "slot_id");
export const UNKNOWN_FLAGS = refuse("EINVAL", "flags");
export const HVA_NOT_USER = refuse("EINVAL", "access_ok");
export const OFFSET_WRAPS = refuse("EINVAL", "guest_memfd_offset_wraps");
export const AS_ID = refuse("EINVAL", "as_id");
export const GPA_WRAPS = refuse("EINVAL", "gpa_wraps");
export const TOO_LONG = refuse("EINVAL", "too_many_pages");
export const NOTHING_TO_DELETE = refuse("EINVAL", "delete_missing");
export const GUEST_MEMFD_MODIFIED = refuse("EINVAL", "modify_guest_memfd");
export const MODIFIED = refuse("EINVAL", "modify");
export const OVERLAPS = refuse("EEXIST", "overlap");
export const GFN_LIMIT = refuse("EINVAL", "gfn_limit");
