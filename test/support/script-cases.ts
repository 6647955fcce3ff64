/** Findings to write scripts of, told as judge tells them: catalogue rules and pasted ones, every claim, every shape. */

import type { ClaimName } from "../../model/claim.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { MUST_ACCEPT } from "../../props/claims/controls.ts";
import { withMustAccept } from "../../props/judge/must-accept.ts";
import { openRulebook } from "../../props/judge/rulebook.ts";
import { tellCounterexample } from "../../props/judge/finding.ts";
import type { Rules } from "../../sim/world.ts";
import { worldOf } from "../../sim/world.ts";
import type { Counterexample } from "../../sim/counterexample.ts";
import { idOf } from "../../sim/counterexample.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../../sim/op.ts";
import type { Setting } from "../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import type { Trace } from "../../sim/trace.ts";
import { run } from "../../sim/trace.ts";

const book = await openRulebook();

export function pasted(text: string, id: string, kind: RuleKind): Rule {
  const parsed = book.parse(text, { id, kind });
  if (!parsed.ok) throw new Error(parsed.error.message);
  const [rule] = parsed.rules;
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

export function found(
  claim: ClaimName,
  rule: Rule | string,
  ops: readonly Op[],
  setting: Partial<Setting> = {},
): Counterexample {
  const judged = typeof rule === "string" ? book.byId(rule) : rule;
  const whole: Setting = { ...DEFAULT_SETTING, ...setting };
  const { byId } = withMustAccept(book, whole);
  const rules = {
    ...(whole.must_accept !== undefined && { must: byId(MUST_ACCEPT) }),
    bind: book.byId(whole.bind_rule),
    map: book.byId(whole.map_rule),
    level: book.byId(whole.level_rule),
    [judged.kind]: judged,
  };
  return tellCounterexample(judged, claim, rules, whole, ops, byId);
}

/** The same finding after a longer story: idle ops, so that the scripts' models are tried on every kind of op. */
function retold(ce: Counterexample, before: readonly Op[]): Counterexample {
  const ops = [...before, ...ce.ops];
  const told = (rules: Rules): Trace => run(worldOf(rules, ce.setting).world, ops);
  return {
    ...ce,
    id: idOf(ops),
    ops,
    trace: told(ce.rules),
    violation: { ...ce.violation, at: ops.length - 1 },
    control: { ...ce.control, trace: told({ ...ce.rules, [ce.rule.kind]: ce.control.rule }) },
  };
}

const OF_STRUCT = `/* as in the mail */
static bool kvm_check_offset(const struct kvm_userspace_memory_region2 *mem,
			     struct kvm *kvm)
{
	const u64 granule = mem->memory_size >= SZ_1G ? SZ_1G :
			    mem->memory_size >= SZ_2M ? SZ_2M : PAGE_SIZE;

	if (!PAGE_ALIGNED(mem->guest_memfd_offset) || !mem->memory_size)
		return false;
	return IS_ALIGNED(mem->guest_memfd_offset, granule);
}`;

const BODY = `if (!offset)
	return true;
return __ffs64(offset) >= ilog2(SZ_4K);`;

const ERRNO_FUNCTION = `static int kvm_check_gmem(struct kvm *kvm, struct kvm_memory_slot *slot,
			  unsigned int fd, loff_t offset)
{
	int r = -EINVAL;

	if (offset & (SZ_4K - 1))
		return r;
	return offset < 0 ? -E2BIG : 0;
}`;

const HELPERS = `static bool f(struct inode *inode, struct folio *folio, struct hstate *h, struct page *page, u64 offset)
{
	if (i_size_read(inode) < 0 || !folio_size(folio) || !huge_page_size(h) || !folio_nr_pages(folio))
		return false;
	return folio_order(folio) >= 0 && huge_page_order(h) < 64 && thp_order(page) < 64 && compound_order(page) < 64 &&
	       PAGE_ALIGNED(offset);
}`;

/** Functions of the names that the program has for its own. */
const TAKEN = `static bool report(u64 x)
{
	return PAGE_ALIGNED(x);
}

static bool skip(u64 offset, u64 gpa)
{
	return report(offset) && report(gpa);
}`;

const FINDER = `static bool kvm_gmem_ok(struct kvm *kvm, struct kvm_memory_slot *slot, struct file *file, loff_t offset)
{
	struct inode *inode = file_inode(file);

	return slot && slot->base_gfn + slot->npages == offset >> PAGE_SHIFT && i_size_read(inode) > offset;
}`;

const LIMITS = `static noinline __maybe_unused bool kvm_check_of_every_type_and_limit(u64 offset)
{
	bool a = offset;	/* more than 0 */
	u8 b = 1;
	s8 c = 2;
	u16 d = 3;
	s16 e = 4;
	u32 f = 5;
	s32 g = 6;
	s64 i = 8;
	uint8_t j = b;
	int16_t k = e;
	size_t l = offset;
	ssize_t m = i;
	loff_t n = i;
	off_t o = 1;
	ushort p = d;
	uint q = f;
	ulong r = offset;
	u_int32_t s = 9;
	uintptr_t t = 10;
	__u16 u = 11;

	if (offset == INT_MAX || offset == UINT_MAX || offset == LONG_MAX || offset == ULLONG_MAX)
		return false;
	if (offset + INT_MIN == 1 || offset + LONG_MIN == 1 || offset == SIZE_MAX || offset == ULONG_MAX)
		return false;
	if (offset == U8_MAX || offset == S16_MAX || offset == U32_MAX || offset == S64_MAX || offset == U64_MAX)
		return false;
	if (offset + S32_MIN == 1 || offset + S64_MIN == 1 || offset == SZ_2G || offset == SZ_4G || offset == SZ_1T)
		return false;
	return a + b + c + d + e + f + g + i + j + k + l + m + n + o + p + q + r + s + t + u != PG_LEVEL_NONE + SZ_2K;
}`;

const WHOLE = `static bool kvm_gmem_ok(struct kvm *kvm, struct kvm_memory_slot *slot, loff_t offset)
{
	lockdep_assert_held(&kvm->slots_lock);

	if (IS_ERR(kvm))
		return PTR_ERR(kvm);
	if (KVM_BUG_ON(!slot, kvm) || WARN_ONCE(offset < 0, "offset %lld", offset))
		return false;
	pr_debug("%s: %llx", __func__, slot->base_gfn);
	return PAGE_ALIGNED(offset);
}`;

const CONSTANTS = `enum gmem_level { GMEM_4K = 1, GMEM_2M };
static const u64 gmem_mask = (1UL << (12 + 9 * (GMEM_4K - 1))) - 1;
static const u64 unused = GMEM_2M;

static bool gmem_ok(u64 offset)
{
	return !(offset & gmem_mask);
}`;

const JUMPS = `static int kvm_check_order(u64 offset, u64 size)
{
	int r = -EINVAL;
	u64 end;

	if (check_add_overflow(offset, size, &end))
		goto out;

	switch (size) {
	case SZ_1G:
		if (!IS_ALIGNED(offset, SZ_4K))
			break;
		fallthrough;
	case SZ_4K:
		r = 0;
		break;
	default:
		goto out;
	}
out:
	return r;
}`;

const NESTED = `#define SMALL PAGE_SHIFT

static __always_inline bool fits(struct kvm_memory_slot *slot, gfn_t gfn, int level)
{
	return slot->npages >= KVM_PAGES_PER_HPAGE(level);
}

static bool may_map(struct kvm_page_fault *fault)
{
	return fault->goal_level > 1 && SMALL == 12 &&
	       fits(fault->slot, fault->gfn, fault->goal_level);
}`;

const SHIFTED = bind({ base_gfn: 256, npages: 768, ugfn: 256 });

/** The plainest ops there are: a slot that does not start where its folio does. */
const BELOW: readonly Op[] = [bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0)];

