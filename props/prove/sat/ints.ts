/** Numbers that are appended: clauses and proofs, millions of them without an object each. */

export interface Ints {
  /** Longer than what it holds. */
  at: Int32Array;
  length: number;
}

export const newInts = (room: number): Ints => ({ at: new Int32Array(room), length: 0 });

/** Makes room for so many more. */
export function reserve(ints: Ints, more: number): void {
  if (ints.length + more <= ints.at.length) return;
  const larger = new Int32Array(Math.max(2 * ints.at.length, ints.length + more));
  larger.set(ints.at.subarray(0, ints.length));
  ints.at = larger;
}

export function push(ints: Ints, value: number): void {
  if (ints.length === ints.at.length) reserve(ints, 1);
  ints.at[ints.length++] = value;
}

/** What it holds, sharing its memory. */
export const heldBy = ({ at, length }: Ints): Int32Array => at.subarray(0, length);
