/**
 * What the solver knows at a moment: clauses, values, why each value had to be, and the proof so far.
 *
 * A literal is twice its variable, plus 1 if it is negated; variables count from 1. A clause lies in `clauses` as its id, its
 * size, its glue (how many decision levels it spans when learnt; 0 for one that was given), and its literals, of which the
 * first two are watched.
 */

import type { Heap } from "./heap.ts";
import { insert, newHeap, raise } from "./heap.ts";
import type { Ints } from "./ints.ts";
import { newInts, push, reserve } from "./ints.ts";
import type { Watches } from "./watches.ts";
import { newWatches, watch } from "./watches.ts";

/** Numbers in front of a clause's literals: id, size, glue. */
export const HEAD = 3;
export const SIZE = 1;
export const GLUE = 2;
/** A literal that was decided, or that a unit clause says, has no clause for a reason. */
export const NO_CLAUSE = -1;

export interface State {
  readonly numVars: number;
  readonly clauses: Ints;
  readonly watches: Watches;
  /** By literal: 1 true, -1 false, 0 open. */
  readonly value: Int8Array;
  /** By variable: the decision level, the clause that forced it, its place in the trail, the id of the unit clause that says it. */
  readonly level: Int32Array;
  readonly reason: Int32Array;
  readonly place: Int32Array;
  readonly unit: Int32Array;
  /** The value a variable had last, as the low bit of its literal: decided so again. */
  readonly phase: Uint8Array;
  /** Literals in the order in which they became true, and how many; from `head` on their consequences are not drawn yet. */
  readonly trail: Int32Array;
  assigned: number;
  head: number;
  /** Where in the trail each decision level starts. */
  readonly levels: number[];
  readonly heap: Heap;
  increment: number;
  /** Learnt clauses that are kept. */
  learnt: number[];
  lastId: number;
  /** Steps, each an id, literals, 0, hints, 0 in DIMACS signs; a deletion is 0, ids, 0. */
  readonly proof: Ints;
  propagations: number;
  conflicts: number;
}

export const literalOf = (dimacs: number): number => (dimacs > 0 ? 2 * dimacs : 1 - 2 * dimacs);
const dimacsOf = (literal: number): number => (literal & 1 ? -(literal >> 1) : literal >> 1);

/**
 * @param size numbers in the clauses that will be put in
 * @param counts by literal: how many of them will watch it
 */
export function newState(numVars: number, size: number, counts: Int32Array): State {
  const perVar = (): Int32Array => new Int32Array(numVars + 1);
  const heap = newHeap(numVars);
  for (let variable = numVars; variable >= 1; variable--) insert(heap, variable);
  return {
    numVars,
    clauses: newInts(2 * size + 1024),
    watches: newWatches(counts),
    value: new Int8Array(2 * numVars + 2),
    level: perVar(),
    reason: perVar().fill(NO_CLAUSE),
    place: perVar(),
    unit: perVar(),
    phase: new Uint8Array(numVars + 1).fill(1),
    trail: perVar(),
    assigned: 0,
    head: 0,
    levels: [],
    heap,
    increment: 1,
    learnt: [],
    lastId: 0,
    proof: newInts(1 << 12),
    propagations: 0,
    conflicts: 0,
  };
}

/** Puts a clause among the others: the first `size` of these literals, two or more. @returns where it lies */
export function addClause(s: State, id: number, literals: ArrayLike<number>, size: number, glue: number): number {
  const { clauses, watches } = s;
  const at = clauses.length;
  reserve(clauses, HEAD + size);
  const numbers = clauses.at;
  numbers[at] = id;
  numbers[at + SIZE] = size;
  numbers[at + GLUE] = glue;
  for (let place = 0; place < size; place++) numbers[at + HEAD + place] = literals[place] as number;
  clauses.length = at + HEAD + size;
  const first = literals[0] as number;
  const second = literals[1] as number;
  watch(watches, first, at, second);
  watch(watches, second, at, first);
  return at;
}

/** Writes a step of the proof: the clause follows from the clauses with these ids, in this order. */
export function logStep({ proof }: State, id: number, literals: readonly number[], hints: readonly number[]): void {
  push(proof, id);
  for (let at = 0; at < literals.length; at++) push(proof, dimacsOf(literals[at] as number));
  push(proof, 0);
  for (let at = 0; at < hints.length; at++) push(proof, hints[at] as number);
  push(proof, 0);
}

/**
 * Makes a literal true. What follows before any decision becomes a unit clause of the proof at once, so that later steps
 * name it by one id.
 */
export function assign(s: State, literal: number, reason: number): void {
  const variable = literal >> 1;
  s.value[literal] = 1;
  s.value[literal ^ 1] = -1;
  s.level[variable] = s.levels.length;
  s.reason[variable] = reason;
  s.place[variable] = s.assigned;
  s.trail[s.assigned++] = literal;
  if (s.levels.length > 0 || reason === NO_CLAUSE) return;
  logStep(s, ++s.lastId, [literal], [...unitsOf(s, reason, literal), s.clauses.at[reason] as number]);
  s.unit[variable] = s.lastId;
  s.reason[variable] = NO_CLAUSE;
}

/** Ids of the unit clauses that make every literal of a clause false, but for `except`. */
export function unitsOf({ clauses, unit }: State, clause: number, except = 0): number[] {
  const ids: number[] = [];
  const end = clause + HEAD + (clauses.at[clause + SIZE] as number);
  for (let at = clause + HEAD; at < end; at++) {
    const literal = clauses.at[at] as number;
    if (literal !== except) ids.push(unit[literal >> 1] as number);
  }
  return ids;
}

/** Takes back all decisions above this level. */
export function backTo(s: State, level: number): void {
  if (s.levels.length <= level) return;
  const to = s.levels[level] as number;
  while (s.assigned > to) {
    const literal = s.trail[--s.assigned] as number;
    s.value[literal] = 0;
    s.value[literal ^ 1] = 0;
    s.phase[literal >> 1] = literal & 1;
    insert(s.heap, literal >> 1);
  }
  s.head = to;
  s.levels.length = level;
}

/** Activities are scaled down before they overflow. */
const LARGEST = 1e100;

/** The variable was part of a conflict. */
export function bump(s: State, variable: number): void {
  const { activity, place } = s.heap;
  const active = (activity[variable] as number) + s.increment;
  activity[variable] = active;
  if (active > LARGEST) {
    for (let at = 1; at <= s.numVars; at++) activity[at] = (activity[at] as number) / LARGEST;
    s.increment /= LARGEST;
  }
  const at = place[variable] as number;
  if (at >= 0) raise(s.heap, at);
}
