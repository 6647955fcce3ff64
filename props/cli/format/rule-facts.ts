/** What a rule's C was taken for: what it reads, what of that no model knows, and what was taken on trust. */

import type { RuleUse } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";

/** Which C stands for which input; where nobody said, by its own name. */
export const readsOf = ({ reads, readAs }: Rule): readonly { readonly text: string; readonly as: string }[] =>
  readAs ?? reads.map((name) => ({ text: name, as: name }));

export const arbitraryOf = ({ unknowns }: Rule): readonly { text: string; line: number; column: number }[] =>
  unknowns.map(({ text, line, column }) => ({ text, line, column }));

const POLARITY: Readonly<Record<RuleUse, string>> = {
  "bind-accepts": "true accepts the slot",
  "bind-refuses": "true refuses the slot",
  "map-allows": "true lets the page be mapped",
  "map-forbids": "true forbids the mapping",
  "level-forbids": "true forbids the level",
  "level-allows": "true allows the level",
  "order-allows": "true lets the folio be allocated",
  "order-forbids": "true forbids the folio's order",
};

/** Lines above the verdicts; none for a rule that reads known names only and whose answer nobody had to settle. */
export function factLines(rule: Rule): string[] {
  const { polarity, takenNotToChange = [], unknowns, assumed = [] } = rule;
  const renamed = readsOf(rule).some(({ text, as }) => text !== as);
  const reads = readsOf(rule).map(({ text, as }) => (text === as ? text : `${text} (${as})`));
  return [
    ...(polarity === undefined ? [] : [`${POLARITY[polarity.use]}: ${polarity.why}`]),
    ...(renamed || unknowns.length > 0 ? [`reads: ${reads.join(", ") || "nothing of the slot or the file"}`] : []),
    ...(unknowns.length === 0
      ? []
      : [`arbitrary: ${unknowns.map(({ text, line, column }) => `${text} (${line}:${column})`).join(", ")}`]),
    ...(assumed.length === 0 ? [] : [`assuming: ${assumed.join("; ")}`]),
    ...(takenNotToChange.length === 0 ? [] : [`taken not to change slot: ${takenNotToChange.join(", ")}`]),
  ];
}
