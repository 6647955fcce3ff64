/** How the parser gives up: one clear line with a place, thrown inside sim/c and turned into a value at its edge. */

import type { Place } from "./place.ts";

export type { Place } from "./place.ts";

export type Refusal = Error & { readonly place: Place };

export function fail(place: Place, message: string): never {
  throw Object.assign(new Error(message), { place: { line: place.line, column: place.column } });
}

export const isRefusal = (thrown: unknown): thrown is Refusal => thrown instanceof Error && "place" in thrown;
