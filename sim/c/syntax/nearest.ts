/** Says what is known, nearest spelling first. */

const SHOWN = 8;

type Ranked = { readonly each: string; readonly far: number };

function rank(name: string, names: Iterable<string>): readonly Ranked[] {
  const lower = name.toLowerCase();
  return [...new Set(names)]
    .map((each) => ({ each, far: distance(lower, each.toLowerCase()) }))
    .toSorted((a, b) => a.far - b.far || (a.each < b.each ? -1 : 1));
}

/** @returns up to three names that this one may be a slip of */
export const near = (name: string, names: Iterable<string>): string[] =>
  rank(name, names)
    .filter(({ far }) => far <= Math.min(2, name.length / 2))
    .slice(0, 3)
    .map(({ each }) => each);

/** "; did you mean a or b?", or nothing where no name is near. */
export function meant(name: string, names: Iterable<string>): string {
  const like = near(name, names);
  const last = like.pop();
  return last === undefined ? "" : `; did you mean ${like.length > 0 ? `${like.join(", ")} or ` : ""}${last}?`;
}

export function known(name: string, names: Iterable<string>): string {
  const ranked = rank(name, names);
  const shown = ranked.slice(0, SHOWN).map(({ each }) => each);
  const rest = ranked.length - shown.length;
  return `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** Levenshtein's, where a name that contains the other is near. */
function distance(a: string, b: string): number {
  if (a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a))) return 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
