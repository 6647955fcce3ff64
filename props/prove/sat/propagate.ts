/** Unit propagation: a clause all of whose literals but one are false makes that one true. */

import type { State } from "./state.ts";
import { assign, HEAD, SIZE } from "./state.ts";
import { watch } from "./watches.ts";

/** Draws all consequences of what is on the trail. @returns the first clause found to be false, or -1 */
export function propagate(s: State): number {
  const { watches, value, trail } = s;
  const clauses = s.clauses.at;
  while (s.head < s.assigned) {
    const falsified = (trail[s.head++] as number) ^ 1;
    const start = watches.start[falsified] as number;
    const end = start + (watches.length[falsified] as number);
    let watching = watches.at;
    s.propagations++;
    let kept = start;
    for (let i = start; i < end; i += 2) {
      const clause = watching[i] as number;
      const hint = watching[i + 1] as number;
      if (value[hint] === 1) {
        watching[kept++] = clause;
        watching[kept++] = hint;
        continue;
      }
      const first = clause + HEAD;
      const other = (clauses[first] as number) ^ (clauses[first + 1] as number) ^ falsified;
      const past = first + (clauses[clause + SIZE] as number);
      let at = past;
      if (value[other] !== 1) {
        at = first + 2;
        while (at < past && value[clauses[at] as number] === -1) at++;
      }
      if (at < past) {
        // Another literal that is not false: it is watched from now on.
        const instead = clauses[at] as number;
        clauses[first] = other;
        clauses[first + 1] = instead;
        clauses[at] = falsified;
        watch(watches, instead, clause, other);
        watching = watches.at;
        continue;
      }
      watching[kept++] = clause;
      watching[kept++] = other;
      if (value[other] === 1) continue;
      clauses[first] = other;
      clauses[first + 1] = falsified;
      if (value[other] === -1) {
        for (i += 2; i < end; i++) watching[kept++] = watching[i] as number;
        watches.length[falsified] = kept - start;
        s.head = s.assigned;
        return clause;
      }
      assign(s, other, clause);
    }
    watches.length[falsified] = kept - start;
  }
  return -1;
}
