/** Patches, one after the other -> each function that they change, before and after. */

import { codeOf, functionIn, type Shown, shownIn } from "./code.ts";
import type { FileDiff, Hunk } from "./diff.ts";
import { type Block, complete } from "./fragment.ts";
import type { Line } from "./line.ts";
import type { Place } from "../syntax/place.ts";

/** C, and the function of it that is asked about. */
export type Piece = {
  readonly lines: readonly Line[];
  /** Nothing where it is no function: statements. */
  readonly function?: string;
  /** Code around it is not shown. */
  readonly isPart: boolean;
  /** It returns 0 or an errno, though it may not look so: its other state does. */
  readonly givesErrno?: true;
};

export type Change = {
  readonly file: string;
  /** Nothing where nobody names it. */
  readonly function?: string;
  readonly before?: Piece;
  readonly after?: Piece;
};

export type Torn = { readonly place: Place; readonly what: string };

/** Lines of a file that stand together, before and after a patch. */
type Segment = { before: readonly Line[]; after: readonly Line[]; readonly context?: Line; readonly isFile: boolean };

export type Series = {
  /** By file. */
  readonly segments: Map<string, Segment[]>;
  /** Lines that some patch added or removed. */
  readonly changed: Set<Line>;
  readonly changes: Change[];
  readonly torn: Torn[];
};

/** A file's lines, as they are in the user's tree; nothing where it is not there. */
export type ReadTree = (file: string) => readonly Line[] | undefined;

export const emptySeries = (): Series => ({ segments: new Map(), changed: new Set(), changes: [], torn: [] });

const same = (a: Line | undefined, b: Line | undefined): boolean => a?.text.trimEnd() === b?.text.trimEnd();

/** @returns where these lines stand together; -1 where they do not */
function find(all: readonly Line[], wanted: readonly Line[], from = 0): number {
  if (wanted.length === 0) return -1;
  for (let at = from; at + wanted.length <= all.length; at += 1) {
    if (wanted.every((line, i) => same(line, all[at + i]))) return at;
  }
  return -1;
}

/** Adds what one patch changes. */
export function applyPatch(series: Series, diffs: readonly FileDiff[], readTree: ReadTree): void {
  const touched = new Map<string, Set<Segment>>();
  for (const segments of series.segments.values()) for (const each of segments) each.before = each.after;
  for (const { file, hunks } of diffs) {
    const own = touched.get(file) ?? new Set<Segment>();
    touched.set(file, own);
    for (const hunk of hunks) {
      const segment = applyHunk(series, file, hunk, readTree);
      if (segment) own.add(segment);
    }
  }
  for (const [file, own] of touched) if (own.size > 0) addChanges(series, file);
}

function applyHunk(series: Series, file: string, hunk: Hunk, readTree: ReadTree): Segment | undefined {
  const before = hunk.lines.flatMap(({ kind, line }) => (kind === "+" ? [] : [line]));
  const after = hunk.lines.flatMap(({ kind, line }) => (kind === "-" ? [] : [line]));
  for (const { kind, line } of hunk.lines) if (kind !== " ") series.changed.add(line);
  if (!series.segments.has(file)) {
    const whole = readTree(file);
    series.segments.set(file, whole ? [{ before: whole, after: whole, isFile: true }] : []);
  }
  const segments = series.segments.get(file) ?? [];
  for (const segment of segments) {
    // The same patch once more, in a reply, or a tree that has it already.
    const done = find(segment.after, after);
    if (done >= 0 && after.length > 0 && (find(segment.after, before) < 0 || before.length < after.length)) {
      if (!segment.isFile || segment.before !== segment.after) return undefined;
      segment.before = replaced(segment.before, done, after.length, before);
      return segment;
    }
    const at = find(segment.after, before);
    if (at < 0) continue;
    segment.after = replaced(segment.after, at, before.length, after);
    return segment;
  }
  const made: Segment = { before, after, ...(hunk.context && { context: hunk.context }), isFile: false };
  segments.push(made);
  return made;
}

const replaced = (all: readonly Line[], at: number, many: number, by: readonly Line[]): readonly Line[] => [
  ...all.slice(0, at),
  ...by,
  ...all.slice(at + many),
];

