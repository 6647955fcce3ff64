/** Rules of the user's own that stand beside the judged one, and what `none` says of a kind. */

import type { Rule } from "../../model/rule/tree.ts";
import type { Setting } from "../../sim/setting.ts";
import { NONE } from "../../sim/setting.ts";
import { hasUnknowns } from "../../sim/world.ts";
import { REFUSING_TEXTS } from "../claims/controls.ts";
import { NONE_OF } from "./none.ts";
import type { Rulebook } from "./rulebook.ts";
import { withMore } from "./rulebook.ts";

function read(book: Rulebook, { kind, id, text }: Pick<Rule, "kind" | "id" | "text">): Rule {
  const parsed = book.parse(text, { id, kind });
  if (!parsed.ok) throw new RangeError(`the ${kind} rule ${id}: ${parsed.error.message}`);
  const [rule, ...more] = parsed.rules;
  if (rule === undefined || more.length > 0 || rule.kind !== kind)
    throw new RangeError(`${id} is not one ${kind} rule`);
  const [unknown] = rule.unknowns;
  if (unknown !== undefined || hasUnknowns(rule)) {
    throw new RangeError(
      `the ${kind} rule ${id} reads ${unknown?.text ?? ""} (${unknown?.line ?? 0}:${unknown?.column ?? 0}), which is not known: beside the judged rule all has to be`,
    );
  }
  return { ...rule, id };
}

/** The rules at hand, with those that the setting brings along. @throws RangeError for one that cannot be read */
export function withBeside(book: Rulebook, setting: Pick<Setting, "map_rule" | "level_rule" | "beside">): Rulebook {
  const ofNone = (["map", "level"] as const).flatMap((kind) =>
    setting[`${kind}_rule`] === NONE ? [{ kind, id: NONE_OF[kind][0], text: NONE_OF[kind][1] }] : [],
  );
  const texts = [...ofNone, ...(setting.beside ?? []), ...(setting.level_rule === NONE ? REFUSING_TEXTS : [])];
  return withMore(
    book,
    texts.map((one) => read(book, one)),
  );
}
