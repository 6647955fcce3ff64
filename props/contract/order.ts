/**
 * Which inputs are smaller: first those of which fewer are other than 0; then those whose numbers have fewer bits
 * together; then, input by input in the order of the parameters, the smaller number, and of a number and its negative
 * the positive one. A total order, so that whoever finds a contract broken ends at the same inputs.
 */

const size = (value: bigint): bigint => (value < 0n ? -value : value);
export const bitsOf = (value: bigint): number => (value === 0n ? 0 : size(value).toString(2).length);

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function compareNumbers(a: bigint, b: bigint): number {
  if (size(a) !== size(b)) return size(a) < size(b) ? -1 : 1;
  return a === b ? 0 : a > b ? -1 : 1;
}

/** @returns below 0 where the first is smaller; both have the same inputs in the same order */
export function compareInputs(a: readonly bigint[], b: readonly bigint[]): number {
  const many = (values: readonly bigint[]): number => values.filter((value) => value !== 0n).length;
  if (many(a) !== many(b)) return many(a) - many(b);
  const bits = (values: readonly bigint[]): number => sum(values.map(bitsOf));
  if (bits(a) !== bits(b)) return bits(a) - bits(b);
  for (const [at, value] of a.entries()) {
    const compared = compareNumbers(value, b[at] ?? 0n);
    if (compared !== 0) return compared;
  }
  return 0;
}
