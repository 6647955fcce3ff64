/** Every bind rule proposed since 2022: may this slot be bound to this part of the file? */

import { SIGNED_END } from "../../kernel/signed-end.ts";
import { type CatalogueEntry, mail } from "./entry.ts";

export const BIND_RULES: readonly CatalogueEntry[] = [
  {
    id: "none",
    kind: "bind",
    who: "Linux",
    when: "6.8 and later",
    citation: "virt/kvm/guest_memfd.c kvm_gmem_bind",
    intent: "ask for as little as will do while folios are single pages",
    does: "leaves every escape open once folios are large",
    text: `static bool page_aligned_and_inside(u64 offset, u64 size, loff_t i_size)
{
	u64 end;

	if (!PAGE_ALIGNED(offset) || check_add_overflow(offset, size, &end))
		return false;
	return end <= (u64)i_size;
}`,
  },
  {
    id: "ctz",
    kind: "bind",
    who: "Chao Peng",
    when: "2023-01-28",
    citation: mail("20230128140030.GB700688@chaop.bj.intel.com"),
    intent: "the offset shall be at least as aligned as the guest address",
    does: "refuses QEMU's slot above 4 GiB; offset 0 always passes, whatever the sizes",
    text: `static bool offset_at_least_as_aligned(u64 offset, u64 gpa)
{
	if (offset == 0)
		return true;	/* aligned to anything */
	if (gpa == 0)
		return false;
	return count_trailing_zeros(offset) >= count_trailing_zeros(gpa);
}`,
  },
  {
    id: "lowest_bit",
    kind: "bind",
    who: "Ackerley Tng",
    when: "2023-03-08",
    citation: mail("diqz5ybc3xsr.fsf@ackerleytng-cloudtop.c.googlers.com"),
    intent: "the same as ctz, without counting bits",
    does: "equals ctz under the two guards for 0 of the function replied to; bare, as here, gpa 0 accepts any offset and offset 0 needs gpa 0",
    text: `static bool lowest_bit_not_below(u64 offset, u64 gpa)
{
	u64 offset_bit = offset & -offset;
	u64 gpa_bit = gpa & -gpa;

	return offset_bit >= gpa_bit;
}`,
  },
  {
    id: "fls64",
    kind: "bind",
    who: "Chao Peng",
    when: "2023-03-08",
    citation: mail("20230308074026.GA2183207@chaop.bj.intel.com"),
    intent: "thought to be the same as ctz",
    does: "compares the highest bits, which is magnitude and not alignment: takes offset 3M at gpa 2M",
    text: `static bool highest_bit_not_below(u64 offset, u64 gpa)
{
	if (offset == 0)
		return true;
	if (gpa == 0)
		return false;
	return fls64(offset) >= fls64(gpa);
}`,
  },
  {
    id: "ffs64",
    kind: "bind",
    who: "Xiaoyao Li",
    when: "2023-03-24",
    citation: mail("6cf365a3-dddc-8b74-4d74-04666fbeb53d@intel.com"),
    intent: "catch the slip from ctz to fls64",
    does: "finds the right bit and keeps the other direction: takes offset 1M at gpa 2M",
    text: `static bool lowest_bit_not_above(u64 offset, u64 gpa)
{
	return ffs64(offset) <= ffs64(gpa);
}`,
  },
  {
    id: "gpa_no_less_aligned",
    kind: "bind",
    who: "Sean Christopherson",
    when: "2023-01-13",
    citation: mail("Y8HldeHBrw+OOZVm@google.com"),
    intent: "refuse a slot whose guest address is less aligned than its offset",
    does: "is the wrong way round, as its author said later: takes offset 1M at gpa 2M, refuses offset 0 at gpa 1G",
    text: `static int alignment(u64 address)
{
	return address ? __ffs64(address) : 64;
}

static bool gpa_no_less_aligned(u64 offset, u64 gpa)
{
	return alignment(gpa) >= alignment(offset);
}`,
  },
  {
    id: "ctz_levels",
    kind: "bind",
    who: "Isaku Yamahata",
    when: "2023-03-22",
    citation: mail("20230323004131.GA214881@ls.amr.corp.intel.com"),
    intent: "ask of the offset no more than the page sizes of x86 can use",
    does: "takes offset 2G at gpa 4G and still refuses 2.5G and 3.5G there; does not look at the size",
    text: `static int useful_shift(u64 gpa)
{
	int shift = count_trailing_zeros(gpa);

	if (shift >= PUD_SHIFT)
		return PUD_SHIFT;
	return shift >= PMD_SHIFT ? PMD_SHIFT : PAGE_SHIFT;
}

static bool offset_aligned_to_gpa_level(u64 offset, u64 gpa)
{
	if (offset == 0)
		return true;
	if (gpa == 0)
		return false;
	return count_trailing_zeros(offset) >= useful_shift(gpa);
}`,
  },
  {
    id: "size_level",
    kind: "bind",
    who: "Sean Christopherson",
    when: "2023-04-14",
    citation: mail("ZDnAuGKrCO2wgjlG@google.com"),
    intent: "the offset shall be aligned to the largest page that the slot's size allows",
    does: "ignores the guest address, so mappings still go wrong; refuses QEMU's slot at 1M",
    text: `static u64 largest_page_in(u64 size)
{
	if (size >= SZ_1G)
		return SZ_1G;
	return size >= SZ_2M ? SZ_2M : SZ_4K;
}

static bool offset_aligned_to_size_level(u64 offset, u64 size)
{
	return IS_ALIGNED(offset, largest_page_in(size));
}`,
  },
  {
    id: "size_level_capped",
    kind: "bind",
    who: "Ackerley Tng",
    when: "2023-04-18",
    citation: mail("diqz354w92x3.fsf@ackerleytng-cloudtop.c.googlers.com"),
    intent: "stay safe when the file's pages grow later, up to the largest of any filesystem",
    does: "a folio is rounded down by its own size, not by the lesser of the two: escapes once it is larger than the slot",
    text: `#define LARGEST_PAGE_OF_ANY_FS SZ_1G

static u64 largest_page_in(u64 size)
{
	u64 page = SZ_4K;

	if (size >= SZ_2M)
		page = SZ_2M;
	if (size >= SZ_1G)
		page = SZ_1G;
	return page;
}

static bool offset_aligned_to_lesser(u64 offset, u64 size)
{
	u64 page = min_t(u64, LARGEST_PAGE_OF_ANY_FS, largest_page_in(size));

	return offset % page == 0;
}`,
  },
  {
    id: "file_folio",
    kind: "bind",
    who: "Sean Christopherson",
    when: "2023-04-25",
    citation: mail("ZEhbsHqBapHtdrg7@google.com"),
    intent: "fix the page size when the file is made, and align to that",
    does: "no folio starts below the slot while the size stays; the end is not looked at",
    text: `static bool offset_aligned_to_folio(u64 offset, u64 folio_size)
{
	return IS_ALIGNED(offset, folio_size);
}`,
  },
  {
    id: "offset_and_size_2m",
    kind: "bind",
    who: "Sean Christopherson",
    when: "2023-07-18",
    citation: "RFC v11 and v12 of guest_memfd, kvm_gmem_bind",
    intent: "simplicity",
    does: "closes both ends for folios of up to 2M; the guest address is not looked at; refuses QEMU's low slots",
    text: `static bool offset_and_size_aligned(u64 offset, u64 size)
{
	return IS_ALIGNED(offset, PMD_SIZE) && IS_ALIGNED(size, PMD_SIZE);
}`,
  },
  {
    id: "offset_and_size_1g",
    kind: "bind",
    who: "Sean Christopherson",
    when: "2023-07-18",
    citation: "RFC v11 and v12 of guest_memfd, kvm_gmem_bind, were its page 1 GiB",
    intent: "the same for the largest page there is",
    does: "closes both ends for every folio of up to 1G; refuses most layouts",
    text: `static bool offset_and_size_aligned(u64 offset, u64 size)
{
	return IS_ALIGNED(offset, PUD_SIZE) && IS_ALIGNED(size, PUD_SIZE);
}`,
  },
  {
    id: "congruent_2m",
    kind: "bind",
    who: "Vishal Annapurve and Ackerley Tng",
    when: "2025-04-24",
    citation: mail("CAGtprH-Ana5A2hz_D+CQ0NYRVxfpR6e0Sojssym-UtUnYpOPqg@mail.gmail.com"),
    intent: "stop two guest pages from sharing one file page",
    does: "makes mappings of up to 2M right; allocations outside of the slot stay possible",
    text: `static bool congruent(u64 offset, u64 gpa)
{
	u64 mask = PMD_SIZE - 1;

	return (offset & mask) == (gpa & mask);
}`,
  },
  {
    id: "congruent_1g",
    kind: "bind",
    who: "Vishal Annapurve and Ackerley Tng",
    when: "2025-04-24",
    citation: mail("CAGtprH-Ana5A2hz_D+CQ0NYRVxfpR6e0Sojssym-UtUnYpOPqg@mail.gmail.com"),
    intent: "stop two guest pages from sharing one file page",
    does: "makes every mapping right; refuses offset 2.5G at gpa 4G; allocations outside stay possible",
    text: `static bool congruent(u64 offset, u64 gpa)
{
	u64 mask = PUD_SIZE - 1;

	return (offset & mask) == (gpa & mask);
}`,
  },
  {
    id: "congruent_mask_typo",
    kind: "bind",
    who: "Ackerley Tng",
    when: "2025-04-25",
    citation: mail("diqzwmb7yi67.fsf@ackerleytng-ctop.c.googlers.com"),
    intent: "as congruent_2m",
    does: "compares the number of the 2M block, not the place in it; Yan Zhao saw it on 2025-04-28",
    text: `static bool congruent(u64 offset, u64 gpa)
{
	u64 mask = ~(PMD_SIZE - 1);

	return (offset & mask) == (gpa & mask);
}`,
  },
  {
    id: "congruent_unit_typo",
    kind: "bind",
    who: "Ackerley Tng",
    when: "2025-04-25",
    citation: mail("diqzwmb7yi67.fsf@ackerleytng-ctop.c.googlers.com"),
    intent: "as congruent_2m",
    does: "compares pages with bytes; no remark on it is known",
    text: `static bool congruent(struct kvm_memory_slot *slot)
{
	u64 mask = PMD_SIZE - 1;

	return (slot->gmem.pgoff & mask) == (gfn_to_gpa(slot->base_gfn) & mask);
}`,
  },
  {
    id: "signed_end",
    kind: "bind",
    who: "Linux",
    when: `${SIGNED_END.first} to ${SIGNED_END.last}`,
    citation: `virt/kvm/guest_memfd.c kvm_gmem_bind; fixed in ${SIGNED_END.fixed}, commit ${SIGNED_END.commit}`,
    intent: "the slot shall lie inside the file",
    does: "the signed sum wraps: offset 0x7fffffffffffe000 with size 0x4000 lies in any file",
    text: `static bool inside_as_loff_t(loff_t offset, loff_t size, loff_t i_size)
{
	if (!PAGE_ALIGNED(offset) || offset < 0)
		return false;
	return !(offset + size > i_size);
}`,
  },
];
