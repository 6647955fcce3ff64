/**
 * The kernel's helpers as a C program that stands alone can have them: our own small macros and inlines, with the
 * argument and result types of the kernel's. Only those that a rule uses are written out.
 */

import { isWithoutEffect } from "../../c/lower/effects.ts";

interface Helper {
  readonly code: string;
  /** Names of other helpers and constants that it uses. */
  readonly needs?: string;
}

/** A macro of one expression. */
const macro = (head: string, body: string, needs?: string): Helper => ({
  code: `#define ${head} ${body}`,
  ...(needs !== undefined && { needs }),
});

/** `static inline type name(type x) { return …; }` */
const inline = (type: string, head: string, body: string, needs?: string): Helper => ({
  code: `static inline ${type} ${head}\n{\n\treturn ${body};\n}`,
  ...(needs !== undefined && { needs }),
});

/** Undefined for 0, which the program must say instead of running into. */
const unlessZero = (type: string, name: string, takes: string, body: string): Helper => ({
  code: `static inline ${type} ${name}(${takes} x)\n{\n\tif (!x)\n\t\treturn undefined("${name}(0) is undefined");\n\treturn ${body};\n}`,
});

const same = (name: string, as: string): Helper => macro(`${name}(x)`, `${as}(x)`, as);

const ALIGN: Readonly<Record<string, Helper>> = {
  IS_ALIGNED: macro("IS_ALIGNED(x, a)", "(!((x) & ((__typeof__(x))(a) - 1)))"),
  ALIGN: macro("ALIGN(x, a)", "(((x) + ((__typeof__(x))(a) - 1)) & ~((__typeof__(x))(a) - 1))"),
  ALIGN_DOWN: macro("ALIGN_DOWN(x, a)", "ALIGN((x) - ((a) - 1), a)", "ALIGN"),
  PAGE_ALIGNED: macro("PAGE_ALIGNED(x)", "IS_ALIGNED((u64)(x), PAGE_SIZE)", "IS_ALIGNED PAGE_SIZE"),
  PAGE_ALIGN: macro("PAGE_ALIGN(x)", "ALIGN(x, PAGE_SIZE)", "ALIGN PAGE_SIZE"),
  PAGE_ALIGN_DOWN: macro("PAGE_ALIGN_DOWN(x)", "((x) & ~(PAGE_SIZE - 1))", "PAGE_SIZE"),
  offset_in_page: macro("offset_in_page(x)", "((u64)(x) & (PAGE_SIZE - 1))", "PAGE_SIZE"),
  round_up: macro("round_up(x, y)", "((((x) - 1) | (__typeof__(x))((y) - 1)) + 1)"),
  round_down: macro("round_down(x, y)", "((x) & ~(__typeof__(x))((y) - 1))"),
  roundup: macro("roundup(x, y)", "((((x) + ((y) - 1)) / (y)) * (y))"),
  rounddown: macro("rounddown(x, y)", "({ __typeof__(x) x_ = (x); x_ - x_ % (y); })"),
  DIV_ROUND_UP: macro("DIV_ROUND_UP(n, d)", "(((n) + (d) - 1) / (d))"),
  div_u64: inline("u64", "div_u64(u64 n, u32 d)", "n / d"),
  div64_u64: inline("u64", "div64_u64(u64 n, u64 d)", "n / d"),
  div64_ul: inline("u64", "div64_ul(u64 n, unsigned long d)", "n / d"),
  PFN_DOWN: macro("PFN_DOWN(x)", "((x) >> PAGE_SHIFT)", "PAGE_SHIFT"),
  PFN_UP: macro("PFN_UP(x)", "(((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)", "PAGE_SIZE PAGE_SHIFT"),
  PFN_PHYS: macro("PFN_PHYS(x)", "((u64)(x) << PAGE_SHIFT)", "PAGE_SHIFT"),
  PHYS_PFN: macro("PHYS_PFN(x)", "((u64)((x) >> PAGE_SHIFT))", "PAGE_SHIFT"),
  gpa_to_gfn: inline("u64", "gpa_to_gfn(u64 gpa)", "gpa >> PAGE_SHIFT", "PAGE_SHIFT"),
  gfn_to_gpa: inline("u64", "gfn_to_gpa(u64 gfn)", "gfn << PAGE_SHIFT", "PAGE_SHIFT"),
  KVM_HPAGE_GFN_SHIFT: macro("KVM_HPAGE_GFN_SHIFT(level)", "(((level) - 1) * 9)"),
  KVM_HPAGE_SHIFT: macro(
    "KVM_HPAGE_SHIFT(level)",
    "(PAGE_SHIFT + KVM_HPAGE_GFN_SHIFT(level))",
    "PAGE_SHIFT KVM_HPAGE_GFN_SHIFT",
  ),
  KVM_HPAGE_SIZE: macro("KVM_HPAGE_SIZE(level)", "(1UL << KVM_HPAGE_SHIFT(level))", "KVM_HPAGE_SHIFT"),
  KVM_HPAGE_MASK: macro("KVM_HPAGE_MASK(level)", "(~(KVM_HPAGE_SIZE(level) - 1))", "KVM_HPAGE_SIZE"),
  KVM_PAGES_PER_HPAGE: macro(
    "KVM_PAGES_PER_HPAGE(level)",
    "(1UL << KVM_HPAGE_GFN_SHIFT(level))",
    "KVM_HPAGE_GFN_SHIFT",
  ),
  gfn_round_for_level: inline(
    "u64",
    "gfn_round_for_level(u64 gfn, int level)",
    "gfn & -KVM_PAGES_PER_HPAGE(level)",
    "KVM_PAGES_PER_HPAGE",
  ),
  // Of 32-bit arguments it wraps at 32 bits.
  in_range: macro(
    "in_range(x, start, n)",
    "((sizeof(x) | sizeof(start) | sizeof(n)) <= 4 ? (u32)(x) - (u32)(start) < (u32)(n) : (u64)(x) - (u64)(start) < (u64)(n))",
    "u32 u64",
  ),
};

