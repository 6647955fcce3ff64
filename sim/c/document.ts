/** What arrives -> rules: each piece of C is read by itself, and of a patch what was there before and what is after. */

import type { Contract } from "../../model/rule/contract.ts";
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

/** What a piece of C holds that can be judged. */
export type Judgeable = { readonly rules: readonly Rule[]; readonly contracts: readonly Contract[] };

export type Found = {
  /** Of a patch those after; of a function that it removes those before. */
  readonly rules: readonly Rule[];
  readonly patches: readonly Patch[];
  readonly contracts: readonly Contract[];
  /** What was assumed to read the text, each in a line. */
  readonly notices: readonly string[];
};

type Attempt = Judgeable & { readonly refusal?: Refusal };
const NOTHING: Judgeable = { rules: [], contracts: [] };

/** @param judgedOf throws a refusal where a piece is no rule */
export function rulesOfDocument(
  text: string,
  readTree: ReadTree | undefined,
  judgedOf: (piece: Piece) => Judgeable,
): Found {
  const reading = readDocument(text, readTree);
  if (!reading.ok) return fail(reading.place, reading.what);
  const { pieces, changes, notices } = reading.document;
  if (changes.length > 0) return rulesOfChanges(changes, notices, judgedOf);
  const tried = pieces.map((piece) => attempt(piece, judgedOf));
  const refused = tried.flatMap(({ refusal }) => (refusal ? [refusal] : []));
  const rules = tried.flatMap((each) => each.rules);
  const [first] = refused;
  const contracts = tried.flatMap((each) => each.contracts);
  if (first && rules.length === 0 && contracts.length === 0) throw first;
  return { rules, patches: [], contracts, notices: [...notices, ...refused.map(lineOf)] };
}

function attempt(piece: Piece, judgedOf: (piece: Piece) => Judgeable): Attempt {
  try {
    return judgedOf(piece);
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return { ...NOTHING, refusal: thrown };
  }
}

const lineOf = ({ place, message }: Refusal): string => `${place.line}:${place.column}: ${message}`;

/** An int whose last -EINVAL the patch takes out still gives 0 where it accepts. */
function alike(
  before: Piece | undefined,
  after: Piece | undefined,
  judgedOf: (piece: Piece) => Judgeable,
): readonly Attempt[] {
  const pieces = [before, after];
  const tried = pieces.map((piece): Attempt => (piece ? attempt(piece, judgedOf) : NOTHING));
  if (!tried.some(({ rules }) => rules.some((rule) => rule.givesErrno))) return tried;
  return pieces.map((piece, i): Attempt => {
    const isAlike = !piece || tried[i]?.rules.every((rule) => rule.givesErrno) === true;
    return isAlike ? (tried[i] ?? NOTHING) : attempt({ ...piece, givesErrno: true }, judgedOf);
  });
}

function rulesOfChanges(
  changes: readonly Change[],
  notices: readonly string[],
  judgedOf: (piece: Piece) => Judgeable,
): Found {
  const patches: Patch[] = [];
  const refused: { readonly name: string; readonly refusal: Refusal }[] = [];
  for (const { file, function: name, before, after } of changes) {
    const [old, now] = alike(before, after, judgedOf);
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
    contracts: [],
    notices: [...notices, ...refused.map(({ name, refusal }) => `${name} is not judged: ${lineOf(refusal)}`)],
  };
}
