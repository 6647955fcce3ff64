/**
 * Where an evaluation stands, for all inputs at once: which inputs got here, and what each local holds for them. Branches
 * fork it and join it again; what it holds for other inputs means nothing.
 */

import type { Term } from "./term.ts";
import { and, ite, not, or, isFalse } from "./term.ts";

export interface Path {
  /** For which inputs the evaluation comes here. */
  live: Term;
  /** Of the function that is evaluated. */
  locals: Term[];
  /** Of the rule. */
  cells: Term[];
}

/** Follow a condition's two answers, and join what comes of them. The branches change the path they are given. */
export function branch(path: Path, condition: Term, then: (p: Path) => void, otherwise: (p: Path) => void): void {
  const yes: Path = { ...copyOf(path), live: and(path.live, condition) };
  const no: Path = { ...copyOf(path), live: and(path.live, not(condition)) };
  const { live: yesLive } = yes;
  const { live: noLive } = no;
  if (!isFalse(yesLive)) then(yes);
  if (!isFalse(noLive)) otherwise(no);
  // Nobody left by return, break or continue: all who came are here still, and need no new formula to say so.
  const live = yes.live === yesLive && no.live === noLive ? path.live : or(yes.live, no.live);
  const joined = (ofYes: readonly Term[], ofNo: readonly Term[]): readonly Term[] => {
    if (isFalse(yes.live)) return ofNo;
    return isFalse(no.live) ? ofYes : ofYes.map((value, at) => ite(condition, value, ofNo[at] ?? value));
  };
  path.live = live;
  replace(path.locals, joined(yes.locals, no.locals));
  replace(path.cells, joined(yes.cells, no.cells));
}

const replace = (values: Term[], by: readonly Term[]): void => void values.splice(0, values.length, ...by);

/** Paths that no input takes two of, become one. */
export function join(path: Path, reached: readonly Path[]): void {
  for (const other of reached) {
    for (const [values, others] of [
      [path.locals, other.locals],
      [path.cells, other.cells],
    ] as const) {
      if (isFalse(path.live)) replace(values, others);
      else values.forEach((value, at) => (values[at] = ite(other.live, others[at] ?? value, value)));
    }
    path.live = or(path.live, other.live);
  }
}

export const copyOf = ({ live, locals, cells }: Path): Path => ({ live, locals: [...locals], cells: [...cells] });
