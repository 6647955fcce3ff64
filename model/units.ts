/**
 * Page and byte quantities, and the only casts into them.
 *
 * Byte quantities are u64 in the uAPI and are bigint here. Page quantities are at most 2^52 (a u64 of bytes
 * shifted right by 12), exact in a double, and are number: the hot paths run on them. Arithmetic drops the brand, so
 * a result comes back in through a constructor, which asserts its range. A range is half-open: a start and npages.
 */

declare const unit: unique symbol;
type Bytes<Name extends string> = bigint & { readonly [unit]: Name };
type Pages<Name extends string> = number & { readonly [unit]: Name };

/** Guest frame number: a guest physical address in pages. */
export type Gfn = Pages<"gfn">;
/** Page number of a userspace virtual address: userspace_addr >> 12. */
export type Ugfn = Pages<"ugfn">;
/** Where a memslot starts in its file, in pages. */
export type Pgoff = Pages<"pgoff">;
/** A length in pages. */
export type Npages = Pages<"npages">;
/** log2 of a folio's length in pages: 0 is 4 KiB, 9 is 2 MiB, 18 is 1 GiB. */
export type Order = number & { readonly [unit]: "order" };

/** Guest physical address, in bytes. */
export type Gpa = Bytes<"gpa">;
/** Userspace virtual address, in bytes. */
export type Uaddr = Bytes<"userspace_addr">;
/** Position in a file, in bytes. */
export type FileOffset = Bytes<"offset">;
/** A length in bytes: a memslot's memory_size, a file's i_size. */
export type SizeBytes = Bytes<"size">;

export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 4096n;
/** One more than the largest page number a u64 of bytes can hold. */
export const PAGE_NUMBER_LIMIT = 2 ** 52;
/** One more than the largest u64. */
export const U64_LIMIT = 1n << 64n;
/** The largest order a simulated file can take: 1 GiB in 4 KiB pages. */
export const MAX_ORDER = 18;

function pageNumber(n: number, name: string): number {
  if (!Number.isSafeInteger(n) || n < 0 || n > PAGE_NUMBER_LIMIT) throw new RangeError(`${name} out of range: ${n}`);
  return n;
}

function u64(n: bigint, name: string): bigint {
  if (n < 0n || n >= U64_LIMIT) throw new RangeError(`${name} is no u64: ${n}`);
  return n;
}

export const gfn = (n: number): Gfn => pageNumber(n, "gfn") as Gfn;
export const ugfn = (n: number): Ugfn => pageNumber(n, "ugfn") as Ugfn;
export const pgoff = (n: number): Pgoff => pageNumber(n, "pgoff") as Pgoff;
export const npages = (n: number): Npages => pageNumber(n, "npages") as Npages;
/** @throws RangeError unless 0 <= n <= MAX_ORDER */
export function order(n: number): Order {
  if (!Number.isInteger(n) || n < 0 || n > MAX_ORDER) throw new RangeError(`order out of range: ${n}`);
  return n as Order;
}

export const gpa = (n: bigint): Gpa => u64(n, "gpa") as Gpa;
export const uaddr = (n: bigint): Uaddr => u64(n, "userspace_addr") as Uaddr;
export const fileOffset = (n: bigint): FileOffset => u64(n, "offset") as FileOffset;
export const sizeBytes = (n: bigint): SizeBytes => u64(n, "size") as SizeBytes;

/** A page quantity in bytes. 2^52 pages is 2^64 bytes, which is no u64: the caller's constructor refuses it. */
export const toBytes = (pages: number): bigint => BigInt(pages) << 12n;
/** A byte quantity in pages, rounded down. */
export const toPages = (bytes: bigint): number => Number(bytes >> 12n);
/** A byte quantity in pages, rounded up. */
export const toPagesUp = (bytes: bigint): number => Number((bytes + 4095n) >> 12n);

/** A u64 read as the kernel's loff_t. */
export const asLoff = (n: bigint): bigint => BigInt.asIntN(64, n);

/** Pages of a folio of this order: 1 << order. Orders are small; for one past 30 the 32-bit shift would be wrong. */
export const folioNpages = (o: number): number => (o <= 30 ? 1 << o : 2 ** o);
/** Pages past the last multiple of 2^o: the low bits, which 32-bit arithmetic keeps whatever the page number's size. */
const lowBits = (page: number, o: number): number => (o <= 30 ? page & ((1 << o) - 1) : page % 2 ** o);
/** @kernel include/linux/align.h ALIGN_DOWN, for a page number and an order */
export const alignDown = (page: number, o: number): number => page - lowBits(page, o);
/** @kernel include/linux/align.h ALIGN, for a page number and an order */
export const alignUp = (page: number, o: number): number => Math.ceil(page / folioNpages(o)) * folioNpages(o);
/** @kernel include/linux/align.h IS_ALIGNED, for a page number and an order */
export const isAligned = (page: number, o: number): boolean => lowBits(page, o) === 0;
