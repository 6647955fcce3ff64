/** Text tables: columns as wide as their widest cell, colours outside the widths. */

import { unpainted } from "./paint.ts";

const widthOf = (cell: string): number => unpainted(cell).length;

/** Rows of cells as lines; the first row may be a header. Trailing blanks are cut. */
export function table(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths: number[] = [];
  // A list of any length, which no call takes as arguments.
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(cell));
  return rows.map((row) =>
    row
      .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - widthOf(cell) + gap))
      .join("")
      .trimEnd(),
  );
}
