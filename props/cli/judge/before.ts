/** What a patch takes away or replaces. */

import type { Rule } from "../../../model/rule/tree.ts";
import type { Patch } from "../../../sim/c/document.ts";

/** Rules that are judged for what they were before a patch, and for nothing else. */
export const rulesBefore = (patches: readonly Patch[]): readonly Rule[] =>
  patches.flatMap(({ before, after }) => (after.length > 0 ? before : []));
