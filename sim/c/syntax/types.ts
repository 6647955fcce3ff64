/** What C type names mean on a 64-bit kernel. long long and long are one type here: they differ in name only. */

import type { IntType } from "../../../model/rule/int-type.ts";
import { fail, type Place } from "./fail.ts";

const NAMES: Readonly<Record<IntType, string>> = {
  bool: "bool _Bool",
  u8: "u8 __u8 uint8_t u_int8_t",
  s8: "s8 __s8 int8_t",
  u16: "u16 __u16 uint16_t u_int16_t ushort umode_t",
  s16: "s16 __s16 int16_t",
  u32: "u32 __u32 uint32_t u_int32_t uint gfp_t",
  s32: "s32 __s32 int32_t",
  u64: "u64 __u64 uint64_t u_int64_t ulong size_t uintptr_t pgoff_t gfn_t gpa_t gva_t hva_t hfn_t hpa_t kvm_pfn_t phys_addr_t dma_addr_t resource_size_t sector_t",
  s64: "s64 __s64 int64_t ssize_t intptr_t ptrdiff_t loff_t off_t",
};

export const TYPE_NAMES: ReadonlyMap<string, IntType> = new Map(
  // Object.entries forgets that the keys are integer types.
  (["bool", "u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64"] as const).flatMap((type) =>
    NAMES[type].split(" ").map((name) => [name, type] as const),
  ),
);

/** Words that make up a type of several words: unsigned long long. */
export const TYPE_WORDS: ReadonlySet<string> = new Set(["unsigned", "signed", "long", "short", "int", "char"]);

/** Words that say nothing about a value. */
export const IGNORED_WORDS: ReadonlySet<string> = new Set(
  "static inline extern const volatile register auto noinline __inline __inline__ __always_inline __maybe_unused __unused __must_check __init __exit __cold __pure __attribute_const__ __used __weak __no_sanitize_address noinline_for_stack notrace asmlinkage __user __kernel __force __bitwise __read_mostly __ro_after_init __initdata __initconst __exitdata __meminit __meminitdata __ref __refdata __rcu __percpu __iomem __cacheline_aligned __cacheline_aligned_in_smp ____cacheline_aligned ____cacheline_aligned_in_smp __packed __randomize_layout __visible __sched nokprobe_inline fallthrough".split(
    " ",
  ),
);

export function typeOfWords(words: readonly string[], place: Place): IntType {
  const count = (word: string): number => words.filter((each) => each === word).length;
  const unsigned = count("unsigned") > 0;
  if (count("unsigned") + count("signed") > 1 || count("long") > 2 || (count("long") > 0 && count("short") > 0)) {
    fail(place, `'${words.join(" ")}' is no type`);
  }
  // Since 6.2 the kernel is built with -funsigned-char.
  if (count("char") > 0) return count("signed") > 0 ? "s8" : "u8";
  if (count("short") > 0) return unsigned ? "u16" : "s16";
  if (count("long") > 0) return unsigned ? "u64" : "s64";
  return unsigned ? "u32" : "s32";
}
