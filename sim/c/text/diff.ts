/** Unified diffs, as git, diff -u and quilt write them, also where a mailer broke their lines or a reply cut them off. */

import { cut, join, type Line } from "./line.ts";

export type HunkLine = { readonly kind: " " | "+" | "-"; readonly line: Line };

export type Hunk = {
  /** The function that its first line stands in, as the head names it; cut off at 80 bytes. */
  readonly context?: Line;
  /** Of its first line, in the text before; 0 where nobody says. */
  readonly start: number;
  readonly lines: readonly HunkLine[];
};

export type FileDiff = { readonly file: string; readonly hunks: readonly Hunk[] };

const HEAD = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?/;
const FILE =
  /^(?:diff --git |diff -|Index: |index [0-9a-f]+\.\.|(?:new|old|deleted) (?:file )?mode |similarity |rename |copy |Binary )/;
const NO_END = /^\\ No newline/;

/** Why a diff of a kind that this is cannot be read. */
export function refusedDiff(lines: readonly Line[]): { readonly line: Line; readonly what: string } | undefined {
  const combined = lines.find(({ text }) => /^@@@+ -\d/.test(text));
  if (combined)
    return { line: combined, what: "a diff of a merge is not supported: show it against one parent, git show -m" };
  const old = lines.findIndex(({ text }, i) => /^\*\*\* \S/.test(text) && /^--- \S/.test(lines[i + 1]?.text ?? ""));
  const line = lines[old];
  return line && { line, what: "a context diff is not supported: make it with diff -u" };
}

/** @returns the diffs by file, and the lines that belong to none */
export function diffsIn(lines: readonly Line[]): {
  readonly diffs: readonly FileDiff[];
  readonly rest: readonly Line[];
} {
  const diffs: { file: string; hunks: Hunk[] }[] = [];
  const rest: Line[] = [];
  let file = "";
  let before = "";
  const add = (hunk: Hunk): void => {
    const last = diffs.at(-1);
    if (last?.file === file) last.hunks.push(hunk);
    else diffs.push({ file, hunks: [hunk] });
  };
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i];
    if (!line) break;
    const { text } = line;
    const head = HEAD.exec(text);
    if (head) {
      const { hunk, end } = hunkAt(lines, i, head);
      if (hunk.lines.length > 0) add(hunk);
      i = end - 1;
    } else if (isFileHead(lines, i)) {
      before = pathOf(text);
      const after = pathOf(lines[i + 1]?.text ?? "");
      file = after === "/dev/null" ? before : after;
      i += 1;
    } else if (text.startsWith("diff --git ")) file = / b\/(\S+)$/.exec(text)?.[1] ?? file;
    else if (!FILE.test(text) && !NO_END.test(text)) rest.push(line);
  }
  return { diffs, rest };
}

const isFileHead = (lines: readonly Line[], i: number): boolean =>
  /^--- \S/.test(lines[i]?.text ?? "") && /^\+\+\+ \S/.test(lines[i + 1]?.text ?? "");

const pathOf = (text: string): string =>
  text
    .slice(4)
    .replace(/\t.*$/, "")
    .trim()
    .replace(/^[ab]\//, "");

function hunkAt(
  lines: readonly Line[],
  at: number,
  head: RegExpExecArray,
): { readonly hunk: Hunk; readonly end: number } {
  let left = { before: Number(head[2] ?? 1), after: Number(head[4] ?? 1) };
  const out: HunkLine[] = [];
  let i = at + 1;
  for (; i < lines.length; i += 1) {
    const line = lines[i];
    if (!line) break;
    const { text } = line;
    // Who edits a patch by hand counts wrong: what begins as a hunk's line belongs to it.
    const isCounted = left.before > 0 || left.after > 0;
    if (!isCounted && (!/^[-+ \t]/.test(text) || text.startsWith("-- ") || /^--- \S/.test(text))) break;
    // Blanks at an end of line are often lost.
    const sign = text === "" ? " " : text[0];
    if (HEAD.test(text) || FILE.test(text) || isEnd(lines, i) || isFileHead(lines, i)) break;
    if (NO_END.test(text)) continue;
    if (sign === " " || sign === "+" || sign === "-" || sign === "\t") {
      // A mailer that eats blanks leaves a context's tab.
      const kind = sign === "\t" ? " " : sign;
      out.push({ kind, line: cut(line, sign === "\t" || text === "" ? 0 : 1) });
      left = { before: left.before - (kind === "+" ? 0 : 1), after: left.after - (kind === "-" ? 0 : 1) };
      continue;
    }
    const last = out.at(-1);
    if (!last || !isBrokenOff(lines, i)) break;
    out[out.length - 1] = { ...last, line: join(join(last.line, { ...cut(line, 0, 1), text: " " }), line) };
  }
  const context = cut(lines[at] ?? { text: "", runs: [] }, head[0].length);
  const isNamed = context.text.trim() !== "";
  return { hunk: { ...(isNamed && { context }), start: Number(head[1]), lines: out }, end: i };
}

/** A signature's mark, or the next mail of a box, where a reply cut the hunk off. */
const isEnd = (lines: readonly Line[], i: number): boolean =>
  lines[i]?.text === "-- " && (/^\d+\.\d+/.test(lines[i + 1]?.text ?? "") || i + 1 >= lines.length);

const LONG = 60;

/** The end of a long line, between lines of the hunk. */
function isBrokenOff(lines: readonly Line[], i: number): boolean {
  const next = lines[i + 1]?.text ?? "";
  return (lines[i - 1]?.text.length ?? 0) >= LONG && (next === "" || /^[-+ \t@]/.test(next));
}

/** Lines of a diff without its head: each starts as a diff's, some add or remove, and they are no sum of C. */
export function bareDiff(lines: readonly Line[]): Hunk | undefined {
  const told = lines.map(({ text }) => text.trimEnd()).filter((text) => text !== "");
  if (!told.every((text) => /^[-+ \t]/.test(text))) return undefined;
  const adds = told.filter((text) => text.startsWith("+")).length;
  const hasCode = told.some((text) => /[;{}]/.test(text));
  // Of what removes only, one line of C that begins with a minus must not be lost.
  const removes =
    told.some((text) => text.startsWith("-")) &&
    told.some((text) => /^ [\t{}]/.test(text)) &&
    told.every((text) => /^[- ]/.test(text));
  const isDiff = adds > 0 ? adds === told.length || hasCode : removes && hasCode;
  if (!isDiff) return undefined;
  return {
    start: 0,
    lines: lines.map((line): HunkLine => {
      const [sign] = line.text;
      const kind = sign === "+" || sign === "-" ? sign : " ";
      return { kind, line: cut(line, sign === "+" || sign === "-" || sign === " " ? 1 : 0) };
    }),
  };
}
