/**
 * Where an evaluation stands, for all inputs at once: which inputs got here, and what each local holds for them. Branches
 * fork it and join it again; what it holds for other inputs means nothing.
 */

import type { Term } from "./term.ts";
import { and, FALSE, ite, not, or } from "./term.ts";

export interface Path {
  /** For which inputs the evaluation comes here. */
  live: Term;
  locals: Term[];
}

/** Follow a condition's two answers, and join what comes of them. The branches change the path they are given. */
export function branch(path: Path, condition: Term, then: (p: Path) => void, otherwise: (p: Path) => void): void {
  const yes: Path = { live: and(path.live, condition), locals: [...path.locals] };
  const no: Path = { live: and(path.live, not(condition)), locals: [...path.locals] };
  const { live: yesLive } = yes;
  const { live: noLive } = no;
  if (yesLive !== FALSE) then(yes);
  if (noLive !== FALSE) otherwise(no);
  // Nobody left by return, break or continue: all who came are here still, and need no new formula to say so.
  const live = yes.live === yesLive && no.live === noLive ? path.live : or(yes.live, no.live);
  const joined =
    yes.live === FALSE
      ? no.locals
      : no.live === FALSE
        ? yes.locals
        : yes.locals.map((local, at) => ite(condition, local, no.locals[at] ?? local));
  path.live = live;
  path.locals.splice(0, path.locals.length, ...joined);
}

/** Paths that no input takes two of, become one. */
export function join(path: Path, others: readonly Path[]): void {
  for (const other of others) {
    if (path.live === FALSE) path.locals.splice(0, path.locals.length, ...other.locals);
    else path.locals.forEach((local, at) => (path.locals[at] = ite(other.live, other.locals[at] ?? local, local)));
    path.live = or(path.live, other.live);
  }
}

export const copyOf = ({ live, locals }: Path): Path => ({ live, locals: [...locals] });
