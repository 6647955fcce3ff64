/** What the two C programs of a finding have in common. */

import { isRuleInput } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Counterexample } from "../../counterexample.ts";
import type { Checks } from "./checks.ts";
import { definesFor } from "./checks.ts";
import { isByTree } from "./from-tree.ts";
import { headersFor, wordsOf } from "./headers.ts";
import { inputsOf } from "./inputs.ts";
import type { Model } from "./model.ts";
import { typesFor } from "./names.ts";
import { readText } from "./text.ts";

/** A quoted text must not end the comment that it stands in. */
export const harmless = (line: string): string => line.replaceAll("*/", "* /");
export const quoted = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
const YES = `\
static bool yes(bool (*check)(const struct asked *),
		const struct asked *asked, bool if_undefined)
{
	bool said;

	undefined_what = NULL;
	said = check(asked);
	return undefined_what ? if_undefined : said;
}
`;

/** A whole program: in front of its code stands what the code needs. */
export function programOf(parts: { readonly head: string; readonly code: string; readonly foot: string }): string {
  const words = wordsOf(parts.code);
  return [
    parts.head,
    "",
    headersFor(parts.code),
    "",
    ...typesFor(words),
    "",
    ...(words.has("PAGE") ? ["#define PAGE 0x1000ULL"] : []),
    ...(words.has("DOWN") ? ["#define DOWN(n, size) ((n) - (n) % (size))"] : []),
    ...definesFor(words),
    "",
    parts.code,
    parts.foot,
  ]
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n");
}

/** What the checks of a program read, all together. */
export const readInputs = (rules: readonly Rule[]): Model["inputs"] =>
  inputsOf(
    rules.filter((rule) => !isByTree(rule)).map(readText),
    rules.filter(isByTree).flatMap(({ reads }) => reads.filter(isRuleInput)),
  );

/** @param suspect what the suspect is called where it is asked */
export function askerOf(ce: Counterexample, checks: Checks, unknown: Model["unknown"], suspect: string): Model["ask"] {
  return (kind, ifUndefined) => {
    const name = kind === ce.rule.kind ? suspect : `ask_${kind}`;
    const said = checks.undefines ? `yes(${name}, &asked, ${ifUndefined})` : `${name}(&asked)`;
    // A map check's given values are the fault's, the level check's those of the bind.
    return (kind === "map" || kind === "order") && unknown.length > 0 ? `(asked.op = op_now, ${said})` : said;
  };
}

/** What holds the answer of a check that C leaves undefined. */
export const yesInC = ({ undefines }: Checks): string => (undefines ? YES : "");
