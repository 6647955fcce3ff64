/**
 * Which clauses watch a literal: a list a literal, all of them in one array. A list that is full moves to the end of it, with
 * twice the room. Thousands of short lists, made anew for each formula, are so three arrays.
 */

export interface Watches {
  /** The lists: clauses, each followed by another of its literals: if that is true, the clause can wait. */
  at: Int32Array;
  /** Where in `at` nothing is yet. */
  end: number;
  /** By literal: where its list starts, how many numbers it has, and for how many there is room. */
  readonly start: Int32Array;
  readonly length: Int32Array;
  readonly room: Int32Array;
}

/** @param counts by literal: clauses that will watch it at first */
export function newWatches(counts: Int32Array): Watches {
  const start = new Int32Array(counts.length);
  const room = new Int32Array(counts.length);
  let end = 0;
  for (let literal = 0; literal < counts.length; literal++) {
    start[literal] = end;
    // As many again will come to watch it.
    room[literal] = 4 * (counts[literal] as number);
    end += room[literal] as number;
  }
  return { at: new Int32Array(2 * end + 16), end, start, length: new Int32Array(counts.length), room };
}

/** Moves a list to the end, where there is room for twice as many. */
function move(w: Watches, literal: number): void {
  const from = w.start[literal] as number;
  const room = Math.max(2 * (w.room[literal] as number), 4);
  if (w.end + room > w.at.length) {
    const larger = new Int32Array(2 * (w.end + room));
    larger.set(w.at.subarray(0, w.end));
    w.at = larger;
  }
  w.at.copyWithin(w.end, from, from + (w.length[literal] as number));
  w.start[literal] = w.end;
  w.room[literal] = room;
  w.end += room;
}

/** From now on the clause watches the literal. Other lists stay where they are; the array may be another one. */
export function watch(w: Watches, literal: number, clause: number, other: number): void {
  const length = w.length[literal] as number;
  if (length === w.room[literal]) move(w, literal);
  const place = (w.start[literal] as number) + length;
  w.at[place] = clause;
  w.at[place + 1] = other;
  w.length[literal] = length + 2;
}
