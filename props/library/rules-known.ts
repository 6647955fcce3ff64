/** The rules that a setting names have to be of the catalogue. */

import { RULE_KINDS } from "../../model/rule/parameters.ts";
import { InputError, shown } from "../../sim/schema/parse.ts";
import type { Setting } from "../../sim/setting.ts";
import type { Rulebook } from "../judge/rulebook.ts";

/** @throws RangeError that names the member */
export function rulesKnown(setting: Setting, book: Rulebook): void {
  for (const kind of RULE_KINDS) {
    const member = `${kind}_rule` as const;
    const id = setting[member];
    if (id !== undefined && !book.has(id, kind))
      throw new InputError(`setting.${member}: ${shown(id)} is no ${kind} rule of the catalogue`);
  }
}
