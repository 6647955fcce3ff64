/**
 * A small SAT solver: conflict-driven clause learning, with every learnt clause written down together with the clauses it
 * follows from (LRAT). Nothing here knows a term or a rule; the same clauses give the same answer and the same proof on
 * every machine.
 */

import { analyse, newAnalyser } from "./analyse.ts";
import { takeFirst } from "./heap.ts";
import { heldBy } from "./ints.ts";
import { propagate } from "./propagate.ts";
import { reduce } from "./reduce.ts";
import type { State } from "./state.ts";
import { addClause, assign, backTo, literalOf, logStep, newState, NO_CLAUSE, unitsOf } from "./state.ts";

/** Clauses in DIMACS signs, each ended by 0. The first has id 1. */
export interface Cnf {
  readonly numVars: number;
  readonly numClauses: number;
  readonly literals: Int32Array;
}

export type Solved = { readonly propagations: number; readonly conflicts: number } & (
  | { readonly answer: "sat"; /** By variable; 0 is none. */ readonly model: readonly boolean[] }
  /** Steps as state.ts writes them; the last is the empty clause. */
  | { readonly answer: "unsat"; readonly proof: Int32Array }
  | { readonly answer: "unknown" }
);

/** Conflicts between two restarts, times 1, 1, 2, 1, 1, 2, 4, … */
const RESTART = 50;
/** Learnt clauses kept at first, and how many more after each reduction. */
const KEPT = 2000;
const KEPT_MORE = 300;
/** Activities fade by this at each conflict. */
const DECAY = 0.95;

/** 1, 1, 2, 1, 1, 2, 4, 1, …: the sequence of Luby, Sinclair and Zuckerman, from 0. */
function luby(at: number): number {
  let size = 1;
  while (size < at + 1) size = 2 * size + 1;
  let left = at;
  while (size - 1 !== left) {
    size = (size - 1) / 2;
    left %= size;
  }
  return (size + 1) / 2;
}

/** By literal: how many clauses start with it or have it second, and so will watch it at first, or about so many. */
function startsOf({ literals, numVars }: Cnf): Int32Array {
  const counts = new Int32Array(2 * numVars + 2);
  let place = 0;
  for (let at = 0; at < literals.length; at++) {
    const dimacs = literals[at] as number;
    if (dimacs === 0) place = 0;
    else if (place++ < 2) {
      const literal = literalOf(dimacs);
      counts[literal] = (counts[literal] as number) + 1;
    }
  }
  return counts;
}

/** No literal. */
const EMPTY = -1;

/** Puts the clauses in. @returns those of one literal, each followed by its id; a clause of none alone, as EMPTY */
function put(s: State, { literals }: Cnf): readonly number[] {
  const units: number[] = [];
  /** By literal: the clause that had it last. */
  const seen = new Int32Array(2 * s.numVars + 2);
  const clause = new Int32Array(literals.length);
  let size = 0;
  let id = 1;
  let isTrue = false;
  for (let at = 0; at < literals.length; at++) {
    const dimacs = literals[at] as number;
    if (dimacs !== 0) {
      const literal = literalOf(dimacs);
      isTrue ||= seen[literal ^ 1] === id;
      if (seen[literal] !== id) clause[size++] = literal;
      seen[literal] = id;
      continue;
    }
    if (size === 0) return [EMPTY, id];
    if (size === 1) units.push(clause[0] as number, id);
    else if (!isTrue) addClause(s, id, clause, size, 0);
    size = 0;
    isTrue = false;
    id++;
  }
  return units;
}

