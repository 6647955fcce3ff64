/**
 * Where a slider stops. A slider that ran over every page of a terabyte could not be set to a page, so it runs over the
 * values at which something happens: powers of two, the page beside each large one, the middle between two. Any other
 * value is typed, or dragged on the ruler; the slider then stands between two stops.
 */

const FIRST_EXPONENT = 0;
/** 2^31 pages are 8 TiB: more than any slot may have. */
const LAST_EXPONENT = 31;

function stops(): readonly number[] {
  const pages = new Set([0]);
  for (let e = FIRST_EXPONENT; e <= LAST_EXPONENT; e++) {
    const power = 2 ** e;
    pages.add(power);
    if (e >= 2) pages.add(power * 1.5);
    if (e === 9 || e === 18 || e === 20) pages.add(power - 1).add(power + 1);
  }
  return [...pages].toSorted((a, b) => a - b);
}

/** Page quantities, ascending. */
export const NOTCHES = stops();

/** Two steps a stop, so that a value between two stops has a place of its own. */
export const LAST_POSITION = (NOTCHES.length - 1) * 2;

/** The slider's position for a value. */
export function positionOf(pages: number): number {
  const at = NOTCHES.findLastIndex((stop) => stop <= pages);
  if (at === NOTCHES.length - 1) return LAST_POSITION;
  return NOTCHES[at] === pages ? at * 2 : at * 2 + 1;
}

/** The stop that is meant when the slider goes from one position to another: the next one in that direction. */
export function notchAt(position: number, before: number): number {
  const at = position > before ? Math.ceil(position / 2) : Math.floor(position / 2);
  return NOTCHES[Math.min(at, NOTCHES.length - 1)] ?? 0;
}
