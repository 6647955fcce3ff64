/** Lists of any length: a call takes no more arguments than the stack holds. */

export function append<T>(to: T[], from: Iterable<T>): void {
  for (const each of from) to.push(each);
}

/** The largest of any number of numbers. */
export const largestOf = (all: Iterable<number>, least: number): number => {
  let largest = least;
  for (const each of all) if (each > largest) largest = each;
  return largest;
};
