/**
 * What arrives -> pieces of C. It is recognised by what it is: plain C, a source file, a diff, a mail or a box of them,
 * a reply that quotes once or twice, in any transfer encoding. Everything downstream sees C alone, with the places of
 * the user's text.
 */

import { braces, brackets, codeOf } from "./code.ts";
import { bareDiff, diffsIn, type FileDiff, refusedDiff } from "./diff.ts";
import { fromBase64, fromQuotedPrintable, isBase64 } from "./encoding.ts";
import { type Line, linesOf, madeAt, placeIn } from "./line.ts";
import { mailsIn } from "./mail.ts";
import type { Place } from "../syntax/place.ts";
import { codeAmong, hasProse } from "./prose.ts";
import { isQuoted, layersOf, withoutSignature } from "./quote.ts";
import { applyPatch, type Change, emptySeries, type Piece, type ReadTree } from "./series.ts";

export type Document = {
  /** C as it stands. */
  readonly pieces: readonly Piece[];
  /** Functions that patches change; no pieces then. */
  readonly changes: readonly Change[];
  /** What was done to read it, each in a line. */
  readonly notices: readonly string[];
};

export type Reading =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly place: Place; readonly what: string };

const NO_TREE: ReadTree = () => undefined;

export function readDocument(text: string, readTree: ReadTree = NO_TREE): Reading {
  const lines = linesOf(text);
  const mails = mailsIn(lines);
  const bodies = mails.length > 0 ? mails.map(({ body }) => body) : [decoded(lines)];
  const layers = bodies.flatMap((body) => layersIn(body, mails.length > 0));
  for (const layer of layers) {
    const refused = refusedDiff(layer);
    if (refused) return { ok: false, place: placeIn(refused.line, 0), what: refused.what };
  }
  const split = layers.map(diffsIn);
  const patches = split.map(({ diffs }) => diffs).filter((diffs) => diffs.length > 0);
  if (patches.length > 0) return ofPatches(patches, readTree);
  const bare = split.flatMap(({ rest }) => bareDiffs(rest));
  if (bare.length > 0) return ofPatches(bare, readTree);
  const isPlain = mails.length === 0 && layers.length === 1 && !hasProse(layers[0] ?? []);
  const code = isPlain ? layers : layers.map((layer) => codeAmong(withoutSignature(layer)));
  const found = code.filter((each) => each.some((line) => line.text.trim() !== ""));
  const closed = (found.length > 0 ? found : layers.slice(0, 1)).map(closeBrace);
  return {
    ok: true,
    document: {
      pieces: closed.map((each) => ({ lines: each.lines, isPart: false })),
      changes: [],
      notices: closed.flatMap(({ notice }) => notice),
    },
  };
}

/** What is pasted without a mail's head may still be encoded as its body was. */
function decoded(lines: readonly Line[]): readonly Line[] {
  const told = lines.filter(({ text }) => text.trim() !== "");
  if (told.length > 1 && (told[0]?.text.length ?? 0) >= 60 && isBase64(told)) return fromBase64(told);
  // =3D and =09 are no C: a number does not end in a letter, and 9 is no octal digit.
  const isQuotedPrintable = lines.some(({ text }) => /=(?:3D|09)/.test(text));
  return isQuotedPrintable ? fromQuotedPrintable(lines) : lines;
}

function layersIn(body: readonly Line[], isMail: boolean): Line[][] {
  if (!isQuoted(body, isMail)) return [[...body]];
  return layersOf(body).filter((layer) => layer.some(({ text }) => text.trim() !== ""));
}

/** Runs of lines that each begin as a diff's do, with no head above them. */
function bareDiffs(layer: readonly Line[]): FileDiff[][] {
  const whole = bareDiff(layer);
  if (whole) return [[{ file: "", hunks: [whole] }]];
  const runs: Line[][] = [[]];
  for (const line of withoutSignature(layer)) {
    if (/^[-+ \t]|^$/.test(line.text)) runs.at(-1)?.push(line);
    else runs.push([]);
  }
  return runs.flatMap((run) => {
    const hunk = run.filter(({ text }) => text.startsWith("+")).length > 1 ? bareDiff(run) : undefined;
    return hunk ? [[{ file: "", hunks: [hunk] }]] : [];
  });
}

function ofPatches(patches: readonly (readonly FileDiff[])[], readTree: ReadTree): Reading {
  const series = emptySeries();
  for (const diffs of patches) applyPatch(series, diffs, readTree);
  const { changes, torn } = series;
  const [first] = torn;
  if (changes.length === 0 && first) return { ok: false, place: first.place, what: first.what };
  if (changes.length === 0) {
    const line = patches[0]?.[0]?.hunks[0]?.lines[0]?.line;
    const place = line ? placeIn(line, 0) : { line: 1, column: 1 };
    return { ok: false, place, what: "this patch changes no function: comments, declarations and blanks are no check" };
  }
  // New code, pasted with its plus signs, is just code.
  const isNew = changes.every(({ file, before }) => file === "" && before === undefined);
  const pieces = isNew
    ? changes.flatMap(({ after }) => (after ? [{ lines: after.lines, isPart: after.isPart }] : []))
    : [];
  const parts = changes.flatMap(({ after, before }) => [after, before]).filter((piece) => piece?.isPart === true);
  const notices = [
    ...(parts.length > 0 && !isNew
      ? ["code that the patch does not show is taken to refuse only and to change no input"]
      : []),
    ...torn.map(({ place, what }) => `${place.line}:${place.column}: ${what}`),
  ];
  return { ok: true, document: { pieces, changes: isNew ? [] : changes, notices } };
}

/** A function whose last brace was not pasted. */
function closeBrace(lines: readonly Line[]): { readonly lines: readonly Line[]; readonly notice: readonly string[] } {
  const code = codeOf(lines);
  const at = code.findLastIndex((text) => text.trim() !== "");
  const last = lines[at];
  const isOdd = code.some((text) => /^\s*#\s*(?:else|elif)/.test(text));
  const isOpen = code.reduce((sum, text) => sum + braces(text), 0) === 1;
  const isEven = code.reduce((sum, text) => sum + brackets(text), 0) === 0;
  if (!last || isOdd || !isOpen || !isEven || !/[;}]\s*$/.test(code[at] ?? "")) return { lines, notice: [] };
  const place = placeIn(last, last.text.length);
  return {
    lines: [...lines.slice(0, at + 1), madeAt("}", place)],
    notice: [`${place.line}:${place.column}: the last '}' is missing: taken to stand here`],
  };
}