export const CASES: Readonly<Record<string, Counterexample>> = {
  below: found("folio_starts_in_slot", "fls64", [bind({ base_gfn: 1, npages: 1, pgoff: 1 }), setOrder(9), fault(1)]),
  past: found("folio_ends_in_slot", "ctz_levels", [bind({ npages: 1 }), setOrder(9), fault(0)]),
  seed_1g: found("folio_starts_in_slot", "lowest_bit", [bind({ npages: 2 ** 18, pgoff: 4 }), setOrder(18), fault(4)]),
  past_1g: found("folio_ends_in_slot", "offset_and_size_2m", [bind({ npages: 512 }), setOrder(18), fault(0)]),
  expression: found("folio_starts_in_slot", pasted("fls64(offset) >= fls64(gpa);", "expression", "bind"), BELOW),
  struct: found("folio_starts_in_slot", pasted(OF_STRUCT, "kvm_check_offset", "bind"), BELOW),
  body: found("folio_starts_in_slot", pasted(BODY, "pasted body", "bind"), BELOW),
  errno_function: found("folio_starts_in_slot", pasted(ERRNO_FUNCTION, "kvm_check_gmem", "bind"), BELOW),
  errno_body: found(
    "folio_starts_in_slot",
    pasted("if (!PAGE_ALIGNED(offset))\n\treturn -EINVAL;", "piece", "bind"),
    BELOW,
  ),
  limits: found("folio_starts_in_slot", pasted(LIMITS, "kvm_check_of_every_type_and_limit", "bind"), BELOW),
  finder: found("folio_starts_in_slot", pasted(FINDER, "kvm_gmem_ok", "bind"), BELOW),
  finder_body: found("folio_starts_in_slot", pasted("return slot->npages == 1;", "piece", "bind"), BELOW),
  never: found("folio_starts_in_slot", "none", [setOrder(18), bind({ npages: 1, pgoff: 1 }), fault(0)], {
    resize: "never",
  }),
  /** The file's order at the bind is neither its first nor its last, and the check refuses one of the slots. */
  resized: retold(
    found("folio_starts_in_slot", "file_folio", [bind({ slot: 2, npages: 512, pgoff: 512 }), setOrder(18), fault(0)]),
    [
      bind({ slot: 1, base_gfn: 2 ** 21, npages: 1, pgoff: 8 }),
      setOrder(9),
      bind({ slot: 3, base_gfn: 2 ** 20, npages: 1, pgoff: 3 }),
    ],
  ),
  helpers: found("folio_starts_in_slot", pasted(HELPERS, "f", "bind"), BELOW),
  always: found("folio_starts_in_slot", pasted("true", "always", "bind"), BELOW),
  host_address: found("folio_starts_in_slot", pasted("!userspace_addr || hva != SZ_4K", "host", "bind"), BELOW),
  taken: found("folio_starts_in_slot", pasted(TAKEN, "skip", "bind"), BELOW),
  /** Called as a rule of the catalogue is, and no more. */
  namesake: found("folio_starts_in_slot", pasted("IS_ALIGNED(offset, SZ_4K)", "ctz", "bind"), BELOW),
  named: found("folio_starts_in_slot", pasted("IS_ALIGNED(offset, SZ_4K)", "a check: no. 2 & 3", "bind"), BELOW),
  pointers: found(
    "folio_starts_in_slot",
    pasted(
      "if (!slot || !kvm || file == NULL)\n\treturn -EINVAL;\n\nif (slot->npages == 3 || offset & (PAGE_SIZE - 1))\n\treturn -EINVAL;",
      "piece",
      "bind",
    ),
    BELOW,
  ),
  errno_expression: found("folio_starts_in_slot", pasted("size ? 0 : -EINVAL", "answer", "bind"), BELOW),
  jumps: found("folio_starts_in_slot", pasted(JUMPS, "kvm_check_order", "bind"), BELOW),
  whole: found("folio_starts_in_slot", pasted(WHOLE, "kvm_gmem_ok", "bind"), BELOW),
  constants: found("folio_starts_in_slot", pasted(CONSTANTS, "gmem_ok", "bind"), BELOW),
  members: found(
    "folio_ends_in_slot",
    pasted("slot->gmem.pgoff == 0 && mem->memory_size > i_size - i_size", "members", "bind"),
    [bind({ npages: 1 }), setOrder(9), fault(0)],
  ),
  file_folio: found("folio_starts_in_slot", "file_folio", BELOW, {
    orders: [0, 9],
  }),
  before_bind: found(
    "folio_starts_in_slot",
    "ffs64",
    [setOrder(9), bind({ base_gfn: 1, npages: 1, pgoff: 1 }), fault(1)],
    {
      orders: [0, 9],
      resize: "before-bind",
    },
  ),
  neighbour: found("folio_avoids_other_slots", "ffs64", [
    bind({ base_gfn: 4, npages: 4, pgoff: 4 }),
    bind({ slot: 1, npages: 4 }),
    setOrder(9),
    fault(4),
  ]),
  story: retold(
    found("folio_starts_in_slot", "ffs64", [bind({ base_gfn: 1, npages: 1, pgoff: 1 }), setOrder(9), fault(1)]),
    [
      bind({ slot: 3, base_gfn: 4096, npages: 512, pgoff: 2 }),
      fault(4096),
      unbind(7),
      bind({ slot: 4, base_gfn: 4097, npages: 1, pgoff: 4096 }),
      bind({ slot: 4, base_gfn: 8192, npages: 1, pgoff: 3 }),
      punchHole(0, 8),
      unbind(3),
      setISize(2 ** 18),
      fault(3),
    ],
  ),
  one_vm: found("mapping_starts_in_binding", "add_offset", [
    bind({ vm: 1, npages: 512, pgoff: 256, ugfn: 256 }),
    setOrder(9),
    fault(0, 1),
  ]),
  two_vms: found("folio_avoids_other_slots", "none", [
    bind({ npages: 1, pgoff: 1 }),
    bind({ vm: 1, npages: 1 }),
    setOrder(9),
    fault(0, 1),
  ]),
  large_first: found("folio_ends_in_slot", "none", [bind({ npages: 1 }), fault(0)], {
    orders: [9, 18],
    resize: "never",
  }),
  shrunk: retold(found("folio_ends_in_slot", "none", [bind({ npages: 1 }), setOrder(9), fault(0)]), [
    setISize(2 ** 18 + 512),
    setISize(2 ** 18),
  ]),
  punched: retold(found("folio_ends_in_slot", "none", [bind({ npages: 1 }), setOrder(9), fault(0)]), [punchHole(0, 8)]),
  /** The same slot in both: what one VM deletes stays in the other. */
  two_vms_delete: retold(
    found("folio_avoids_other_slots", "none", [
      bind({ npages: 1, pgoff: 1 }),
      bind({ vm: 1, npages: 1 }),
      setOrder(9),
      fault(0, 1),
    ]),
    [
      bind({ slot: 2, base_gfn: 64, npages: 1, pgoff: 4096 }),
      bind({ vm: 1, slot: 2, base_gfn: 64, npages: 1, pgoff: 4097 }),
      unbind(2, 1),
    ],
  ),
  translate: found("mapping_translates", "size_level", [SHIFTED, setOrder(9), fault(512)]),
  map_rule: found("mapping_starts_in_binding", "round_up_contained", [
    bind({ npages: 513, pgoff: 511 }),
    setOrder(9),
    fault(0),
  ]),
  map_ends: found("mapping_ends_in_binding", "folio_order", [bind({ npages: 512, pgoff: 1 }), setOrder(9), fault(511)]),
  nested: found("mapping_translates", pasted(NESTED, "may_map", "map"), [SHIFTED, setOrder(9), fault(512)]),
  level_rule: found("mapping_translates", "or_offset", [SHIFTED, setOrder(9), fault(512)]),
  level_1g: found("mapping_translates", "stock", [bind({ npages: 2 ** 18, pgoff: 1 }), setOrder(18), fault(0)], {
    orders: [0, 18],
  }),
  past_the_file: found("binding_in_file", "signed_end", [bind({ npages: 1, pgoff: 2 ** 51 - 1 })]),
  past_a_small_file: found("binding_in_file", pasted("offset + size <= SZ_1G", "small", "bind"), [
    setISize(0),
    bind({ npages: 1 }),
  ]),
  past_by_folio: found(
    "binding_in_file",
    pasted("folio_size == SZ_2M ? userspace_addr : offset + size <= i_size", "by_folio", "bind"),
    [setOrder(9), bind({ npages: 1, pgoff: 2 ** 51 - 1, ugfn: 1 })],
  ),
  must_take: found("accepts", "ctz", [bind({ base_gfn: 2, npages: 1, pgoff: 1 })], { must_accept: "size == SZ_4K" }),
  must_take_sized: found(
    "accepts",
    pasted("size >> (offset >> 58) < SZ_2M || i_size", "sized", "bind"),
    [setISize(0), bind({ npages: 512 })],
    { must_accept: "IS_ALIGNED(size, SZ_2M)" },
  ),
};

/** The cases whose every file is kept whole. */
export const GOLDEN: ReadonlySet<string> = new Set(["below", "seed_1g", "neighbour", "translate"]);
