/** Where something stands in what the user gave, whatever was taken off or joined since. */

/** Both count from 1; a tab is one column. */
export type Place = { readonly line: number; readonly column: number };

/** From an offset of a text, in UTF-16 units, to its place. */
export type PlaceOf = (offset: number) => Place;

/** @returns the index of the last entry that is at most `wanted`; 0 where none is */
export function lastAtMost(entries: readonly number[], wanted: number): number {
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((entries[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Of a text that is as the user gave it. */
export function placesIn(text: string): PlaceOf {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    const line = lastAtMost(starts, offset);
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}
