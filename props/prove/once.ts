/** Terms that are asked for again and again about one thing, built once: all claims of a rule are about the same scenes. */

import { isKept } from "./smt/term.ts";

/**
 * What `build` comes to for this thing and key, the first time it was asked. Terms that keep what they were folded from are
 * built anew: they are none that a verdict rests on, and none of these may stand among them.
 */
export function onceFor<Built>(): (about: object, key: string, build: () => Built) => Built {
  const known = new WeakMap<object, Map<string, Built>>();
  return (about, key, build) => {
    if (isKept()) return build();
    const ofThis = known.get(about) ?? new Map<string, Built>();
    known.set(about, ofThis);
    const built = ofThis.get(key) ?? build();
    ofThis.set(key, built);
    return built;
  };
}
