/** A world around one rule, for tests of your own. */

import type { RuleKind } from "../../model/rule/parameters.ts";
import type { World } from "../../model/abstract/machine.ts";
import type { Setting } from "../../sim/setting.ts";
import { rulesOf } from "../judge/context.ts";
import { openRulebook } from "../judge/rulebook.ts";
import type { Rules } from "../../sim/world.ts";
import { worldOf } from "../../sim/world.ts";
import { settingAsked } from "./asked.ts";
import { rulesKnown } from "./rules-known.ts";
import { trusted } from "./worlds.ts";

/**
 * The world in which a rule is judged: C text, or the id of a catalogue rule; what the setting does not say is as in
 * `foliofence judge`.
 * @throws RangeError that names the member of the setting which is wrong; SyntaxError with line:column for C that cannot be read or holds more than one rule
 */
export async function openWorld(rule: string, over: Partial<Setting> = {}, kind?: RuleKind): Promise<World> {
  const book = await openRulebook();
  const setting = settingAsked(over);
  rulesKnown(setting, book);
  const options = { setting, ruleById: book.byId };
  const made = (rules: Rules): World => trusted(worldOf(rules, setting).world, { rules, setting });
  if (book.has(rule)) return made(rulesOf(book.byId(rule), options));
  const parsed = book.parse(rule, { id: "expression", ...(kind === undefined ? {} : { kind }) });
  if (!parsed.ok) throw new SyntaxError(`${parsed.error.line}:${parsed.error.column}: ${parsed.error.message}`);
  const [only, ...more] = parsed.rules;
  if (only === undefined || more.length > 0)
    throw new SyntaxError(`1:1: ${parsed.rules.length} rules, where one is wanted`);
  return made(rulesOf(only, options));
}
