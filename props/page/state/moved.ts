/** Where a drag takes a page quantity. */

import type { Scale } from "./scale.ts";

/** What is held, and where: a value, and the pixel at which it was taken. */
export interface Grip {
  /** The layout from the first touch to the release. */
  readonly scale: Scale;
  readonly from: number;
  readonly value: number;
}

/** A hand that shakes by less than this many pixels drags nothing. */
const STILL = 2;

/** The value moved by a distance on the ruler, and rounded to what can be aimed at there. */
export function moved({ scale, from, value }: Grip, to: number): number {
  const distance = scale.page(to) - scale.page(from);
  const grain = Math.min(scale.grain(from), scale.grain(to));
  return Math.abs(to - from) < STILL ? value : Math.max(0, Math.round((value + distance) / grain) * grain);
}