const BITS: Readonly<Record<string, Helper>> = {
  fls: inline("int", "fls(unsigned int x)", "x ? 32 - __builtin_clz(x) : 0"),
  fls64: inline("int", "fls64(u64 x)", "x ? 64 - __builtin_clzll(x) : 0"),
  fls_long: inline("unsigned int", "fls_long(unsigned long x)", "x ? 64 - __builtin_clzl(x) : 0"),
  ffs: macro("ffs(x)", "__builtin_ffs(x)"),
  ffs64: inline("int", "ffs64(u64 x)", "__builtin_ffsll(x)"),
  hweight8: inline("unsigned int", "hweight8(u8 x)", "__builtin_popcount(x)"),
  hweight16: inline("unsigned int", "hweight16(u16 x)", "__builtin_popcount(x)"),
  hweight32: inline("unsigned int", "hweight32(u32 x)", "__builtin_popcount(x)"),
  hweight64: inline("unsigned long", "hweight64(u64 x)", "__builtin_popcountll(x)"),
  hweight_long: inline("unsigned long", "hweight_long(unsigned long x)", "__builtin_popcountl(x)"),
  __fls: unlessZero("unsigned long", "__fls", "unsigned long", "63 - __builtin_clzl(x)"),
  __ffs: unlessZero("unsigned long", "__ffs", "unsigned long", "__builtin_ctzl(x)"),
  __ffs64: unlessZero("unsigned int", "__ffs64", "u64", "__builtin_ctzll(x)"),
  ctz64: unlessZero("int", "ctz64", "u64", "__builtin_ctzll(x)"),
  count_trailing_zeros: inline("int", "count_trailing_zeros(unsigned long x)", "__builtin_ffsl(x) - 1"),
  count_leading_zeros: inline("int", "count_leading_zeros(unsigned long x)", "x ? __builtin_clzl(x) : 64"),
  ilog2: macro("ilog2(x)", "(sizeof(x) > 4 ? log2_of(x) : log2_of((u32)(x)))", "log2_of"),
  log2_of: {
    code: unlessZero("int", "log2_of", "u64", "63 - __builtin_clzll(x)").code.replace("log2_of(0) is", "ilog2(0) is"),
  },
  order_base_2: inline("int", "order_base_2(u64 x)", "x > 1 ? 64 - __builtin_clzll(x - 1) : 0"),
  is_power_of_2: inline("bool", "is_power_of_2(unsigned long x)", "x && !(x & (x - 1))"),
  rounddown_pow_of_two: unlessZero(
    "unsigned long",
    "rounddown_pow_of_two",
    "unsigned long",
    "1UL << (63 - __builtin_clzl(x))",
  ),
  roundup_pow_of_two: {
    code:
      "static inline unsigned long roundup_pow_of_two(unsigned long x)\n{\n\tif (!x || x > 1UL << 63)\n" +
      '\t\treturn undefined("roundup_pow_of_two of 0, or of more than 1 << 63, is undefined");\n' +
      "\treturn x == 1 ? 1 : 1UL << (64 - __builtin_clzl(x - 1));\n}",
  },
  get_order: {
    code:
      "static inline int get_order(unsigned long x)\n{\n\tunsigned long last = (x - 1) >> PAGE_SHIFT;\n\n" +
      "\treturn last ? 64 - __builtin_clzl(last) : 0;\n}",
    needs: "PAGE_SHIFT",
  },
  BIT: macro("BIT(n)", "(1UL << (n))"),
  BIT_ULL: macro("BIT_ULL(n)", "(1ULL << (n))"),
  GENMASK: macro("GENMASK(h, l)", "((~0UL << (l)) & (~0UL >> (63 - (h))))"),
  GENMASK_ULL: macro("GENMASK_ULL(h, l)", "((~0ULL << (l)) & (~0ULL >> (63 - (h))))"),
  lower_32_bits: macro("lower_32_bits(x)", "((u32)(x))"),
  upper_32_bits: macro("upper_32_bits(x)", "((u32)((u64)(x) >> 32))"),
  abs: macro(
    "abs(x)",
    "({ __typeof__(__builtin_choose_expr(sizeof(x) == 8, 0LL, __builtin_choose_expr(sizeof(x) == 4, 0, " +
      "__builtin_choose_expr(sizeof(x) == 2, (short)0, (signed char)0)))) n_ = (x); n_ < 0 ? -n_ : n_; })",
  ),
};

