/** C text -> tokens with places. Comments go, lines that end in a backslash are joined. */

import { placesIn, type PlaceOf } from "./place.ts";
import { fail, type Place } from "./fail.ts";
import { splice } from "./splice.ts";

export type Token = Place & {
  /** stray: what C has no use for. In a part that is needed it is an error. */
  readonly kind: "word" | "number" | "character" | "string" | "mark" | "stray";
  readonly text: string;
  /** Half-open range of the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Nothing but blanks and comments stands before it on its line. */
  readonly isFirst?: boolean;
  /** Something blank stands right before it. */
  readonly isSpaced?: boolean;
};

/** A source file of the kernel has up to 700,000 characters; what is much larger was not meant to be C. */
const TEXT_LIMIT = 4_194_304;

// \x0b is \v, which mutation testing would make a \V of: no escape in a regular expression.
// oxlint-disable-next-line no-control-regex
const BLANK = /(?:[ \t\r\n\f\x0b\u{a0}]|\/\/[^\n]*|\/\*[^]*?\*\/)+/uy;
/** By what they may begin with, the first that matches. */
const KINDS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["word", /[A-Za-z_]\w*/y],
  ["number", /\.?\d(?:[\w.]|(?<=[eEpP])[+-])*/y],
  ["mark", /<<=|>>=|\.\.\.|->|\+\+|--|##|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\/(?!\*)|[-+*%&|^~!<>=?:;,.(){}[\]#]/y],
  ["character", /'(?:\\.|[^'\\\n])+'/uy],
  ["string", /"(?:\\.|[^"\\\n])*"/uy],
];

/** A line goes on behind a comment of several lines. */
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//g;
const START: Place = { line: 1, column: 1 };

export function lex(source: string, placeIn: PlaceOf = placesIn(source)): Token[] {
  const hasMark = source.startsWith("\u{feff}");
  // No editor counts a byte order mark as a column.
  const placeOf: PlaceOf = (offset) => {
    const { line, column } = placeIn(offset);
    return { line, column: hasMark && line === 1 ? column - 1 : column };
  };
  refuseUnreadable(source, placeOf);
  const { text, back } = splice(hasMark ? ` ${source.slice(1)}` : source);
  const tokens: Token[] = [];
  let isFirst = true;
  let isSpaced = false;
  for (let at = 0; at < text.length;) {
    const blank = endOf(BLANK, text, at);
    if (blank > at) {
      isSpaced = true;
      isFirst ||= text.slice(at, blank).replaceAll(COMMENT, "").includes("\n");
      at = blank;
      continue;
    }
    const start = back(at);
    const { line, column } = placeOf(start);
    const { kind, end } = tokenAt(text, at, { line, column });
    // What is joined behind it is not its own.
    tokens.push({
      line,
      column,
      kind,
      text: text.slice(at, end),
      start,
      end: back(end - 1) + 1,
      isFirst,
      isSpaced,
    });
    isFirst = false;
    isSpaced = false;
    at = end;
  }
  return tokens;
}

/** @returns where what stands at `at` ends; `at` itself where it is not there */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** What is no token of C is stray: one character, which is nobody's business where the preprocessor passes over it. */
function tokenAt(text: string, at: number, place: Place): { readonly kind: Token["kind"]; readonly end: number } {
  for (const [kind, pattern] of KINDS) {
    const end = endOf(pattern, text, at);
    if (end > at) return { kind, end };
  }
  if (text.startsWith("/*", at)) fail(place, "this comment is never closed");
  return { kind: "stray", end: at + String.fromCodePoint(text.codePointAt(at) ?? 0).length };
}

function refuseUnreadable(source: string, placeOf: PlaceOf): void {
  if (source.length > TEXT_LIMIT) {
    fail(START, `too long to be C: ${source.length} characters, at most ${TEXT_LIMIT}`);
  }
  const odd = /[\0\u{fffd}]/u.exec(source);
  if (odd) fail(placeOf(odd.index), odd[0] === "\0" ? "not text: a NUL byte" : "not UTF-8 text");
}

/** Why C has no use for a stray token. */
export function refuseStray(token: Token): never {
  const { text } = token;
  if (text === '"' || text === "'") return fail(token, `this ${text} is never closed on its line`);
  const code = (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return fail(token, /[!-~]/.test(text) ? `stray '${text}'` : `stray character U+${code}`);
}
