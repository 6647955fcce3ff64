/** Every map rule (may a page of this order be mapped?) and level rule (is this level forbidden for the slot?). */

import { type CatalogueEntry, mail } from "./entry.ts";

export const MAP_RULES: readonly CatalogueEntry[] = [
  {
    id: "folio_order",
    kind: "map",
    who: "Chao Peng, Sean Christopherson",
    when: "2022 to 2023, v5 to v12",
    citation: mail("20221202061347.1070246-1-chao.p.peng@linux.intel.com"),
    intent: "map what the folio allows",
    does: "contains nothing: for an unaligned slot the mapping leaves the binding",
    text: `static bool up_to_folio_order(int order)
{
	return true;	/* the folio's order is the limit already */
}`,
  },
  {
    id: "binding_aligned",
    kind: "map",
    who: "Sean Christopherson",
    when: "2023-09-21",
    citation: mail("20230921203331.3746712-7-seanjc@google.com"),
    intent: "let slots that are not aligned succeed, and map them in small pages",
    does: "stays in the binding; wrong pages where the guest address is aligned otherwise; no huge page for QEMU's main slot",
    text: `static bool whole_binding_aligned(struct kvm_memory_slot *slot,
				  unsigned long nr_pages)
{
	return IS_ALIGNED(slot->gmem.pgoff, nr_pages) &&
	       IS_ALIGNED(slot->npages, nr_pages);
}`,
  },
  {
    id: "round_down_contained",
    kind: "map",
    who: "Michael Roth",
    when: "2023-09-22",
    citation: mail("20230922224210.6klwbphnsk5j2wft@amd.com"),
    intent: "map a large page where all of it lies in the binding",
    does: "just that; wrong pages where base_gfn and pgoff are not congruent",
    text: `static bool contained(unsigned long index, unsigned long nr_pages,
		      unsigned long pgoff, unsigned long npages)
{
	unsigned long first = round_down(index, nr_pages);

	if (first < ALIGN(pgoff, nr_pages))
		return false;
	return first + nr_pages <= pgoff + npages;
}`,
  },
  {
    id: "round_up_contained",
    kind: "map",
    who: "Michael Roth, then Sean Christopherson",
    when: "2023-10-02, then 2023-10-27, v13",
    citation: mail("20231027182217.3615211-18-seanjc@google.com"),
    intent: "as round_down_contained, with ALIGN() as Sean Christopherson had asked on 2023-09-28",
    does: "ALIGN rounds up: the test looks at the next folio, and the one below the slot is mapped",
    text: `static bool contained(unsigned long index, unsigned long nr_pages,
		      unsigned long pgoff, unsigned long npages)
{
	unsigned long first = ALIGN(index, nr_pages);

	if (first < ALIGN(pgoff, nr_pages))
		return false;
	return first + nr_pages <= pgoff + npages;
}`,
  },
  {
    id: "align_down_contained",
    kind: "map",
    who: "Michael Roth",
    when: "2024-12-12",
    citation: mail("20241212063635.712877-6-michael.roth@amd.com"),
    intent: "mend round_up_contained",
    does: "stays in the binding; leaves the guest frame's alignment to a caller that does not look either",
    text: `static bool contained(unsigned long index, unsigned long nr_pages,
		      unsigned long pgoff, unsigned long npages)
{
	unsigned long first = ALIGN_DOWN(index, nr_pages);

	return first >= pgoff && first + nr_pages <= pgoff + npages;
}`,
  },
  {
    id: "congruent_order",
    kind: "map",
    who: "Yan Zhao",
    when: "2025-04-28",
    citation: mail("aA7UXI0NB7oQQrL2@yzhao56-desk.sh.intel.com"),
    intent: "lower the order until guest frame and file page agree below it",
    does: "right together with x86's own head and tail checks",
    text: `static bool congruent(gfn_t base_gfn, pgoff_t pgoff, unsigned long nr_pages)
{
	return ((base_gfn ^ pgoff) & (nr_pages - 1)) == 0;
}`,
  },
  {
    id: "order_zero",
    kind: "map",
    who: "Linux",
    when: "6.8 and later",
    citation: "virt/kvm/guest_memfd.c kvm_gmem_get_pfn",
    intent: "large pages later",
    does: "is right, and maps single pages only",
    text: `static bool single_page(int order)
{
	return order == 0;
}`,
  },
];

export const LEVEL_RULES: readonly CatalogueEntry[] = [
  {
    id: "stock",
    kind: "level",
    who: "Linux",
    when: "long-standing",
    citation: "arch/x86/kvm/x86.c kvm_alloc_memslot_metadata",
    intent: "large pages only where guest and user addresses are congruent",
    does: "says nothing of the file",
    text: `static bool level_forbidden(gfn_t base_gfn, unsigned long ugfn,
			    unsigned long nr_pages)
{
	return (base_gfn ^ ugfn) & (nr_pages - 1);
}`,
  },
  {
    id: "or_offset",
    kind: "level",
    who: "Chao Peng",
    when: "2022-12-02, v10",
    citation: mail("20221202061347.1070246-8-chao.p.peng@linux.intel.com"),
    intent: "large pages only where the file agrees too",
    does: "an or is no and: whatever bits ugfn has set hide those of the offset",
    text: `static bool level_forbidden(gfn_t base_gfn, unsigned long ugfn, u64 offset,
			    unsigned long nr_pages)
{
	ugfn |= offset >> PAGE_SHIFT;
	return (base_gfn ^ ugfn) & (nr_pages - 1);
}`,
  },
  {
    id: "add_offset",
    kind: "level",
    who: "Isaku Yamahata",
    when: "2022-12-05",
    citation: mail("20221205224959.GA3632095@ls.amr.corp.intel.com"),
    intent: "mend or_offset",
    does: "sums cancel: offset 512K and user address 1.5M pass as 2M",
    text: `static bool level_forbidden(gfn_t base_gfn, unsigned long ugfn, u64 offset,
			    unsigned long nr_pages)
{
	ugfn += offset >> PAGE_SHIFT;
	return (base_gfn ^ ugfn) & (nr_pages - 1);
}`,
  },
  {
    id: "offset_congruent",
    kind: "level",
    who: "Ackerley Tng",
    when: "2025-05-14",
    citation: mail("4acb9139318e3ae35d61ed7da9d41db2e328dc40.1747264138.git.ackerleytng@google.com"),
    intent: "forbid a level where guest frame and file page differ below it",
    does: "right with every bind and map rule; also takes large pages from shared memory when only the offset is off",
    text: `static bool level_forbidden(gfn_t base_gfn, unsigned long ugfn, pgoff_t pgoff,
			    unsigned long nr_pages)
{
	if ((base_gfn ^ ugfn) & (nr_pages - 1))
		return true;
	return !IS_ALIGNED(base_gfn ^ pgoff, nr_pages);
}`,
  },
];
