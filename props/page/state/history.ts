/** Undo and redo of everything on the page. Changes that come at once (a drag, a word typed) are one. */

export interface History<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
}

/** More steps back are forgotten. */
const MOST = 200;

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [] });

/** @param joins the change belongs to the one before it */
export const changed = <T>({ past, now, future }: History<T>, next: T, joins: boolean): History<T> =>
  next === now
    ? { past, now, future }
    : {
        past: joins ? past : [...past, now].slice(-MOST),
        now: next,
        future: [],
      };

export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    now: before,
    future: [history.now, ...history.future],
  };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future };
}