/** Puts the clauses in and draws what follows without a decision. @returns are they already contradictory? */
function load(s: State, cnf: Cnf): boolean {
  s.lastId = cnf.numClauses;
  const units = put(s, cnf);
  for (let at = 0; at < units.length; at += 2) {
    const literal = units[at] as number;
    const from = units[at + 1] as number;
    if (literal === EMPTY) {
      logStep(s, ++s.lastId, [], [from]);
      return true;
    }
    if (s.value[literal] === -1) {
      logStep(s, ++s.lastId, [], [s.unit[literal >> 1] as number, from]);
      return true;
    }
    if (s.value[literal] === 1) continue;
    s.unit[literal >> 1] = from;
    assign(s, literal, NO_CLAUSE);
    if (refutes(s, propagate(s))) return true;
  }
  return false;
}

/** Writes the empty clause if this clause is false before any decision. */
function refutes(s: State, conflict: number): boolean {
  if (conflict < 0 || s.levels.length > 0) return false;
  logStep(s, ++s.lastId, [], [...unitsOf(s, conflict), s.clauses.at[conflict] as number]);
  return true;
}

/** How many decision levels the literals span. */
const glueOf = ({ level }: State, literals: readonly number[]): number =>
  new Set(literals.map((literal) => level[literal >> 1])).size;

/** Learns from a false clause and goes back to where what was learnt first says something. */
function learn(s: State, analyser: ReturnType<typeof newAnalyser>, conflict: number): void {
  const { literals, hints } = analyse(s, analyser, conflict);
  const id = ++s.lastId;
  logStep(s, id, literals, hints);
  const levelOf = (at: number): number => s.level[(literals[at] as number) >> 1] as number;
  let second = 1;
  for (let at = 2; at < literals.length; at++) if (levelOf(at) > levelOf(second)) second = at;
  const [first] = literals as [number];
  if (literals.length === 1) {
    backTo(s, 0);
    s.unit[first >> 1] = id;
    assign(s, first, NO_CLAUSE);
    return;
  }
  const glue = glueOf(s, literals);
  const swapped = literals[second] as number;
  literals[second] = literals[1] as number;
  literals[1] = swapped;
  backTo(s, levelOf(1));
  const clause = addClause(s, id, literals, literals.length, glue);
  s.learnt.push(clause);
  assign(s, first, clause);
}

/** Decides the most active open variable. @returns false if there is none */
function decide(s: State): boolean {
  while (s.heap.size > 0) {
    const variable = takeFirst(s.heap);
    if (s.value[2 * variable] !== 0) continue;
    s.levels.push(s.assigned);
    assign(s, 2 * variable + (s.phase[variable] as number), NO_CLAUSE);
    return true;
  }
  return false;
}

/** @param limit propagations after which it gives up: a count, not time, so that every machine gives up at the same place */
export function solve(cnf: Cnf, limit: number): Solved {
  const s = newState(cnf.numVars, cnf.literals.length, startsOf(cnf));
  const figures = (): { propagations: number; conflicts: number } => ({
    propagations: s.propagations,
    conflicts: s.conflicts,
  });
  const unsat = (): Solved => ({ answer: "unsat", proof: heldBy(s.proof), ...figures() });
  if (load(s, cnf)) return unsat();
  const analyser = newAnalyser(cnf.numVars);
  let round = 0;
  let left = RESTART;
  let kept = KEPT;
  for (;;) {
    const conflict = propagate(s);
    if (refutes(s, conflict)) return unsat();
    if (conflict >= 0) {
      if (s.propagations > limit) return { answer: "unknown", ...figures() };
      s.conflicts++;
      left--;
      learn(s, analyser, conflict);
      s.increment /= DECAY;
    } else if (left <= 0) {
      left = RESTART * luby(++round);
      backTo(s, 0);
      if (s.learnt.length > kept) {
        reduce(s);
        kept += KEPT_MORE;
      }
    } else if (!decide(s)) {
      const model = Array.from({ length: cnf.numVars + 1 }, (_, variable) => s.value[2 * variable] === 1);
      return { answer: "sat", model, ...figures() };
    } else if (s.propagations > limit) {
      return { answer: "unknown", ...figures() };
    }
  }
}
