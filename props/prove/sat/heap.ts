/** Variables ordered by activity, the most active first: a binary heap that knows where each of them stands. */

export interface Heap {
  readonly activity: Float64Array;
  /** Where a variable stands in `order`, or -1. */
  readonly place: Int32Array;
  readonly order: Int32Array;
  size: number;
}

/** For variables 1 to numVars; none is in it yet. */
export const newHeap = (numVars: number): Heap => ({
  activity: new Float64Array(numVars + 1),
  place: new Int32Array(numVars + 1).fill(-1),
  order: new Int32Array(numVars + 1),
  size: 0,
});

/** Moves the variable at this place towards the front as far as its activity says. */
export function raise({ activity, place, order }: Heap, from: number): void {
  const variable = order[from] as number;
  const active = activity[variable] as number;
  let at = from;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const other = order[above] as number;
    if ((activity[other] as number) >= active) break;
    order[at] = other;
    place[other] = at;
    at = above;
  }
  order[at] = variable;
  place[variable] = at;
}

/** Moves the first variable away from the front as far as its activity says. */
function sink({ activity, place, order, size }: Heap): void {
  const variable = order[0] as number;
  const active = activity[variable] as number;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= size) break;
    const right = below + 1;
    if (right < size && (activity[order[right] as number] as number) > (activity[order[below] as number] as number)) {
      below = right;
    }
    const other = order[below] as number;
    if ((activity[other] as number) <= active) break;
    order[at] = other;
    place[other] = at;
    at = below;
  }
  order[at] = variable;
  place[variable] = at;
}

export function insert(heap: Heap, variable: number): void {
  if ((heap.place[variable] as number) >= 0) return;
  heap.order[heap.size] = variable;
  raise(heap, heap.size++);
}

/** Takes the most active variable out. The heap must not be empty. */
export function takeFirst(heap: Heap): number {
  const first = heap.order[0] as number;
  const last = heap.order[--heap.size] as number;
  heap.place[first] = -1;
  if (heap.size > 0) {
    heap.order[0] = last;
    sink(heap);
  }
  return first;
}
