/** Transfer encodings of mail: quoted-printable, base64, and lines that flow. */

import { append } from "../../append.ts";
import { cut, joinAll, type Line, lineAt, placeIn } from "./line.ts";

const utf8 = (bytes: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(bytes));

const ESCAPED = /(?:=[0-9A-Fa-f]{2})+/g;

/** A line that ends in = goes on in the next. */
export function fromQuotedPrintable(lines: readonly Line[]): Line[] {
  const out: Line[] = [];
  let open: Line[] = [];
  for (const line of lines) {
    const isSoft = /=[ \t]*$/.test(line.text);
    const own = unescaped(isSoft ? cut(line, 0, line.text.lastIndexOf("=")) : cut(line, 0, line.text.trimEnd().length));
    open.push(own);
    if (isSoft) continue;
    // An escaped end of line ends one, too.
    append(out, splitAtEnds(joinAll(open)));
    open = [];
  }
  return open.length > 0 ? [...out, joinAll(open)] : out;
}

function unescaped(line: Line): Line {
  const parts: Line[] = [];
  let from = 0;
  for (const { 0: found, index } of line.text.matchAll(ESCAPED)) {
    const bytes = found.match(/[0-9A-Fa-f]{2}/g) ?? [];
    const text = utf8(bytes.map((each) => Number.parseInt(each, 16)));
    parts.push(cut(line, from, index), lineAt(text, placeIn(line, index), 3));
    from = index + found.length;
  }
  return from === 0 ? line : joinAll([...parts, cut(line, from)]);
}

function splitAtEnds(line: Line): Line[] {
  if (!/[\r\n]/.test(line.text)) return [line];
  const out: Line[] = [];
  let from = 0;
  for (const { 0: end, index } of line.text.matchAll(/\r?\n|$/g)) {
    out.push(cut(line, from, index));
    from = index + end.length;
  }
  return out;
}

/** Is it base64 and nothing else? */
export const isBase64 = (lines: readonly Line[]): boolean => {
  const text = lines.map((line) => line.text.trim()).join("");
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
};

export function fromBase64(lines: readonly Line[]): Line[] {
  if (!isBase64(lines)) return [...lines];
  // Whole groups of four characters stand on each line but a broken mailer's: three bytes each.
  const encoded = lines.filter((line) => line.text.trim() !== "");
  const text = encoded.map((line) => line.text.trim()).join("");
  const bytes = Array.from(atob(text), (each) => each.codePointAt(0) ?? 0);
  const starts: number[] = [];
  let length = 0;
  for (const line of encoded) {
    starts.push(length);
    length += line.text.trim().length;
  }
  const out: Line[] = [];
  let from = 0;
  let row = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    if (at < bytes.length && bytes[at] !== 10) continue;
    if (at === bytes.length && from === at) break;
    const inEncoded = Math.floor((from * 4) / 3);
    while ((starts[row + 1] ?? Infinity) <= inEncoded) row += 1;
    const line = encoded[row];
    const place = line ? placeIn(line, inEncoded - (starts[row] ?? 0)) : { line: 1, column: 1 };
    out.push(lineAt(utf8(bytes.slice(from, at)).replace(/\r$/, ""), place, 4 / 3));
    from = at + 1;
  }
  return out;
}

const QUOTES = /^>*/;

/** RFC 3676: a line that ends in a blank goes on in the next of the same quotation; a first blank is not the author's. */
export function fromFlowed(lines: readonly Line[]): Line[] {
  const out: Line[][] = [];
  let isOpen = false;
  let depth = 0;
  for (const line of lines) {
    const quotes = QUOTES.exec(line.text)?.[0].length ?? 0;
    const isStuffed = line.text[quotes] === " ";
    const inner = cut(line, quotes + (isStuffed ? 1 : 0));
    const last = out.at(-1);
    const head = cut(line, 0, quotes);
    if (isOpen && last && depth === quotes) last.push(inner);
    // Behind its quotation a blank belongs to the mail: it stays, as in mail that does not flow.
    else out.push(quotes > 0 ? [cut(line, 0, quotes + (isStuffed ? 1 : 0)), inner] : [head, inner]);
    // A diff's blank line ends in a blank, and so does a signature's mark: what flows is long.
    isOpen = line.text.endsWith(" ") && line.text.length > FLOWS_FROM;
    depth = quotes;
  }
  return out.map(joinAll);
}

const FLOWS_FROM = 50;