const pick = (name: string, sign: string): Helper =>
  macro(`${name}(a, b)`, `({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ ${sign} b_ ? a_ : b_; })`);
const pickTyped = (name: string, sign: string): Helper =>
  macro(`${name}(type, a, b)`, `({ type a_ = (a), b_ = (b); a_ ${sign} b_ ? a_ : b_; })`);
/** Takes no input as an argument. The value does not depend on whose it is: there is one file and one slot at a time. */
const reads = (head: string, value: string, needs?: string): Helper => macro(head, `(asked_now.${value})`, needs);

const OTHER: Readonly<Record<string, Helper>> = {
  min: pick("min", "<"),
  max: pick("max", ">"),
  min3: macro("min3(a, b, c)", "min(min(a, b), c)", "min"),
  max3: macro("max3(a, b, c)", "max(max(a, b), c)", "max"),
  min_t: pickTyped("min_t", "<"),
  max_t: pickTyped("max_t", ">"),
  umin: macro("umin(a, b)", "min((a) + 0u + 0ul, (b) + 0u + 0ul)", "min"),
  umax: macro("umax(a, b)", "max((a) + 0u + 0ul, (b) + 0u + 0ul)", "max"),
  clamp: macro(
    "clamp(x, lo, hi)",
    "({ __typeof__(x) x_ = (x); __typeof__(lo) lo_ = (lo); __typeof__(hi) hi_ = (hi); " +
      "x_ >= hi_ ? hi_ : x_ <= lo_ ? lo_ : x_; })",
  ),
  clamp_val: macro("clamp_val(x, lo, hi)", "clamp_t(__typeof__(x), x, lo, hi)", "clamp_t"),
  clamp_t: macro(
    "clamp_t(type, x, lo, hi)",
    "({ type x_ = (x), lo_ = (lo), hi_ = (hi); x_ >= hi_ ? hi_ : x_ <= lo_ ? lo_ : x_; })",
  ),
  min_not_zero: macro("min_not_zero(a, b)", "((a) == 0 ? (b) : (b) == 0 ? (a) : min(a, b))", "min"),
  check_add_overflow: macro("check_add_overflow(a, b, d)", "__builtin_add_overflow(a, b, d)"),
  check_sub_overflow: macro("check_sub_overflow(a, b, d)", "__builtin_sub_overflow(a, b, d)"),
  check_mul_overflow: macro("check_mul_overflow(a, b, d)", "__builtin_mul_overflow(a, b, d)"),
  likely: macro("likely(x)", "(!!(x))"),
  unlikely: macro("unlikely(x)", "(!!(x))"),
  WARN_ON: macro("WARN_ON(x)", "(!!(x))"),
  WARN_ON_ONCE: macro("WARN_ON_ONCE(x)", "(!!(x))"),
  WARN: macro("WARN(x, ...)", "(!!(x))"),
  WARN_ONCE: macro("WARN_ONCE(x, ...)", "(!!(x))"),
  KVM_BUG_ON: macro("KVM_BUG_ON(x, kvm)", "(!!(x))"),
  IS_ERR: macro("IS_ERR(x)", "((unsigned long)(x) >= -4095UL)"),
  IS_ERR_OR_NULL: macro("IS_ERR_OR_NULL(x)", "((unsigned long)(x) - 1 >= -4096UL)"),
  PTR_ERR: macro("PTR_ERR(x)", "((long)(x))"),
  READ_ONCE: macro("READ_ONCE(x)", "(x)"),
  UL: macro("UL(x)", "((unsigned long)(x))"),
  ULL: macro("ULL(x)", "((unsigned long long)(x))"),
  i_size_read: reads("i_size_read(inode)", "i_size"),
  folio_size: reads("folio_size(folio)", "folio_size"),
  huge_page_size: reads("huge_page_size(h)", "folio_size"),
  folio_order: reads("folio_order(folio)", "folio_order"),
  huge_page_order: same("huge_page_order", "folio_order"),
  thp_order: same("thp_order", "folio_order"),
  compound_order: same("compound_order", "folio_order"),
  folio_nr_pages: macro("folio_nr_pages(folio)", "(asked_now.folio_size >> 12)"),
  kvm_gmem_get_index: macro("kvm_gmem_get_index(slot, gfn)", "((u64)(gfn) - asked_now.base_gfn + asked_now.pgoff)"),
};

const HELPERS: Readonly<Record<string, Helper>> = { ...ALIGN, ...BITS, ...OTHER };

const isHelper = (word: string): boolean => Object.hasOwn(HELPERS, word) || isWithoutEffect(word);
const helperOf = (word: string): Helper | undefined =>
  Object.hasOwn(HELPERS, word) ? HELPERS[word] : isWithoutEffect(word) ? macro(`${word}(...)`, "((void)0)") : undefined;

/** The helpers among these words with all the helpers that they need, callees first. */
export function helpersFor(words: ReadonlySet<string>): readonly string[] {
  const code = new Map<string, string>();
  const add = (name: string): void => {
    const helper = helperOf(name);
    // What is no helper is a constant.
    if (helper === undefined || code.has(name)) return;
    for (const each of (helper.needs ?? "").split(" ").filter((need) => need !== "")) add(each);
    code.set(name, helper.code);
  };
  for (const word of words) if (isHelper(word)) add(word);
  return [...code.values()];
}
