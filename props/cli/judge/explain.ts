/** `judge … --explain NAME`: why a name or a call is arbitrary, what it may have changed, and what would settle it. */

import type { Rule, Unknown } from "../../../model/rule/tree.ts";
import { meant } from "../../../sim/c/syntax/nearest.ts";
import { UsageError } from "../terminal/io.ts";
import { readsOf } from "../format/rule-facts.ts";

const wordsOf = (text: string): readonly string[] => [...text.matchAll(/[A-Za-z_]\w*/gu)].map(([word]) => word);
const has = (text: string, name: string): boolean => text === name || wordsOf(text).includes(name);

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);
const isMember = (text: string): boolean => /^[\w.]*(?:->[\w.]+)+$|^\w+(?:\.\w+)+$/.test(text);

/** Is it in the text as a name of its own: no member, no pointer, no function? */
const standsAlone = (text: string, name: string): boolean =>
  isName(name) && new RegExp(String.raw`(?<![\w.]|->)${name}(?!\w|\s*(?:->|\.|\())`).test(text);

/** Why nobody knows it, and what would settle it. */
function reasonOf({ is, text }: Unknown, name: string): readonly [why: string, settledBy: string] {
  if (is === "call")
    return [
      "what it returns is not shown: any value, another one each time",
      "its definition, in the text or in --tree DIR",
    ];
  if (is === "macro") {
    const own = isName(text) ? [`--let '${text}=EXPR', or `] : [];
    return ["its definition is not shown: one value, the same for every op", `${own.join("")}its #define`];
  }
  if (isName(text)) return ["nothing says what it is: any value", `--let '${text}=EXPR'`];
  if (isMember(text))
    return [
      "no model knows this member: any value, until something may have changed it",
      `--assume 'EXPR' over ${text}, where the text declares its type`,
    ];
  return [
    "the type of what is in it is not known, nor what it comes to: any value",
    `declarations of the struct or the variables in it${standsAlone(text, name) ? `, or --let '${name}=EXPR'` : ""}`,
  ];
}

const placed = ({ line, column }: { readonly line: number; readonly column: number }): string => `${line}:${column}`;

/** Lines about one rule; none where it has nothing of the name. */
function linesOf(rule: Rule, name: string): string[] {
  const { unknowns, calls = [] } = rule;
  const own = unknowns.filter(({ text }) => has(text, name));
  const called = calls.filter((call) => has(call.name, name));
  const changing = calls.filter(({ mayChange }) => mayChange.some((each) => has(each, name)));
  const known = readsOf(rule).filter(({ text, as }) => has(text, name) || as === name);
  return [
    ...known.map(({ text, as }) => `  ${text} is not arbitrary: it is read as ${as}`),
    ...own.flatMap((each) => {
      const [why, settledBy] = reasonOf(each, name);
      return [`  ${placed(each)}: ${each.text} is arbitrary: ${why}`, `    settled by ${settledBy}`];
    }),
    ...called.map(
      (call) =>
        `  ${placed(call)}: ${call.name}() may change ${call.mayChange.length === 0 ? "nothing that the check reads" : call.mayChange.join(", ")}` +
        (rule.takenNotToChange?.includes(call.name) === true
          ? "; it is taken not to change the slot (--strict-calls: it may)"
          : ""),
    ),
    ...changing
      .filter((call) => !called.includes(call))
      .map((call) => `  ${placed(call)}: ${call.name}() may change it`),
  ];
}

/** @throws UsageError where no rule has anything of the name */
export function explainText(rules: readonly Rule[], name: string): string {
  const told = rules.flatMap((rule) => {
    const lines = linesOf(rule, name);
    const where = rule.file === undefined ? "" : ` (${rule.file}:${rule.line})`;
    return lines.length === 0 ? [] : [`${rule.id}${where}: ${name}`, ...lines];
  });
  if (told.length > 0) return `${told.join("\n")}\n`;
  const names = rules.flatMap(({ unknowns, calls = [] }) => [
    ...unknowns.flatMap(({ text }) => wordsOf(text)),
    ...calls.map((call) => call.name),
  ]);
  const hint = meant(name, new Set(names)) || "; what is arbitrary stands under `arbitrary` in the report";
  throw new UsageError(`--explain: nothing that is judged reads or calls "${name}"${hint}`);
}
