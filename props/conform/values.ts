/** Numbers and names for cases: tables sorted from plain to odd, by an index that shrinks to the plain end. */

import * as fc from "fast-check";
import type { Huge } from "../../model/kernel/file.ts";

/** A value of a table, the first being the simplest. */
export function from<T>(table: readonly [T, ...T[]]): fc.Arbitrary<T> {
  return fc.nat(table.length - 1).map((at) => table[at] ?? table[0]);
}

/** Nine times in ten a plain value: an op with five odd fields would be refused for the first and say nothing of the others. */
export const mostly = <T>(plain: readonly [T, ...T[]], odd: readonly [T, ...T[]]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: from(plain) }, { weight: 1, arbitrary: from(odd) });

export const MIB = 1n << 20n;
export const huge = from<Huge>(["always", "within_size", "never", "advise"]);

/** A page of a file of up to 16 MiB: on and beside the borders of large folios, or anywhere. */
const page = fc.oneof(
  from([
    0, 512, 1, 511, 513, 1024, 5, 8, 16, 17, 31, 32, 100, 255, 256, 257, 1023, 1025, 1536, 2047, 2048, 2560, 3072, 3583,
  ]),
  fc.nat(3600),
);
/** Bytes beside a page border, mostly none. */
export const beside = from([0n, 0n, 0n, 0n, 1n, 0x123n, 0xfffn, 8n]);
export const position = fc.tuple(page, beside).map(([at, bytes]) => (BigInt(at) << 12n) + bytes);
export const aligned = page.map((at) => BigInt(at) << 12n);

export const length = fc.oneof(
  from([
    0x1000n,
    1n,
    0x2000n,
    0x8000n,
    0x1_0000n,
    0x1_1000n,
    0x8_0000n,
    2n * MIB,
    2n * MIB + 0x1000n,
    0x24_1000n,
    4n * MIB,
    5n * MIB,
    6n * MIB,
  ]),
  fc.tuple(fc.integer({ min: 1, max: 1200 }), beside).map(([pages, bytes]) => (BigInt(pages) << 12n) + bytes),
);

/** Where VMAs go: well away from what else a process maps. */
export const VA = 0x1000_0000_0000n;
/** How far a VMA is from lying like its file modulo 2 MiB, in pages. */
export const skew = from([0n, 0n, 0n, 1n, 256n, 511n, 16n]);
