/** Lines of C, looked at without a parser: what stands in comments and strings is blank, brackets are counted. */

import type { Line } from "./line.ts";

const TOKEN = /\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

/** Every line with its comments and strings blanked, each as long as it was. */
export function codeOf(lines: readonly Line[]): string[] {
  const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ");
  const text = lines
    .map((line) => line.text)
    .join("\n")
    .replaceAll(TOKEN, blank);
  // What is shown may begin in a comment.
  const end = text.indexOf("*/");
  const whole = end < 0 ? text : blank(text.slice(0, end + 2)) + text.slice(end + 2);
  return whole.split("\n");
}

export const indentOf = (text: string): number => {
  let columns = 0;
  for (const each of text) {
    if (each === "\t") columns += 8 - (columns % 8);
    else if (each === " ") columns += 1;
    else return columns;
  }
  return columns;
};

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
/** Braces that it opens, less those that it closes. */
export const braces = (code: string): number => count(code, /\{/g) - count(code, /\}/g);
/** Parentheses and square brackets. */
export const brackets = (code: string): number => count(code, /[([]/g) - count(code, /[)\]]/g);

export type Shown = {
  /** Half-open range of lines. */
  readonly from: number;
  readonly to: number;
  /** Of a function; nothing where it is not shown or does not stand in one. */
  readonly name?: string;
  readonly hasHead: boolean;
  readonly hasEnd: boolean;
  readonly isFunction: boolean;
};

const NO_FUNCTION = /^(?:if|for|while|switch|return|else|do|case|default|sizeof|__attribute__|define)$/;

/** The name in `type name(`, where a line outside of functions begins one. */
export function functionIn(code: string): string | undefined {
  const name = /(?<!\w)([A-Za-z_]\w*)\s*\(/.exec(code)?.[1];
  return name === undefined || NO_FUNCTION.test(name) || /^\s*[#=]|=/.test(code.slice(0, code.indexOf("(")))
    ? undefined
    : name;
}

/**
 * Functions and what stands between them, by the kernel's style: what begins in the first column is outside.
 * @param context of the first line, if it may stand in a function
 */
export function shownIn(lines: readonly Line[], context: string | undefined): Shown[] {
  const code = codeOf(lines);
  const shown: Shown[] = [];
  const isOutside = (text: string): boolean => /^[A-Za-z_}{]/.test(text) && !/^\w+\s*:(?!:)/.test(text);
  const first = code.findIndex(isOutside);
  // A struct ends in };
  const closes = first >= 0 && /^\}\s*$/.test(code[first] ?? "");
  // A diff names what its first line stands in, or comes after.
  const opens = first >= 0 && (code[first] ?? "").startsWith("{");
  const indented = code.slice(0, first < 0 ? code.length : first).some((text) => /^\s+[^\s#]/.test(text));
  let at = 0;
  const end = opens ? endOf(code, first) : closes ? first + 1 : first < 0 && indented ? code.length : 0;
  if (end > 0) {
    const name = context === undefined ? undefined : functionIn(context);
    shown.push({
      from: 0,
      to: end,
      ...(name !== undefined && { name }),
      hasHead: false,
      hasEnd: closes || (opens && /\}/.test(code[end - 1] ?? "")),
      // Or lines of a struct, an enum, a table.
      isFunction: context === undefined || name !== undefined,
    });
    at = end;
  }
  while (at < code.length) {
    const head = code.findIndex((text, i) => i >= at && beginsFunction(code, i, text));
    if (head < 0) break;
    if (head > at) shown.push({ from: at, to: head, hasHead: true, hasEnd: true, isFunction: false });
    const to = endOf(code, head);
    const name = functionIn(code.slice(head, to).join(" "));
    const hasEnd = code.slice(head, to).reduce((sum, each) => sum + braces(each), 0) === 0;
    shown.push({ from: head, to, ...(name !== undefined && { name }), hasHead: true, hasEnd, isFunction: true });
    at = to;
  }
  if (at < code.length) shown.push({ from: at, to: code.length, hasHead: true, hasEnd: true, isFunction: false });
  return shown;
}

/** A line in the first column, and behind it a list of parameters and a brace. */
function beginsFunction(code: readonly string[], at: number, text: string): boolean {
  if (!/^[A-Za-z_]/.test(text) || /^(?:typedef|struct\s+\w+\s*\{|enum|union|EXPORT_|MODULE_|#)/.test(text))
    return false;
  let depth = 0;
  let hasList = false;
  for (let i = at; i < Math.min(code.length, at + HEAD_LINES); i += 1) {
    for (const each of code[i] ?? "") {
      if (each === "(") {
        depth += 1;
        hasList = true;
      }
      if (each === ")") depth -= 1;
      if (depth === 0 && (each === ";" || each === "=")) return false;
      if (depth === 0 && each === "{") return hasList;
    }
  }
  return false;
}

const HEAD_LINES = 30;

/** @returns behind the line with the brace that closes the first one, or the end of what is shown */
function endOf(code: readonly string[], from: number): number {
  let depth = 0;
  let isOpen = false;
  for (let i = from; i < code.length; i += 1) {
    const text = code[i] ?? "";
    depth += braces(text);
    isOpen ||= text.includes("{");
    if (isOpen && (depth <= 0 || text.startsWith("}"))) return i + 1;
  }
  return code.length;
}
