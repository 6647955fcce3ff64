/** C that stands between sentences: whole functions, what they are defined with, or statements set apart by blank lines. */

import { codeOf, shownIn } from "./code.ts";
import { cut, type Line } from "./line.ts";

/** Words of English that no declaration of C is made of. */
const ENGLISH =
  /\b(?:the|is|are|was|of|to|this|that|here|there|and|or|my|i|you|we|it|with|what|how|why|not|would|could|should|looks|about|please|thanks|hi|hello|wrote|on|as|in|be|can|does|use|used|just|same)\b/gi;

/** Is it a sentence, or a part of one? */
const isProse = (text: string): boolean => {
  if (/[;{}=#]|^\s*(?:\/\*|\*|\/\/)|&&|\|\|/.test(text)) return false;
  const words = text.match(ENGLISH)?.length ?? 0;
  return (
    words >= 2 ||
    (words === 1 && /[.?!:,]\s*$/.test(text)) ||
    /^(?:hi|hello|thanks|regards|cheers|dear)\b/i.test(text.trim())
  );
};

/** A function's head that goes on in the next line. */
const OPENS_LIST = /^[A-Za-z_][\w\s*]*\w\((?:[^()]*,)?\s*$/;

/** Outside of every brace, and of every list of parameters: some are called to, in or i. */
export function hasProse(lines: readonly Line[]): boolean {
  let depth = 0;
  let inList = false;
  for (const text of codeOf(lines)) {
    if (depth === 0) {
      inList ||= OPENS_LIST.test(text);
      if (!inList && isProse(text)) return true;
      inList &&= text.trim() !== "" && !text.includes(")");
    }
    depth += (text.match(/\{/g)?.length ?? 0) - (text.match(/\}/g)?.length ?? 0);
  }
  return false;
}

/** @returns the lines that are C; none where nothing is */
export function codeAmong(lines: readonly Line[]): Line[] {
  const functions = functionsAmong(lines);
  if (functions.length > 0) return functions;
  const paragraphs: Line[][] = [[]];
  for (const line of lines) {
    if (line.text.trim() === "") paragraphs.push([]);
    else paragraphs.at(-1)?.push(line);
  }
  const code = paragraphs.filter((each) => each.length > 0 && each.every(isCode) && each.some(isStatement));
  return code.flatMap((each, i) => (i > 0 && each[0] ? [cut(each[0], 0, 0), ...each] : each));
}

const isCode = ({ text }: Line): boolean =>
  !isProse(text) && !/^(?:On |[\w-]+:\s|> )/.test(text) && !/wrote:\s*$/.test(text);
/** A call's bracket, and behind it one that closes. */
const hasCall = (text: string): boolean => {
  const open = text.search(/\w\(/);
  return open >= 0 && text.lastIndexOf(")") > open;
};
const isStatement = ({ text }: Line): boolean =>
  /[;{}]\s*(?:\/\*.*\*\/\s*|\/\/.*)?$|&&|\|\||[<>=!]=|^\s*#\s*define|\breturn\b/.test(text) || hasCall(text);

/** A mail sets code in by one margin, and what stands in the code by a few more. */
const MOST_MARGINS = 16;

function functionsAmong(lines: readonly Line[]): Line[] {
  // Code in a mail is often set in by a tab or some blanks.
  const margins = new Set(lines.map(({ text }) => /^\s*(?=\w[\w\s*]*\()/.exec(text)?.[0] ?? "").values());
  for (const margin of [...margins].toSorted((a, b) => a.length - b.length).slice(0, MOST_MARGINS)) {
    const own = lines.map((line) => (line.text.startsWith(margin) ? cut(line, margin.length) : line));
    const shown = shownIn(own, undefined);
    if (!shown.some((each) => each.isFunction && each.hasEnd)) continue;
    return shown.flatMap(({ from, to, isFunction }) => {
      const part = own.slice(from, to);
      return isFunction ? part : part.filter(isDeclaration);
    });
  }
  return [];
}

/** One line that belongs to a file: what is longer is not looked for between sentences. */
const isDeclaration = ({ text }: Line): boolean =>
  /^#\s*(?:define|undef|if|ifdef|ifndef|else|elif|endif)\b/.test(text) ||
  /^(?:static |const |enum |typedef )[^]*;\s*$/.test(text) ||
  text.trim() === "";
