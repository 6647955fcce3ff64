/** --map-rule, --level-rule and --order-rule: an id of the catalogue, FILE[:FUNCTION], or none. */

import type { BesideKind, RuleBeside } from "../../../sim/setting.ts";
import { BESIDE_KINDS, NONE } from "../../../sim/setting.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { withBeside } from "../../judge/beside.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import { UsageError } from "../terminal/io.ts";
import { rulesFrom } from "../terminal/sources.ts";
import { asUsage } from "../terminal/usage.ts";
import type { JudgeFlags } from "./flags.ts";

const FLAG = { map: "mapRule", level: "levelRule", order: "orderRule" } as const satisfies Record<
  BesideKind,
  keyof JudgeFlags
>;

/** A word that names a file, as for the rule that is judged. */
const isFile = (word: string): boolean => /[./\\]/.test(word);

/** @throws UsageError where the file has none, or more than one */
function ruleIn(book: Rulebook, kind: BesideKind, word: string): Rule {
  const rules = rulesFrom(book, { words: [word], expressions: [], kind });
  const [rule, ...more] = rules;
  if (rule === undefined || more.length > 0) {
    throw new UsageError(
      `--${kind}-rule: ${word} has ${rules.length} ${kind} rules (${rules.map(({ id }) => id).join(", ")}): name one, FILE:FUNCTION`,
    );
  }
  if (rule.kind !== kind) throw new UsageError(`--${kind}-rule: ${rule.id} in ${word} is a ${rule.kind} rule`);
  return rule;
}

/** The flags with ids in place of files, and the rules at hand with those in the files. @throws UsageError */
export function knowingBeside(
  flags: JudgeFlags,
  book: Rulebook,
): { readonly flags: JudgeFlags; readonly book: Rulebook } {
  const beside: RuleBeside[] = [];
  let said = flags;
  for (const kind of BESIDE_KINDS) {
    const word = flags[FLAG[kind]];
    if (word === undefined) continue;
    if (kind === "order" && word === NONE) {
      const { orderRule: _, ...rest } = said;
      said = rest;
    } else if (isFile(word) && !book.has(word, kind)) {
      const { id: name, text } = ruleIn(book, kind, word);
      const id = book.has(name) || beside.some((each) => each.id === name) ? `${name}_${kind}` : name;
      beside.push({ kind, id, text });
      said = { ...said, [FLAG[kind]]: id };
    }
  }
  const { mapRule: map_rule = "", levelRule: level_rule = "" } = said;
  try {
    const known = withBeside(book, { map_rule, level_rule, ...(beside.length > 0 && { beside }) });
    return { flags: beside.length > 0 ? { ...said, beside } : said, book: known };
  } catch (error) {
    throw asUsage(error);
  }
}
