/** A reply, taken apart: what is quoted once, twice, and what the replier wrote. */

import { cut, join, type Line } from "./line.ts";

const QUOTE = /^>(?: ?>)*/;

const marks = (line: Line): string => QUOTE.exec(line.text)?.[0] ?? "";
const depthOf = (line: Line): number => marks(line).replaceAll(" ", "").length;

/** A mail's lines may be quoted wherever they stand; elsewhere a '>' may be C's. */
export function isQuoted(lines: readonly Line[], isMail: boolean): boolean {
  const first = lines.find(({ text }) => text.trim() !== "");
  if (first && depthOf(first) > 0) return true;
  const depths = lines.map(depthOf);
  if (isMail) return depths.some((depth) => depth > 0);
  return depths.some((depth, i) => depth > 0 && (depths[i + 1] ?? 0) > 0);
}

/** Nobody quotes so deep what is still to be read. */
const MOST_LAYERS = 32;

/** Lines of one depth, without their marks, the deepest first: code is quoted by those who talk about it. */
export function layersOf(lines: readonly Line[]): Line[][] {
  const depths = lines.map(depthOf);
  const deepestFirst = [...new Set([...depths, 0])].toSorted((a, b) => b - a);
  return deepestFirst.slice(0, MOST_LAYERS).map((depth) => layer(lines, depths, depth));
}

function layer(lines: readonly Line[], depths: readonly number[], depth: number): Line[] {
  const own = lines.map((line) => cut(line, marks(line).length));
  const inside = lines.flatMap((_, i) => (depths[i] === depth ? [i] : []));
  // The blank behind a '>' is the mail's only if it stands behind every one: a diff's context starts with a blank too.
  const isSpaced = depth > 0 && inside.every((i) => /^(?: |$)/.test(own[i]?.text ?? ""));
  const out: Line[] = [];
  for (const [i, line] of own.entries()) {
    if (depths[i] === depth) {
      out.push(isSpaced ? cut(line, line.text.startsWith(" ") ? 1 : 0) : line);
      continue;
    }
    const last = out.at(-1);
    const isBetween = (depths[i] ?? 0) < depth && depths[i - 1] === depth && depths[i + 1] === depth;
    const text = line.text.trim();
    if (!last || !isBetween) continue;
    if (!isWrapped(lines[i - 1], text)) {
      // A blank line that lost its mark, or one of code: a remark has blank lines around it, or is a sentence.
      if (text === "" || (/[;{}()=&|]/.test(text) && !/[?.]$/.test(text))) out.push(line);
    } else {
      const rest = line.text.trimStart();
      out[out.length - 1] = join(
        join(last, cut({ ...line, text: " " }, 0, 1)),
        cut(line, line.text.length - rest.length),
      );
    }
  }
  return out;
}

/** Whole lines of mail are at least this long where a mailer breaks them. */
const BREAKS_AT = 64;

/** Did a mailer break it off the line before, which is quoted deeper? */
const isWrapped = (before: Line | undefined, text: string): boolean =>
  text !== "" && (before?.text.length ?? 0) + 1 + (text.split(/\s/)[0] ?? "").length > BREAKS_AT;

/** Up to the mark of a signature. */
export function withoutSignature(lines: readonly Line[]): readonly Line[] {
  const at = lines.findIndex(({ text }, i) => text === "-- " || (text === "--" && lines.length - i < 8));
  return at < 0 ? lines : lines.slice(0, at);
}
