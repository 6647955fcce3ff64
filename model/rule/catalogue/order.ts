/** Every order rule: may a fault on this page get a folio of this order? */

import { type CatalogueEntry, mail } from "./entry.ts";

export const ORDER_RULES: readonly CatalogueEntry[] = [
  {
    id: "bound_at_get_page",
    kind: "order",
    who: "Ackerley Tng",
    when: "2023-04-18",
    citation: mail("diqz354w92x3.fsf@ackerleytng-cloudtop.c.googlers.com"),
    intent: "look at the slot where the page is allocated, instead of when it is bound",
    does: "keeps every folio in its slot, whatever was bound",
    text: `static bool in_the_binding(unsigned long index, unsigned long nr_pages,
			   unsigned long pgoff, unsigned long npages)
{
	unsigned long first = round_down(index, nr_pages);

	return first >= pgoff && first + nr_pages <= pgoff + npages;
}`,
  },
  {
    id: "folio_in_file",
    kind: "order",
    who: "Michael Roth",
    when: "2024-12-12",
    citation: mail("20241212063635.712877-6-michael.roth@amd.com"),
    intent: "a huge folio only where all of it lies in the file",
    does: "stays in the file, and leaves the slot",
    text: `static bool in_the_inode(unsigned long index, unsigned long nr_pages,
			 loff_t i_size)
{
	unsigned long first = round_down(index, nr_pages);

	return first + nr_pages <= (unsigned long)i_size >> PAGE_SHIFT;
}`,
  },
  {
    id: "within_size",
    kind: "order",
    who: "Linux, huge=within_size",
    when: "since d0e6983a6d17, 2024-12",
    citation: "mm/shmem.c shmem_huge_global_enabled",
    intent: "a huge folio only where i_size reaches its end",
    does: "just that; what a slot has of the file it does not know",
    text: `static bool size_reaches_end(unsigned long index, unsigned long nr_pages,
			     loff_t i_size)
{
	unsigned long end = round_up(index + 1, nr_pages);

	return (unsigned long)i_size >> PAGE_SHIFT >= end;
}`,
  },
  {
    id: "within_size_unit",
    kind: "order",
    who: "Linux, huge=within_size",
    when: "before d0e6983a6d17, 2024-12",
    citation: "mm/shmem.c shmem_huge_global_enabled",
    intent: "the same",
    does: "rounds to the order in place of its pages: folios that i_size does not reach",
    text: `static bool size_reaches_end(unsigned long index, int order, loff_t i_size)
{
	unsigned long end = round_up(index + 1, order);

	return (unsigned long)i_size >> PAGE_SHIFT >= end;
}`,
  },
];
