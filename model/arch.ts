/**
 * What differs between architectures: the base page and the sizes a guest mapping can take. Orders count base pages,
 * so the models never name 2 MiB or 1 GiB.
 */

export interface Arch {
  readonly name: string;
  /** log2 of the base page in bytes. */
  readonly page_shift: number;
  /** Orders at which KVM can map, largest first; order 0 is always there and is not listed. */
  readonly levels: readonly number[];
  /** A block that the slot's first or last page cuts may be mapped large: not with KVM's lpage_info, but in other worlds. */
  readonly maps_cut_blocks?: true;
}

/** @kernel arch/x86/include/asm/kvm_host.h KVM_HPAGE_GFN_SHIFT: 2 MiB and 1 GiB over 4 KiB */
export const x86_64: Arch = { name: "x86-64", page_shift: 12, levels: [18, 9] };

/** A page of arm64 is 4, 16 or 64 KiB; its PMD then maps 2 MiB, 32 MiB or 512 MiB. */
export const arm64_4k: Arch = { name: "arm64-4k", page_shift: 12, levels: [18, 9] };
export const arm64_16k: Arch = { name: "arm64-16k", page_shift: 14, levels: [11] };
export const arm64_64k: Arch = { name: "arm64-64k", page_shift: 16, levels: [13] };

/** Order of the smallest large mapping: one entry of a PMD. */
export const pmdOrder = ({ levels }: Arch): number => Math.min(...levels);

/** 2 MiB of x86-64's pages. @kernel include/linux/huge_mm.h HPAGE_PMD_ORDER */
export const PMD_ORDER = pmdOrder(x86_64);
