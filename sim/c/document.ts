/** What arrives -> rules: each piece of C is read by itself, and of a patch what was there before and what is after. */

import type { Rule } from "../../model/rule/tree.ts";
import { fail, isRefusal, type Refusal } from "./syntax/fail.ts";
import { readDocument } from "./text/document.ts";
import type { Change, Piece, ReadTree } from "./text/series.ts";

/** A function that a patch changes. Where it is new there is nothing before, where it is removed nothing after. */
export type Patch = {
  /** Empty where no head of a diff names it. */
  readonly file: string;
  readonly function: string;
  readonly before: readonly Rule[];
  readonly after: readonly Rule[];
};

export type Found = {
  /** Of a patch those after; of a function that it removes those before. */
  readonly rules: readonly Rule[];
  readonly patches: readonly Patch[];
  /** What was assumed to read the text, each in a line. */
  readonly notices: readonly string[];
};

type Attempt = { readonly rules: readonly Rule[]; readonly refusal?: Refusal };

/** @param rulesOf throws a refusal where a piece is no rule */
export function rulesOfDocument(
  text: string,
  readTree: ReadTree | undefined,
  rulesOf: (piece: Piece) => readonly Rule[],
): Found {
  const reading = readDocument(text, readTree);
  if (!reading.ok) return fail(reading.place, reading.what);
  const { pieces, changes, notices } = reading.document;
  if (changes.length > 0) return rulesOfChanges(changes, notices, rulesOf);
  const tried = pieces.map((piece) => attempt(piece, rulesOf));
  const refused = tried.flatMap(({ refusal }) => (refusal ? [refusal] : []));
  const rules = tried.flatMap((each) => each.rules);
  const [first] = refused;
  if (first && rules.length === 0) throw first;
  return { rules, patches: [], notices: [...notices, ...refused.map(lineOf)] };
}

function attempt(piece: Piece, rulesOf: (piece: Piece) => readonly Rule[]): Attempt {
  try {
    return { rules: rulesOf(piece) };
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return { rules: [], refusal: thrown };
  }
}

const lineOf = ({ place, message }: Refusal): string => `${place.line}:${place.column}: ${message}`;

/** An int whose last -EINVAL the patch takes out still gives 0 where it accepts. */
function alike(
  before: Piece | undefined,
  after: Piece | undefined,
  rulesOf: (piece: Piece) => readonly Rule[],
): readonly Attempt[] {
  const pieces = [before, after];
  const tried = pieces.map((piece): Attempt => (piece ? attempt(piece, rulesOf) : { rules: [] }));
  if (!tried.some(({ rules }) => rules.some((rule) => rule.givesErrno))) return tried;
  return pieces.map((piece, i): Attempt => {
    const isAlike = !piece || tried[i]?.rules.every((rule) => rule.givesErrno) === true;
    return isAlike ? (tried[i] ?? { rules: [] }) : attempt({ ...piece, givesErrno: true }, rulesOf);
  });
}

function rulesOfChanges(
  changes: readonly Change[],
  notices: readonly string[],
  rulesOf: (piece: Piece) => readonly Rule[],
): Found {
  const patches: Patch[] = [];
  const refused: { readonly name: string; readonly refusal: Refusal }[] = [];
  for (const { file, function: name, before, after } of changes) {
    const [old, now] = alike(before, after, rulesOf);
    const refusal = now?.refusal ?? old?.refusal;
    const called = name ?? now?.rules[0]?.id ?? old?.rules[0]?.id ?? "expression";
    if (refusal) refused.push({ name: called, refusal });
    else {
      const renamed = (old?.rules ?? []).map((rule) => (after ? { ...rule, id: `${rule.id}[before]` } : rule));
      patches.push({ file, function: called, before: renamed, after: now?.rules ?? [] });
    }
  }
  const [first] = refused;
  if (first && patches.length === 0) throw first.refusal;
  return {
    rules: patches.flatMap(({ before, after }) => (after.length > 0 ? after : before)),
    patches,
    notices: [...notices, ...refused.map(({ name, refusal }) => `${name} is not judged: ${lineOf(refusal)}`)],
  };
}
