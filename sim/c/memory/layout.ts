/** What depends on how a type lies in memory. */

import { constant } from "../tree/build.ts";
import { sizeOfType } from "../tree/ctype.ts";
import type { Scope } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { fresh, integer } from "./value.ts";

type Special = (scope: Scope, syntax: Syntax, args: readonly Syntax[]) => Value | undefined;

/** Where a member stands and how large it is, nobody knows; it stays what it is. */
const ofLayout: Special = (scope, syntax) =>
  scope.rule.isStrict ? undefined : integer(fresh(scope, syntax, "macro", "u64", false, "run"));

const bitsOf: Special = (scope, syntax, [type]) => {
  const named = type?.unit.type;
  if (!type || scope.rule.isStrict) return undefined;
  if (named === undefined) return ofLayout(scope, syntax, [type]);
  return integer(constant("u64", BigInt(8 * (sizeOfType({ is: "int", type: named }) ?? 0))));
};

export const OF_LAYOUT = {
  offsetofend: ofLayout,
  sizeof_field: ofLayout,
  BITS_PER_TYPE: bitsOf,
} satisfies Readonly<Record<string, Special>>;
