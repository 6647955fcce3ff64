/** Page quantities as people write them. */

import { toBytes } from "../../model/units.ts";

/** A position or length in bytes: page 1 is "0x1000". */
export const hex = (pages: number): string => `0x${toBytes(pages).toString(16)}`;

const UNITS: readonly (readonly [string, number])[] = [
  ["TiB", 2 ** 28],
  ["GiB", 2 ** 18],
  ["MiB", 2 ** 8],
];

function whole(pages: number): string | undefined {
  const unit = UNITS.find(([, npages]) => pages >= npages && pages % npages === 0);
  if (unit !== undefined) return `${pages / unit[1]} ${unit[0]}`;
  return pages < 256 ? `${pages * 4} KiB` : undefined;
}

/** A length: "4 KiB", "1 GiB", "2 MiB - 4 KiB"; what none of these fits is told in pages. */
export function amount(pages: number): string {
  const exact = whole(pages);
  if (exact !== undefined) return exact;
  const above = [9, 18].map((order) => Math.ceil(pages / 2 ** order) * 2 ** order).find((n) => n - pages <= 64);
  if (above !== undefined) return `${whole(above) ?? ""} - ${whole(above - pages) ?? ""}`;
  const below = [18, 9, 8]
    .map((order) => Math.floor(pages / 2 ** order) * 2 ** order)
    .find((n) => n > 0 && pages - n <= 64);
  if (below !== undefined) return `${whole(below) ?? ""} + ${whole(pages - below) ?? ""}`;
  return pages < 2 ** 18 ? `${pages * 4} KiB` : `${pages} pages`;
}

/** "1 page", "512 pages". */
export const pageCount = (pages: number): string => (pages === 1 ? "1 page" : `${pages} pages`);
