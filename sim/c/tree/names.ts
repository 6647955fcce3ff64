/** Names a kernel developer writes for what a rule may read, and for constants. */

import { pmdOrder } from "../../../model/arch.ts";
import type { Arch } from "../../../model/arch.ts";
import type { Expr } from "../../../model/rule/tree.ts";
import { binary, constant, convert, divide, int, intrinsic } from "./build.ts";
import type { Place } from "../syntax/fail.ts";
import type { ReadableName } from "./readable.ts";
import { parameter, type RuleScope } from "./scope.ts";

const ALIASES: Readonly<Record<ReadableName, string>> = {
  offset:
    "offset guest_memfd_offset gmem_offset restricted_offset restrictedmem_offset private_offset memfd_offset fd_offset off",
  gpa: "gpa guest_phys_addr",
  size: "size memory_size slot_size",
  userspace_addr: "userspace_addr hva uaddr",
  base_gfn: "base_gfn",
  pgoff: "pgoff gmem_pgoff",
  npages: "npages",
  folio_size: "folio_size",
  i_size: "i_size",
  gfn: "gfn",
  index: "index",
  order: "order",
  nr_pages: "nr_pages",
  ugfn: "ugfn",
  folio_order: "folio_order",
  level: "level",
};

const split = (aliases: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(aliases).flatMap(([name, words]) => words.split(" ").map((word): [string, string] => [word, name]));

const isReadable = (name: string): name is ReadableName => Object.hasOwn(ALIASES, name);
const readable = (aliases: Readonly<Record<string, string>>): ReadonlyMap<string, ReadableName> =>
  new Map(split(aliases).flatMap(([word, name]) => (isReadable(name) ? [[word, name] as const] : [])));

export const VARIABLES = readable(ALIASES);
const NO_VARIABLES: typeof VARIABLES = new Map();
/** In a contract a name is nothing but the text's own. */
export const variables = ({ isContract }: Pick<RuleScope, "isContract">): typeof VARIABLES =>
  isContract ? NO_VARIABLES : VARIABLES;

/** By the last member of an access: mem->memory_size, fault->slot->base_gfn, slot->gmem.pgoff. */
export const MEMBERS = readable({
  offset: "guest_memfd_offset gmem_offset restricted_offset restrictedmem_offset private_offset",
  gpa: "guest_phys_addr gpa addr",
  size: "memory_size",
  userspace_addr: "userspace_addr hva",
  base_gfn: "base_gfn",
  pgoff: "pgoff",
  npages: "npages",
  i_size: "i_size",
  gfn: "gfn",
  index: "index",
  order: "order",
  level: "goal_level req_level level",
});

/** What the kernel's functions call their pointers. */
export const POINTERS: ReadonlySet<string> = new Set(
  "fault file folio gmem inode kvm mapping mem memslot new old page region slot vcpu vma".split(" "),
);

export function readVariable(rule: RuleScope, name: ReadableName, place: Place): Expr {
  if (name === "folio_order") {
    const size = parameter(rule, "folio_size", place);
    return binary("sub", intrinsic("fls64", [size]), int(1 + rule.arch.page_shift));
  }
  if (name === "level") {
    if (!rule.mentioned.has("level")) rule.mentioned.set("level", place);
    const order = parameter(rule, "order", place);
    return binary("add", divide("div", order, int(pmdOrder(rule.arch))), int(1));
  }
  return parameter(rule, name, place);
}

const pudOrder = (arch: Arch): number => arch.levels.at(-2) ?? 2 * pmdOrder(arch);

const SIZES: readonly (readonly [string, bigint])[] = "1 2 4 8 16 32 64 128 256 512"
  .split(" ")
  .flatMap((n) =>
    (["", "K", "M", "G", "T"] as const).map((suffix, i) => [`SZ_${n}${suffix}`, BigInt(n) << BigInt(10 * i)] as const),
  );

/** @kernel include/linux/sizes.h: up to 1G plain (int, or unsigned where it must be), above _AC(…, ULL) */
const sizes = (): [string, Expr][] => SIZES.map(([name, value]) => [name, constant(sizeType(value), value, name)]);
const sizeType = (value: bigint): Expr["type"] => (value < 1n << 31n ? "s32" : value < 1n << 32n ? "u32" : "u64");

const LIMITS = {
  U8_MAX: ["u8", 0xffn],
  U16_MAX: ["u16", 0xffffn],
  U32_MAX: ["u32", 0xffffffffn],
  U64_MAX: ["u64", 0xffffffffffffffffn],
  S8_MAX: ["s8", 0x7fn],
  S16_MAX: ["s16", 0x7fffn],
  S32_MAX: ["s32", 0x7fffffffn],
  S64_MAX: ["s64", 0x7fffffffffffffffn],
  S32_MIN: ["s32", -0x80000000n],
  S64_MIN: ["s64", -0x8000000000000000n],
  INT_MAX: ["s32", 0x7fffffffn],
  INT_MIN: ["s32", -0x80000000n],
  UINT_MAX: ["u32", 0xffffffffn],
  LONG_MAX: ["s64", 0x7fffffffffffffffn],
  LONG_MIN: ["s64", -0x8000000000000000n],
  ULONG_MAX: ["u64", 0xffffffffffffffffn],
  LLONG_MAX: ["s64", 0x7fffffffffffffffn],
  LLONG_MIN: ["s64", -0x8000000000000000n],
  ULLONG_MAX: ["u64", 0xffffffffffffffffn],
  SIZE_MAX: ["u64", 0xffffffffffffffffn],
  MAX_LFS_FILESIZE: ["s64", 0x7fffffffffffffffn],
  KVM_MEM_MAX_NR_PAGES: ["u64", 0x7fffffffn],
  BITS_PER_LONG: ["s32", 64n],
  BITS_PER_LONG_LONG: ["s32", 64n],
  BITS_PER_BYTE: ["s32", 8n],
  PG_LEVEL_NONE: ["s32", 0n],
  PG_LEVEL_4K: ["s32", 1n],
  PG_LEVEL_2M: ["s32", 2n],
  PG_LEVEL_1G: ["s32", 3n],
  PG_LEVEL_512G: ["s32", 4n],
  KVM_MAX_HUGEPAGE_LEVEL: ["s32", 3n],
  KVM_NR_PAGE_SIZES: ["s32", 3n],
} as const;

/** @kernel include/uapi/asm-generic/errno-base.h and errno.h: what checks refuse with */
export const ERRNOS: ReadonlyMap<string, number> = new Map([
  ["EPERM", 1],
  ["ENOENT", 2],
  ["ESRCH", 3],
  ["EINTR", 4],
  ["EIO", 5],
  ["ENXIO", 6],
  ["E2BIG", 7],
  ["EBADF", 9],
  ["EAGAIN", 11],
  ["ENOMEM", 12],
  ["EACCES", 13],
  ["EFAULT", 14],
  ["EBUSY", 16],
  ["EEXIST", 17],
  ["ENODEV", 19],
  ["EINVAL", 22],
  ["ENOTTY", 25],
  ["EFBIG", 27],
  ["ENOSPC", 28],
  ["ERANGE", 34],
  ["EDEADLK", 35],
  ["EDEADLOCK", 35],
  ["ENOSYS", 38],
  ["EOVERFLOW", 75],
  ["EOPNOTSUPP", 95],
  ["EADDRINUSE", 98],
  ["ETIMEDOUT", 110],
  ["ESTALE", 116],
  ["EHWPOISON", 133],
]);

/** SHIFT, SIZE and MASK of one level of page. */
function pages(prefixes: string, shift: number): [string, Expr][] {
  const bytes = 1n << BigInt(shift);
  return prefixes.split(" ").flatMap((prefix): [string, Expr][] => [
    [`${prefix}_SHIFT`, constant("s32", BigInt(shift), `${prefix}_SHIFT`)],
    [`${prefix}_SIZE`, constant("u64", bytes, `${prefix}_SIZE`)],
    [`${prefix}_MASK`, constant("u64", -bytes, `${prefix}_MASK`)],
  ]);
}

const named = (name: string, value: Expr): [string, Expr] => [
  name,
  value.node === "const" ? constant(value.type, value.value, name) : value,
];

const made = new WeakMap<Arch, ReadonlyMap<string, Expr>>();

export function constants(arch: Arch): ReadonlyMap<string, Expr> {
  const all = made.get(arch) ?? makeConstants(arch);
  made.set(arch, all);
  return all;
}

function makeConstants(arch: Arch): ReadonlyMap<string, Expr> {
  const { page_shift } = arch;
  const pmd = pmdOrder(arch);
  const pud = pudOrder(arch);
  return new Map([
    ...sizes(),
    ...[...ERRNOS].map(([name, value]) => named(name, int(value))),
    ...Object.entries(LIMITS).map(([name, [type, value]]) => named(name, constant(type, value))),
    ...pages("PAGE", page_shift),
    ...pages("PMD HPAGE HPAGE_PMD", page_shift + pmd),
    ...pages("PUD HPAGE_PUD", page_shift + pud),
    ...["PMD_ORDER", "HPAGE_PMD_ORDER", "HUGETLB_PAGE_ORDER"].map((name) => named(name, int(pmd))),
    ...["PUD_ORDER", "HPAGE_PUD_ORDER"].map((name) => named(name, int(pud))),
    named("HPAGE_PMD_NR", convert("s32", constant("u64", 1n << BigInt(pmd)))),
    named("HPAGE_PUD_NR", convert("s32", constant("u64", 1n << BigInt(pud)))),
    named("PTRS_PER_PTE", int(2 ** pmd)),
    named("PTRS_PER_PMD", int(2 ** (pud - pmd))),
  ]);
}