type State = "before" | "after";
type Part = Shown & { readonly segment: Segment; readonly lines: readonly Line[] };

/** Everything that the file's segments show in a state, in their order. */
function partsOf(segments: readonly Segment[], state: State): Part[] {
  return segments.flatMap((segment) => {
    const lines = segment[state];
    const context = segment.context?.text;
    return shownIn(lines, context).map((shown) => ({ ...shown, segment, lines: lines.slice(shown.from, shown.to) }));
  });
}

function addChanges(series: Series, file: string): void {
  const segments = series.segments.get(file) ?? [];
  const before = partsOf(segments, "before");
  const after = partsOf(segments, "after");
  const names = new Set([...after, ...before].flatMap(({ name, isFunction }) => (isFunction ? [name ?? ""] : [])));
  const textOf = (parts: readonly Part[], name: string): string =>
    parts
      .filter((part) => part.isFunction && (part.name ?? "") === name)
      .flatMap(({ lines }) => codeOf(lines).map((line) => line.trimEnd()))
      .join("\n");
  for (const name of names) {
    if (textOf(before, name) === textOf(after, name)) continue;
    const old = pieceOf(series, before, name, "before");
    const now = pieceOf(series, after, name, "after");
    // Half of a change is none: what is there but cannot be told would look as if it were not there.
    if (!old || !now) continue;
    const change: Change = { file, ...(name !== "" && { function: name }), ...old, ...now };
    // A later patch of the series goes on from the earlier one.
    const known = series.changes.findIndex(
      (each) => each.file === file && each.function === change.function && name !== "",
    );
    const earlier = series.changes[known];
    if (!earlier) series.changes.push(change);
    else {
      const { before: first } = earlier;
      const { after: last } = change;
      series.changes[known] = { file, function: name, ...(first && { before: first }), ...(last && { after: last }) };
    }
  }
  // Statements that stand in no function.
  if (names.size === 0 && file === "") addStatements(series, file, segments);
}

function addStatements(series: Series, file: string, segments: readonly Segment[]): void {
  for (const segment of segments) {
    const pieces = (["before", "after"] as const).map((state) => {
      const lines = segment[state];
      if (lines.every(({ text }) => text.trim() === "")) return {};
      return { [state]: { lines, isPart: false } };
    });
    series.changes.push({ file, ...pieces[0], ...pieces[1] });
  }
}

/** @returns nothing where a part of it is torn */
function pieceOf(
  series: Series,
  parts: readonly Part[],
  name: string,
  state: State,
): { readonly [key in State]?: Piece } | undefined {
  const own = parts.filter((part) => part.isFunction && (part.name ?? "") === name);
  const [first] = own;
  const last = own.at(-1);
  if (!first || !last) return {};
  if (first.segment.isFile) return { [state]: { lines: first.segment[state], function: name, isPart: false } };
  const blocks = own.map(({ lines }): Block => {
    const changed = lines.flatMap((line, i) => (series.changed.has(line) ? [i] : []));
    return { lines, changed: new Set(changed) };
  });
  const { context } = first.segment;
  const isNamed = context !== undefined && functionIn(context.text) === name;
  const shown = { ...(isNamed && { context }), hasHead: first.hasHead, hasEnd: last.hasEnd };
  const whole = complete(blocks, shown);
  if (!whole.ok) {
    series.torn.push(whole);
    return undefined;
  }
  if (name === "") return { [state]: { lines: whole.lines, isPart: true } };
  // Helpers, macros and constants that the patch shows, in the order in which they stand.
  const around = parts.flatMap((part) => {
    if (part === first) return whole.lines;
    return own.includes(part) || !isComplete(part) ? [] : part.lines;
  });
  return { [state]: { lines: around, function: name, isPart: !whole.isWhole } };
}

function isComplete({ lines, isFunction, hasHead, hasEnd }: Part): boolean {
  if (isFunction) return hasHead && hasEnd;
  let depth = 0;
  for (const each of codeOf(lines).join("\n")) {
    if ("([{".includes(each)) depth += 1;
    if (")]}".includes(each)) depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
