/**
 * A function of which only some lines are shown, made whole: what is not shown is taken to refuse only and to change no
 * input. What opened above stands under a condition that nobody knows; what goes on below ends where it is cut.
 */

import { append } from "../../append.ts";
import { brackets, codeOf, indentOf } from "./code.ts";
import { cut, type Line, madeAt, placeIn } from "./line.ts";
import type { Place } from "../syntax/place.ts";

/** Lines that stand together; between two blocks something is not shown. */
export type Block = { readonly lines: readonly Line[]; readonly changed: ReadonlySet<number> };

export type Completed =
  | { readonly ok: true; readonly lines: readonly Line[]; readonly isWhole: boolean }
  | { readonly ok: false; readonly place: Place; readonly what: string };

/** A name that no file has; whatever stands above is under it. */
export const NOT_SHOWN = "not_shown";

const place = (line: Line): Place => placeIn(line, 0);
const made = (text: string, at: Line): Line => madeAt(text, place(at));

/**
 * @param context the function's first line, as a diff names it
 * @param hasHead does the first block begin with it?
 */
export function complete(
  blocks: readonly Block[],
  { context, hasHead, hasEnd }: { readonly context?: Line; readonly hasHead: boolean; readonly hasEnd: boolean },
): Completed {
  const out: Line[] = [];
  if (hasHead && hasEnd && blocks.length === 1) return { ok: true, lines: blocks[0]?.lines ?? [], isWhole: true };
  const isNamed = hasHead || context !== undefined;
  for (const [i, block] of blocks.entries()) {
    const isFirst = i === 0;
    const isLast = i === blocks.length - 1;
    const { lines, head, end } = apart(block, hasHead && isFirst, hasEnd && isLast);
    const inner = balanced(lines);
    if (!inner.ok) return inner;
    const at = block.lines[0];
    if (isFirst && at && isNamed) append(out, head.length > 0 ? head : headOf(context));
    append(out, inner.lines);
    const last = block.lines.at(-1);
    if (isLast && last && isNamed) append(out, end.length > 0 ? end : [made("}", last)]);
  }
  return { ok: true, lines: out, isWhole: false };
}

/** Without the head up to its brace, and without the brace that ends it. */
function apart(
  { lines, changed }: Block,
  hasHead: boolean,
  hasEnd: boolean,
): { readonly head: readonly Line[]; readonly lines: Block; readonly end: readonly Line[] } {
  const code = codeOf(lines);
  const brace = hasHead ? code.findIndex((text) => text.includes("{")) : -1;
  const from = brace < 0 ? 0 : brace + 1;
  const to = hasEnd ? code.findLastIndex((text) => text.startsWith("}")) : lines.length;
  const inner = lines.slice(from, to);
  const own = new Set([...changed].filter((i) => i >= from && i < to).map((i) => i - from));
  return { head: lines.slice(0, from), lines: { lines: inner, changed: own }, end: lines.slice(to) };
}

/** As the diff names it; a list that it cut off ends behind the last whole parameter. */
function headOf(context: Line | undefined): Line[] {
  if (!context) throw new Error("nobody names this function");
  const text = context.text.trimEnd();
  const isCut = !text.includes(")");
  const comma = text.lastIndexOf(",");
  const open = text.indexOf("(");
  const shown = isCut ? text.slice(0, comma > open ? comma : open + 1) : text;
  const typed = /^\w+\s*\(/.test(shown) ? [made("int", context)] : [];
  return [...typed, cut(context, 0, shown.length), made(isCut ? ") {" : "{", context)];
}

type Balanced =
  | { readonly ok: true; readonly lines: readonly Line[] }
  | { readonly ok: false; readonly place: Place; readonly what: string };

function balanced({ lines: given, changed }: Block): Balanced {
  const trimmed = withoutTorn(given, changed);
  if (!("lines" in trimmed)) return trimmed;
  const { lines } = trimmed;
  const code = codeOf(lines);
  const [first] = lines;
  const last = lines.at(-1);
  if (!first || !last) return { ok: true, lines: [] };
  // Braces that close what opened above, from the inside out.
  const opens: string[] = [];
  let depth = 0;
  for (const text of code) {
    for (let i = 0; i < text.length; i += 1) {
      if (text[i] === "{") depth += 1;
      if (text[i] !== "}") continue;
      depth -= 1;
      if (depth >= 0) continue;
      depth = 0;
      opens.push(/^\}\s*while\b/.test(text.slice(i)) ? "do {" : `if (${NOT_SHOWN}) {`);
    }
  }
  const begins = /^\s*else\b/.test(code.find((text) => text.trim() !== "") ?? "");
  const before = opens.toReversed();
  return {
    ok: true,
    lines: [
      ...before.map((text) => made(text, first)),
      ...(begins ? [made(`if (${NOT_SHOWN}) {}`, first)] : []),
      ...lines,
      ...Array.from({ length: depth }, () => made("}", last)),
    ],
  };
}

