/** The slots that a bind rule has to take, as the rule that --must-accept makes of them. */

import type { Rule } from "../../model/rule/tree.ts";
import { VMM_LAYOUTS } from "../../sim/layout/vmm-layouts.ts";
import type { Setting } from "../../sim/setting.ts";
import { hasUnknowns } from "../../sim/world.ts";
import { MUST_ACCEPT } from "../claims/controls.ts";
import type { Rulebook } from "./rulebook.ts";
import { withMore } from "./rulebook.ts";

/** The word for the slots of real VMMs. */
export const LAYOUTS = "layouts";

const hex = (n: bigint): string => `0x${n.toString(16)}`;

/** Each slot wherever in user space it lies, in a file that is large enough for it. */
const layoutsText = (): string => {
  const slots = VMM_LAYOUTS.flatMap(({ slots: all }) =>
    all.map(({ gpa, size, offset }) => `(gpa == ${hex(gpa)} && size == ${hex(size)} && offset == ${hex(offset)})`),
  );
  return `offset + size <= (u64)i_size &&\n(${[...new Set(slots)].join(" ||\n ")})`;
};

/** @throws RangeError where the text is no expression over what a bind rule reads */
function mustRule(book: Rulebook, said: string): Rule {
  const parsed = book.parse(said === LAYOUTS ? layoutsText() : said, { id: MUST_ACCEPT, kind: "bind" });
  if (!parsed.ok) throw new RangeError(`--must-accept: ${parsed.error.message}`);
  const [rule, ...more] = parsed.rules;
  if (rule === undefined || more.length > 0 || rule.kind !== "bind" || hasUnknowns(rule)) {
    throw new RangeError("--must-accept: an expression over what a bind rule reads is wanted");
  }
  return rule;
}

/** The rules at hand, and the one that the setting's must_accept makes. @throws RangeError */
export function withMustAccept(book: Rulebook, { must_accept }: Pick<Setting, "must_accept">): Rulebook {
  if (must_accept === undefined) return book;
  return withMore(book, [mustRule(book, must_accept)]);
}
