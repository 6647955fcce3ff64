/** Short lists of numbers in order: the searches make millions, so no set and no comparator is built for each. */

/** Put a number into an ascending list, unless it is there. */
export function insertSorted(list: number[], value: number): void {
  let at = list.length;
  while (at > 0 && (list[at - 1] ?? 0) > value) at--;
  if (at > 0 && list[at - 1] === value) return;
  list.splice(at, 0, value);
}

/** The numbers in ascending order, no two alike. */
export function ascending(numbers: Iterable<number>): number[] {
  const list: number[] = [];
  for (const value of numbers) insertSorted(list, value);
  return list;
}
