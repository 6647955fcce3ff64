/**
 * A check as it was pasted out of a mail: quoted with '>', as a diff, or as a quoted diff. What belongs to the mail or
 * to the diff becomes MARKs, which are blanks to C, so that every place stays where its author sees it.
 */

/** A vertical tab and a form feed: nobody's check has one. The second fills lines that are gone. */
const MARK = "\v";
const GONE = "\f";
const fill = (text: string, by: string): string => text.replaceAll(/[^\r]/g, by);

const HEAD =
  /^(?:@@ |diff --git |index [0-9a-f]|(?:new|old|deleted) (?:file )?mode |(?:---|\+\+\+) (?:[ab]\/|\/dev\/null)|\\ No )/;
const QUOTE = /^>(?: ?>)*/;

export function mark(text: string): string {
  const lines = text.split("\n");
  const quotes = quotesOf(lines);
  const inner = lines.map((line, i) => line.slice(quotes[i]));
  const isDiff = looksLikeDiff(inner);
  return lines
    .map((line, i) => {
      const rest = inner[i] ?? "";
      if (isDiff && (HEAD.test(rest) || rest.startsWith("-"))) return fill(line, GONE);
      const end = (quotes[i] ?? 0) + (isDiff && /^[+ ]/.test(rest) ? 1 : 0);
      return fill(line.slice(0, end), MARK) + line.slice(end);
    })
    .join("\n");
}

/** Without the marks and the lines that are gone. */
export const unmark = (text: string): string =>
  text.replaceAll(new RegExp(`^${GONE}+\\r?\\n`, "gm"), "").replaceAll(new RegExp(`[${MARK}${GONE}]`, "g"), "");

/** How many characters of each line are quotation. */
function quotesOf(lines: readonly string[]): number[] {
  const first = lines.find((line) => line.trim() !== "");
  if (first?.startsWith(">") !== true) return lines.map(() => 0);
  // The blank behind a '>' is the mail's only if it stands behind every one: a diff's context starts with a blank too.
  const runs = lines.map((line) => QUOTE.exec(line)?.[0].length ?? 0);
  const isSpaced = lines.every((line, i) => runs[i] === 0 || /^(?: |\r?$)/.test(line.slice(runs[i])));
  return lines.map((line, i) => (runs[i] ?? 0) + (isSpaced && runs[i] !== 0 && line[runs[i] ?? 0] === " " ? 1 : 0));
}

/**
 * Does every line start as a diff's, and is something added? A sum over several lines is not taken for one: of an
 * expression nothing must be lost.
 */
function looksLikeDiff(lines: readonly string[]): boolean {
  const told = lines.map((line) => line.trimEnd()).filter((line) => line !== "");
  if (!told.every((line) => /^[-+ \t]/.test(line) || HEAD.test(line))) return false;
  if (!told.some((line) => line.startsWith("+"))) return false;
  return told.every((line) => line.startsWith("+")) || told.some((line) => HEAD.test(line) || /[;{}]/.test(line));
}
