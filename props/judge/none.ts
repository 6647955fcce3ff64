/** What the word `none` stands for, where a setting names no rule of a kind. */

import { NONE } from "../../sim/setting.ts";

/** What `none` is: a map rule that allows all, a level rule that forbids nothing. */
export const NONE_OF = { map: ["all_that_the_folio_fills", "true"], level: ["no_level_rule", "false"] } as const;

/** The id of the rule that a setting's word names. */
export const idOf = (kind: keyof typeof NONE_OF, word: string): string => (word === NONE ? NONE_OF[kind][0] : word);
