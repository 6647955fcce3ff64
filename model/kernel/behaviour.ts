/** What the abstract machine's file is on a kernel of this family: the one place where its data is chosen from the kernel's. */

import type { FileBehaviour } from "../abstract/behaviour.ts";
import { PLAIN } from "../abstract/behaviour.ts";
import type { Family } from "./family.ts";
import { PMD_ONLY } from "./family.ts";

/**
 * How an access reaches the file: by write(), which no VMA bounds, or by the guest through a slot whose VMA holds the whole file, as
 * that of a RAM block does.
 */
export type AccessWay = "write" | "guest_store";

export function behaviourOf(family: Family, way: AccessWay): FileBehaviour {
  const orders = way === "write" ? family.write_orders : family.fault_orders;
  return {
    ...PLAIN,
    fallback: orders === PMD_ONLY || orders === "hint" ? "base" : "next_lower",
    asks_for: orders === "hint" ? "own_length" : "file_order",
    split: family.split,
    // tmpfs, which any process may map.
    collapse: family.collapse_maps ? "said" : "unsaid",
    past_i_size: way === "write" ? "extends" : "refused",
    // A range of a guest_memfd is in one slot at a time. Ordinary slots show what they like.
    shared_binding: way === "guest_store",
  };
}