/** Without statements of which a part is not shown; one that the patch changes is refused. */
function withoutTorn(
  lines: readonly Line[],
  changed: ReadonlySet<number>,
): { readonly lines: readonly Line[] } | Extract<Balanced, { ok: false }> {
  const code = codeOf(lines);
  const from = tornAbove(code);
  const isBody = from > 0 || isIndentedDeeper(code, from);
  const to = tornBelow(code, from);
  for (const i of changed) {
    const line = lines[i];
    if (line && i < from) return { ok: false, place: place(line), what: ABOVE };
    if (line && i >= to) return { ok: false, place: place(line), what: BELOW };
  }
  const kept = lines.slice(from, to);
  const [first] = kept;
  // The first statement stands under a condition that is not shown, or is torn.
  const end = isBody ? bodyEnd(code.slice(from, to), from > 0) : 0;
  const last = kept[end - 1];
  if (!first || !last) return { lines: kept };
  return { lines: [made(`if (${NOT_SHOWN}) {`, first), ...kept.slice(0, end), made("}", last), ...kept.slice(end)] };
}

const ABOVE = "the condition begins above what is shown: add the lines above, or name the tree with --tree";
const BELOW = "this statement goes on below what is shown: add the lines below, or name the tree with --tree";

/** @returns the first line that begins a statement of its own */
function tornAbove(code: readonly string[]): number {
  let depth = 0;
  for (const [i, text] of code.entries()) {
    let least = 0;
    let sum = 0;
    for (const each of text) {
      if ("([".includes(each)) sum += 1;
      if (")]".includes(each)) sum -= 1;
      least = Math.min(least, sum);
    }
    if (depth + least < 0) return i + 1;
    depth += sum;
    if (/[;{}]/.test(text) && depth === 0) break;
  }
  // An operator cannot begin a statement.
  const first = code.findIndex((text) => text.trim() !== "");
  if (/^\s*(?:\|\||&&|[?:<>=/%^|]|!=|\+ |- |\* |& )/.test(code[first] ?? "")) {
    const end = code.findIndex((text, i) => i >= first && /[;{]/.test(text));
    return end < 0 ? code.length : end + 1;
  }
  return 0;
}

/** @returns behind the last line that ends a statement */
function tornBelow(code: readonly string[], from: number): number {
  let end = from;
  let depth = 0;
  for (let i = from; i < code.length; i += 1) {
    const text = code[i] ?? "";
    depth += brackets(text);
    const isBlank = text.trim() === "" || /^\s*#/.test(text);
    if (depth === 0 && (/[;{}:]\s*$/.test(text) || (isBlank && end === i))) end = i + 1;
  }
  return end;
}

/** Is the first statement deeper than one that follows, without a line that opens for it? */
function isIndentedDeeper(code: readonly string[], from: number): boolean {
  const told = code.slice(from).filter((text) => text.trim() !== "" && !/^\s*#|^\w+:/.test(text));
  const [first, ...later] = told;
  if (first === undefined || /^\s*\}/.test(first)) return false;
  const own = indentOf(first);
  const next = later.find((text) => indentOf(text) < own);
  return next !== undefined && !/^\s*\}/.test(next) && !/^\s*(?:case|default)\b/.test(next);
}

/**
 * @param isTorn the condition was above, so that there is a body
 * @returns behind the lines that are as deep as the first; 0 where a brace ends them
 */
function bodyEnd(code: readonly string[], isTorn: boolean): number {
  const first = code.findIndex((text) => text.trim() !== "");
  const own = indentOf(code[first] ?? "");
  const next = code.findIndex(
    (text, i) => i > first && text.trim() !== "" && indentOf(text) < own && !/^\s*#/.test(text),
  );
  if (next < 0) return isTorn ? code.length : 0;
  return /^\s*\}/.test(code[next] ?? "") ? 0 : next;
}
