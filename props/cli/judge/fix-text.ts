/** How the answers of `judge --fix` are told. */

import type { ClaimName } from "../../../model/claim.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { VmmSlot } from "../../../sim/layout/vmm-layouts.ts";
import type { Fix, Fixes } from "../../prove/fix/fix.ts";
import type { Paint } from "../terminal/paint.ts";

export interface RealSlot extends VmmSlot {
  readonly layout: string;
  readonly slot: number;
}

export interface Cost {
  readonly fix: Fix;
  readonly refuses: readonly RealSlot[];
}

/** Fixes of one claim, or of all that were asked about. */
export interface Answer {
  readonly claim: ClaimName | "all claims asked";
  readonly holds: boolean;
  readonly costs: readonly Cost[];
  readonly undecided: Fixes["undecided"];
}

export interface RuleAnswer {
  readonly rule: Rule;
  /** Slots of real layouts that the rule takes as it is. */
  readonly taken: number;
  readonly answers: readonly Answer[];
}

/** Refused slots, a layout each: `qemu-low-memory 1`, `crosvm 0, 1`. */
function refusedTexts(refuses: readonly RealSlot[]): string[] {
  const layouts = new Map<string, number[]>();
  for (const { layout, slot } of refuses) layouts.set(layout, [...(layouts.get(layout) ?? []), slot]);
  return [...layouts].map(([name, slots]) => `${name} ${slots.join(", ")}`);
}

const LINE = 96;

/** Texts with semicolons between, in as few lines as hold them. */
function filled(texts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [at, text] of texts.entries()) {
    const last = lines.at(-1);
    const ended = at < texts.length - 1 ? `${text};` : text;
    if (last === undefined || last.length + ended.length >= LINE) lines.push(ended);
    else lines[lines.length - 1] = `${last} ${ended}`;
  }
  return lines;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Many fixes refuse the same slots: each list gets a letter where it is met first, and is told once. */
type Letters = Map<string, { readonly letter: string; readonly lines: readonly string[] }>;

function letterOf(letters: Letters, refuses: readonly RealSlot[]): string {
  const lines = filled(refusedTexts(refuses));
  const key = lines.join(" ");
  const met = letters.get(key);
  if (met !== undefined) return met.letter;
  const letter = LETTERS[letters.size] ?? `#${letters.size}`;
  letters.set(key, { letter, lines });
  return letter;
}

const legend = (letters: Letters, ink: Paint): string[] =>
  letters.size === 0
    ? []
    : [
        "real layouts, and which of their slots are refused:",
        ...[...letters.values()].flatMap(({ letter, lines }) =>
          lines.map((line, at) => `  ${at === 0 ? letter : " "}  ${ink.faint(line)}`),
        ),
        "",
      ];

/** What it costs to add a fix. */
function costText(refuses: readonly RealSlot[], taken: number, letters: Letters): string {
  if (refuses.length === 0) return `refuses none of the ${taken} slots of real layouts that are taken without it`;
  return `refuses ${refuses.length} of the ${taken} slots of real layouts that are taken without it (${letterOf(letters, refuses)})`;
}

function answerLines(
  { claim, holds, costs, undecided }: Answer,
  { rule, taken }: RuleAnswer,
  letters: Letters,
  ink: Paint,
): string[] {
  const title = `${ink.name(rule.id)}, ${claim}`;
  if (holds) return [`${title}: holds as it is`];
  const lines = [costs.length === 0 ? `${title}: no set of the premises known here is enough` : `${title} holds if`];
  for (const { fix, refuses } of costs) {
    lines.push(`  * ${fix.sentences.join(", and ")}`);
    if (fix.check !== "") lines.push(`      ${ink.strong(fix.check)}`);
    lines.push(`      ${costText(refuses, taken, letters)}`);
  }
  if (undecided.length > 0)
    lines.push(`  undecided: ${undecided.map((names) => names.join(" + ") || "none").join("; ")}`);
  return lines;
}

export function ruleLines(answer: RuleAnswer, ink: Paint): string[] {
  const letters: Letters = new Map();
  const lines = answer.answers.flatMap((one) => [...answerLines(one, answer, letters, ink), ""]);
  return [...lines, ...legend(letters, ink)];
}
