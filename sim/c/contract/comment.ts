/** Contracts that stand in a comment right above a function, so that the file compiles as it is. */

import { fail } from "../syntax/fail.ts";
import type { PlaceOf } from "../syntax/place.ts";

/** A comment, or what only looks as if one began in it. */
const OPAQUE = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
const CLAUSE = /^([ \t/*]*)(?=(?:requires|ensures)\s*\()/;

/** Half-open range of the text. */
type Comment = { readonly start: number; readonly end: number };

/**
 * The text with the contracts' comments opened: nothing of them is left but the contract, everything where it was.
 * @throws a refusal where something stands behind a contract on its line
 */
export function withOpenContracts(text: string, placeOf: PlaceOf): string {
  if (!/(?:requires|ensures)\s*\(/.test(text)) return text;
  const comments = outsideOfBraces(text);
  const isAbove = new Map<Comment, boolean>();
  for (const [i, comment] of [...comments.entries()].toReversed()) {
    const behind = /^[ \t]*\r?\n?[ \t]*(?=(\S))/.exec(text.slice(comment.end, comment.end + 200));
    const next = comments[i + 1];
    const isNext = next !== undefined && behind !== null && comment.end + behind[0].length === next.start;
    isAbove.set(comment, isNext ? isAbove.get(next) === true : /[A-Za-z_]/.test(behind?.[1] ?? ""));
  }
  let out = text;
  for (const comment of comments) {
    if (isAbove.get(comment) === true) out = opened(out, comment, placeOf);
  }
  return out;
}

function outsideOfBraces(text: string): Comment[] {
  const found: Comment[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: match, index } of text.matchAll(OPAQUE)) {
    depth = depthAfter(text.slice(from, index), depth);
    from = index + match.length;
    if (depth === 0 && match.startsWith("/")) found.push({ start: index, end: from });
  }
  return found;
}

/** Branches of a conditional may open one brace twice; what closes in the first column closes a function. */
function depthAfter(code: string, before: number): number {
  let depth = before;
  for (let at = 0; at < code.length; at += 1) {
    const each = code[at] ?? "";
    if (each === "{" || each === "(") depth += 1;
    if (each === ")") depth = Math.max(0, depth - 1);
    if (each === "}") depth = code[at - 1] === "\n" ? 0 : Math.max(0, depth - 1);
  }
  return depth;
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ");

function opened(text: string, { start, end }: Comment, placeOf: PlaceOf): string {
  const inner = text.startsWith("/*", start) ? text.slice(start, end - 2) : text.slice(start, end);
  let out = "";
  let isContract = false;
  for (let at = 0; at < inner.length;) {
    const line = inner.indexOf("\n", at) < 0 ? inner.length : inner.indexOf("\n", at) + 1;
    const head = CLAUSE.exec(inner.slice(at, line))?.[0];
    if (head === undefined) {
      out += blank(inner.slice(at, line));
      at = line;
      continue;
    }
    isContract = true;
    const from = at + head.length;
    const to = closing(inner, from);
    const [semicolon = ""] = /^[ \t]*;?/.exec(inner.slice(to)) ?? [];
    const rest = /^[ \t]*(\S)?/.exec(inner.slice(to + semicolon.length));
    if (rest?.[1] !== undefined) {
      fail(placeOf(start + to + semicolon.length + rest[0].length - 1), "behind a contract's ')' its line ends");
    }
    // In a comment of several lines each begins with a star.
    out += blank(head) + inner.slice(from, to).replaceAll(/\n[ \t]*\*+/g, (each) => `\n${blank(each.slice(1))}`);
    at = to;
    out += blank(semicolon);
    at += semicolon.length;
  }
  return isContract ? text.slice(0, start) + out + blank(text.slice(start + out.length, end)) + text.slice(end) : text;
}

/** @returns behind the parenthesis that closes the first one; the end of what there is if none does */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (depth === 0 && text[at] === ")") return at + 1;
  }
  return text.length;
}
