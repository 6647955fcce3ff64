/** Sizes and positions as people type them: "2M-4K", "0x4000", "1.5G", "3*512K + 4K". Bytes. */

import { PAGE_SIZE, U64_LIMIT } from "../../../model/units.ts";

const SHIFT: Readonly<Record<string, bigint>> = { K: 10n, M: 20n, G: 30n, T: 40n, P: 50n };

export type Parsed = { readonly ok: true; readonly bytes: bigint } | { readonly ok: false; readonly message: string };

const no = (message: string): Parsed => ({ ok: false, message });

const TERM = /^(?:(0x[\da-f_]+)|(\d[\d_]*)(?:\.(\d+))?)(?:([KMGTP])(?:iB|B)?)?$/i;

/** One number with its unit; undefined where it is none, or no whole number of bytes. */
function term(text: string): bigint | undefined {
  const [, hex, whole, fraction = "", unit = ""] = TERM.exec(text) ?? [];
  const digits = (hex ?? whole)?.replaceAll("_", "");
  if (digits === undefined || digits === "0x") return undefined;
  const shift = SHIFT[unit.toUpperCase()] ?? 0n;
  const scale = 10n ** BigInt(fraction.length);
  const bytes = (BigInt(`${digits}${fraction}`) << shift) / scale;
  return (bytes * scale) >> shift === BigInt(`${digits}${fraction}`) ? bytes : undefined;
}

/** Factors joined by "*". */
function product(text: string): bigint | undefined {
  return text.split("*").reduce<bigint | undefined>((left, factor) => {
    const right = term(factor);
    return left === undefined || right === undefined ? undefined : left * right;
  }, 1n);
}

/** A sum of terms, in bytes; any u64. */
export function parseBytes(text: string): Parsed {
  const dense = text.replaceAll(/\s/g, "");
  const terms = dense.match(/[+-]?[^+-]+/g);
  if (terms === null || terms.join("") !== dense) return no("write a size: 2M-4K, 0x4000, 1.5G");
  let bytes = 0n;
  for (const each of terms) {
    const value = product(each.replace(/^[+-]/, ""));
    if (value === undefined) return no(`"${each}" is no size: write 4K, 2M, 0x4000 or a sum of them`);
    bytes += each.startsWith("-") ? -value : value;
  }
  if (bytes < 0n) return no("below 0");
  return bytes >= U64_LIMIT ? no("more than 64 bits") : { ok: true, bytes };
}

/** The same, in pages: what the ioctl refuses to look at any closer is refused here. */
export function parsePages(
  text: string,
): { readonly ok: true; readonly pages: number } | Extract<Parsed, { ok: false }> {
  const parsed = parseBytes(text);
  if (!parsed.ok) return parsed;
  const rest = parsed.bytes % PAGE_SIZE;
  if (rest !== 0n) return { ok: false, message: `no multiple of 4K: 0x${rest.toString(16)} bytes over` };
  return { ok: true, pages: Number(parsed.bytes / PAGE_SIZE) };
}

const UNITS: readonly (readonly [string, number])[] = [
  ["T", 2 ** 28],
  ["G", 2 ** 18],
  ["M", 2 ** 8],
];

/** The shortest exact text that parsePages reads back: 511 pages are "2M-4K", 640 are "2560K". */
export function sizeText(pages: number): string {
  if (pages === 0) return "0";
  const [unit, npages] = UNITS.find(([, per]) => pages % per === 0) ?? ["K", 0.25];
  const plain = `${pages / npages}${unit}`;
  if (pages / npages < 1000) return plain;
  for (const [larger, per] of UNITS) {
    const count = Math.round(pages / per);
    const rest = pages - count * per;
    if (count < 1000 && Math.abs(rest) <= 64 * npages) {
      return `${count}${larger}${rest < 0 ? "-" : "+"}${sizeText(Math.abs(rest))}`;
    }
  }
  return plain;
}
