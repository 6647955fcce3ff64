/**
 * How the file of the abstract machine answers where kernels differ, as data: what a folio becomes that has no room, what a cut
 * leaves of it, what an access past i_size does, which files can be made at all. A world that says nothing has `PLAIN`.
 * props/conform/refinement.ts chooses these by kernel family, props/judge/kernels.ts by named kernel.
 */

export interface FileBehaviour {
  /**
   * What a folio becomes where a page of its block is there already: a base page (shmem before 6.14, a fault up to 6.18, guest_memfd's
   * series), or the largest lower order whose block is empty (write() from 6.18 on, faults from 6.19 on).
   * @kernel mm/shmem.c shmem_suitable_orders
   */
  readonly fallback: "base" | "next_lower";
  /** What a hole or a new end leaves of a folio that it cuts: all of it, its base pages, or its halves towards the cut. */
  readonly split: "whole" | "uniform" | "buddy";
  /** The order that an access asks for: the file's, or that of its own length, which is a page (write() of 6.14 to 6.17). */
  readonly asks_for: "file_order" | "own_length";
  /** An access past i_size: like any other (get_page), moves i_size behind it (write()), or is refused (a fault in a VMA). */
  readonly past_i_size: "as_before" | "extends" | "refused";
  /** A folio that would end past i_size is a base page instead. */
  readonly folio_in_i_size: boolean;
  /** ftruncate sets any; or the file is made with its size, before its first slot, which may have to be whole folios. */
  readonly i_size: "any" | "fixed" | "fixed_in_folios";
  /**
   * Can the host collapse 2 MiB of the file into one folio? Not where nobody maps it. `unsaid`: it is done, but MADV_COLLAPSE finds no
   * page table in the window to show it in, and says EINVAL (up to 6.17).
   */
  readonly collapse: "off" | "said" | "unsaid";
  /** May a file page be in two slots at a time? */
  readonly shared_binding: boolean;
}

/** The machine of 0.1.0: restrictedmem over shmem before 6.14, cut by nobody. */
export const PLAIN: FileBehaviour = {
  fallback: "base",
  split: "whole",
  asks_for: "file_order",
  past_i_size: "as_before",
  folio_in_i_size: false,
  i_size: "any",
  collapse: "off",
  shared_binding: false,
};

/** Files that a setting can name, other than the plain one. */
export const FILES = {
  /** guest_memfd, whose setattr refuses; restrictedmem, whose size is set once. */
  fixed_size: { ...PLAIN, i_size: "fixed" },
  /** With its flag for huge pages: a size that is not whole huge pages is refused. */
  whole_folios: { ...PLAIN, i_size: "fixed_in_folios" },
  /** Any size, and a folio that would reach past it is a base page. */
  folio_in_file: { ...PLAIN, i_size: "fixed", folio_in_i_size: true },
} as const satisfies Record<string, FileBehaviour>;

export type FileName = keyof typeof FILES;
export const FILE_NAMES = Object.keys(FILES) as readonly FileName[]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the keys of a constant

/** What each of them is, for a list. */
export const FILE_WORDS: Readonly<Record<FileName, string>> = {
  fixed_size: "the file's size is set once",
  whole_folios: "the file's size is set once, a multiple of its folios",
  folio_in_file: "the file's size is set once, and a folio that would reach past it is a base page",
};
