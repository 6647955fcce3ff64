/**
 * From a clause that became false to one that would have prevented it: resolve backwards along the trail until one literal
 * of the last decision level is left (the first unique implication point), then drop literals that follow from the rest.
 * The clauses used are the proof's hints.
 */

import type { State } from "./state.ts";
import { bump, HEAD, NO_CLAUSE, SIZE } from "./state.ts";

/** What is known of a variable during one analysis. */
const UNSEEN = 0;
/** In the clause, or resolved away. */
const SEEN = 1;
/** Its literal follows from others of the clause. */
const FOLLOWS = 2;
const DOES_NOT_FOLLOW = 3;
/** False before any decision: its unit clause is a hint. */
const SETTLED = 4;

/** Reasons are followed no deeper than this. */
const DEEPEST = 500;

export interface Analysis {
  /** The learnt clause; its first literal is the one that is true next. */
  readonly literals: number[];
  readonly hints: number[];
}

export interface Analyser {
  readonly mark: Uint8Array;
  readonly marked: number[];
}

export const newAnalyser = (numVars: number): Analyser => ({ mark: new Uint8Array(numVars + 1), marked: [] });

function see({ mark, marked }: Analyser, variable: number, as: number): void {
  if (mark[variable] === UNSEEN) marked.push(variable);
  mark[variable] = as;
}

/** Does this false literal follow from the clause's other literals? */
function follows(s: State, analyser: Analyser, literal: number, depth: number): boolean {
  const variable = literal >> 1;
  if (s.level[variable] === 0) return true;
  const { mark } = analyser;
  if (depth > 0 && (mark[variable] === SEEN || mark[variable] === FOLLOWS)) return true;
  const reason = s.reason[variable] as number;
  if (reason === NO_CLAUSE || mark[variable] === DOES_NOT_FOLLOW || depth > DEEPEST) return false;
  const clauses = s.clauses.at;
  const end = reason + HEAD + (clauses[reason + SIZE] as number);
  for (let at = reason + HEAD; at < end; at++) {
    const other = clauses[at] as number;
    if (other >> 1 === variable || follows(s, analyser, other, depth + 1)) continue;
    if (mark[variable] === UNSEEN) see(analyser, variable, DOES_NOT_FOLLOW);
    return false;
  }
  see(analyser, variable, FOLLOWS);
  return true;
}

/** Marks what a clause says about variables that are settled. @returns ids of their unit clauses, each once */
function settledIn(s: State, analyser: Analyser, clause: number): number[] {
  const clauses = s.clauses.at;
  const ids: number[] = [];
  const end = clause + HEAD + (clauses[clause + SIZE] as number);
  for (let at = clause + HEAD; at < end; at++) {
    const variable = (clauses[at] as number) >> 1;
    if (s.level[variable] !== 0 || analyser.mark[variable] !== UNSEEN) continue;
    see(analyser, variable, SETTLED);
    ids.push(s.unit[variable] as number);
  }
  return ids;
}

/** Resolves backwards. @returns literals of the clause, and the variables resolved away */
function resolve(s: State, analyser: Analyser, conflict: number): { literals: number[]; resolved: number[] } {
  const { mark } = analyser;
  const clauses = s.clauses.at;
  const last = s.levels.length;
  const literals = [0];
  const resolved: number[] = [];
  let open = 0;
  let clause = conflict;
  let at = s.assigned - 1;
  for (;;) {
    const end = clause + HEAD + (clauses[clause + SIZE] as number);
    for (let k = clause + HEAD; k < end; k++) {
      const literal = clauses[k] as number;
      const variable = literal >> 1;
      if (s.level[variable] === 0 || mark[variable] !== UNSEEN) continue;
      see(analyser, variable, SEEN);
      bump(s, variable);
      if (s.level[variable] === last) open++;
      else literals.push(literal);
    }
    while (mark[(s.trail[at] as number) >> 1] !== SEEN || s.level[(s.trail[at] as number) >> 1] !== last) at--;
    const literal = s.trail[at--] as number;
    if (--open === 0) {
      literals[0] = literal ^ 1;
      return { literals, resolved };
    }
    resolved.push(literal >> 1);
    clause = s.reason[literal >> 1] as number;
  }
}

/** @param conflict a false clause, after at least one decision */
export function analyse(s: State, analyser: Analyser, conflict: number): Analysis {
  const { literals, resolved } = resolve(s, analyser, conflict);
  const kept = literals.filter((literal, at) => at === 0 || !follows(s, analyser, literal, 0));
  for (const variable of analyser.marked) if (analyser.mark[variable] === FOLLOWS) resolved.push(variable);
  // In the order of the trail: so each is unit when its turn comes, and the conflict is last.
  resolved.sort((a, b) => (s.place[a] as number) - (s.place[b] as number));
  const used = resolved.map((variable) => s.reason[variable] as number);
  used.push(conflict);
  const settled = used.flatMap((clause) => settledIn(s, analyser, clause));
  for (const variable of analyser.marked) analyser.mark[variable] = UNSEEN;
  analyser.marked.length = 0;
  return { literals: kept, hints: [...settled, ...used.map((clause) => s.clauses.at[clause] as number)] };
}
