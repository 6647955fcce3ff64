/** Where two long lists first differ: that is what one wants to read, and it takes less time to tell than a diff. */

import { isDeepStrictEqual } from "node:util";

export function firstDifference(found: readonly unknown[], expected: readonly unknown[]): object | undefined {
  for (let at = 0; at < Math.max(found.length, expected.length); at++) {
    if (!isDeepStrictEqual(found[at], expected[at])) return { at, found: found[at], expected: expected[at] };
  }
  return undefined;
}
