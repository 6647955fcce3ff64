/** Checks and computations that went wrong in public, restated in a few lines, each with its contract and its fix. */

export interface ContractCase {
  readonly name: string;
  readonly contract: string;
  readonly broken: string;
  readonly fixed: string;
  /** As support/contracts.ts tells them. */
  readonly inputs: string;
}

export const CASES: readonly ContractCase[] = [
  {
    // Only the two ends of the new region are looked up among those that are there.
    name: "overlap of two regions, by the ends of one",
    contract: `requires(nr_pages != 0 && rg_pages != 0)
requires(guest_pfn + nr_pages >= guest_pfn && rg_start + rg_pages >= rg_start)
ensures(!result || guest_pfn + nr_pages <= rg_start || rg_start + rg_pages <= guest_pfn)
`,
    broken: `static bool is_apart(u64 guest_pfn, u64 nr_pages, u64 rg_start, u64 rg_pages)
{
	u64 last = guest_pfn + nr_pages - 1;

	return !(guest_pfn - rg_start < rg_pages || last - rg_start < rg_pages);
}
`,
    fixed: `static bool is_apart(u64 guest_pfn, u64 nr_pages, u64 rg_start, u64 rg_pages)
{
	return guest_pfn + nr_pages <= rg_start || rg_start + rg_pages <= guest_pfn;
}
`,
    inputs: "guest_pfn=0x0 nr_pages=0x3 rg_start=0x1 rg_pages=0x1 result=0x1",
  },
  {
    // In whole words of 64 pages, the tail of a slot can never be cleared.
    name: "a check that is too strict",
    contract: `/*
 * clear_ok - may these pages be cleared?
 *
 * ensures(!(first_page % 64 == 0 && first_page <= npages &&
 *           num_pages == npages - first_page) || result)
 */
`,
    broken: `static bool clear_ok(u64 first_page, u64 num_pages, u64 npages)
{
	return !(first_page & 63) && !(num_pages & 63) &&
	       first_page <= npages && num_pages <= npages - first_page;
}
`,
    fixed: `static bool clear_ok(u64 first_page, u64 num_pages, u64 npages)
{
	if ((first_page & 63) || first_page > npages)
		return false;
	if (num_pages > npages - first_page)
		return false;
	return !(num_pages & 63) || num_pages == npages - first_page;
}
`,
    inputs: "first_page=0x0 num_pages=0x1 npages=0x1 result=0x0",
  },
  {
    // What a balloon gives back is clamped at its start, and not at its end.
    name: "a range that leaves its region",
    contract: "ensures(!result || len <= region_len - (gpa - region_start))\n",
    broken: `static bool report_ok(u64 gpa, u64 len, u64 region_start, u64 region_len)
{
	return gpa >= region_start && gpa - region_start < region_len;
}
`,
    fixed: `static bool report_ok(u64 gpa, u64 len, u64 region_start, u64 region_len)
{
	return gpa >= region_start && gpa - region_start < region_len &&
	       len <= region_len - (gpa - region_start);
}
`,
    inputs: "gpa=0x0 len=0x2 region_start=0x0 region_len=0x1 result=0x1",
  },
  {
    // Consecutive pages go to every second node.
    name: "an index that is not dense",
    contract: "ensures(node_index(pgoff, index + 1) == result + 1);\n",
    broken: `static unsigned long node_index(unsigned long pgoff, unsigned long index)
{
	return index + (index - pgoff);
}
`,
    fixed: `static unsigned long node_index(unsigned long pgoff, unsigned long index)
{
	return index - pgoff;
}
`,
    inputs: "pgoff=0x0 index=0x0 result=0x0",
  },
  {
    // A lookup whose end is inclusive is handed an end that is not.
    name: "an inclusive end",
    contract: `static bool has_entry(u64 first, u64 last, u64 other, u64 other_last)
{
	return other <= last && first <= other_last;
}

requires(start + npages >= start && other + other_npages >= other)
requires(npages && other_npages)
ensures(result == (start < other + other_npages && other < start + npages))
`,
    broken: `static bool is_bound(u64 start, u64 npages, u64 other, u64 other_npages)
{
	return has_entry(start, start + npages, other, other + other_npages - 1);
}
`,
    fixed: `static bool is_bound(u64 start, u64 npages, u64 other, u64 other_npages)
{
	return has_entry(start, start + npages - 1, other, other + other_npages - 1);
}
`,
    inputs: "start=0x0 npages=0x1 other=0x1 other_npages=0x1 result=0x1",
  },
  {
    // Of a range in a file of huge pages, the start counts these and the end counts small ones.
    name: "two units in one range",
    contract: `requires(huge_shift == 21 || huge_shift == 30)
requires(!(offset & ((1ULL << huge_shift) - 1)) && !(len & ((1ULL << huge_shift) - 1)))
requires(len && offset + len > offset)
ensures(*end - *start == len >> huge_shift)
`,
    broken: `static void huge_range(u64 offset, u64 len, unsigned int huge_shift, u64 *start, u64 *end)
{
	*start = offset >> huge_shift;
	*end = (offset + len) >> PAGE_SHIFT;
}
`,
    fixed: `static void huge_range(u64 offset, u64 len, unsigned int huge_shift, u64 *start, u64 *end)
{
	*start = offset >> huge_shift;
	*end = (offset + len) >> huge_shift;
}
`,
    inputs: "offset=0x0 len=0x200000 huge_shift=0x15 *end=0x0 *start=0x0",
  },
  {
    // d0e6983a6d17: round_up(index, order) where round_up(index, 1 << order) was meant.
    name: "an order in place of a number of pages",
    contract: `requires(order >= 1 && order <= 18 && index < (1ULL << 50))
ensures(!result || round_down(index, 1ULL << order) + (1ULL << order) <= i_size_pages)
`,
    broken: `static bool within_size(unsigned long index, int order, unsigned long i_size_pages)
{
	return i_size_pages >= round_up(index + 1, order);
}
`,
    fixed: `static bool within_size(unsigned long index, int order, unsigned long i_size_pages)
{
	return i_size_pages >= round_up(index + 1, 1UL << order);
}
`,
    inputs: "index=0x0 order=0x1 i_size_pages=0x1 result=0x1",
  },
  {
    // A hole that is rounded inwards leaves its first and last page behind.
    name: "a range that does not cover its hole",
    contract: `requires(hole_start <= hole_end && hole_end < (1ULL << 52))
ensures(*start <= hole_start && hole_end <= *end)
`,
    broken: `static void to_zap(u64 hole_start, u64 hole_end, u64 *start, u64 *end)
{
	*start = round_up(hole_start, 512);
	*end = round_down(hole_end, 512);
}
`,
    fixed: `static void to_zap(u64 hole_start, u64 hole_end, u64 *start, u64 *end)
{
	*start = round_down(hole_start, 512);
	*end = round_up(hole_end, 512);
}
`,
    inputs: "hole_start=0x0 hole_end=0x1 *end=0x0 *start=0x0",
  },
];
