/** Text tables: columns as wide as their widest cell, colours outside the widths. */

import { unpainted } from "./paint.ts";

const widthOf = (cell: string): number => unpainted(cell).length;

/** Rows of cells as lines; the first row may be a header. Trailing blanks are cut. */
export function table(rows: readonly (readonly string[])[], gap = 2): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - widthOf(cell) + gap))
      .join("")
      .trimEnd(),
  );
}
