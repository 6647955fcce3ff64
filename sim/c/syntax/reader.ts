/** Trees of a text's parts, each parsed when it is first needed. */

import type { Grammar } from "./parser-store.ts";
import { normalise } from "./normalise.ts";
import { neededBy } from "./outline.ts";
import type { Active } from "./preprocess.ts";
import { parseSyntax, type Syntax } from "./syntax.ts";

/** The tree of a file that has these parts and no others. */
export type Reader = (parts: readonly Active[]) => Syntax;

export function readerOf(grammar: Grammar): Reader {
  const known = new Map<string, readonly Syntax[]>();
  const parsed = ({ chunk, tokens }: Active): readonly Syntax[] => {
    // In another configuration it may be another text.
    const key = [chunk.from, ...tokens.map(({ text }) => text)].join(" ");
    const before = known.get(key);
    if (before) return before;
    const units = normalise(tokens);
    const { children } = units.length === 0 ? { children: [] } : parseSyntax(grammar, units);
    known.set(key, children);
    return children;
  };
  return (parts) => {
    const children = parts.flatMap(parsed);
    const [first] = children;
    if (!first) throw new Error("a file without a part");
    return { type: "translation_unit", field: "", isNamed: true, children, unit: first.unit, place: first.place };
  };
}

/** Of a configuration's parts, those that a function of it needs: what it calls, and what these name. */
export function needsAmong(all: readonly Active[]): (...names: readonly string[]) => readonly Active[] {
  const byName = new Map<string, Active[]>();
  for (const each of all) {
    for (const name of each.chunk.declares) byName.set(name, [...(byName.get(name) ?? []), each]);
  }
  return (...names) => {
    const needed = new Set<Active>(names.flatMap((name) => byName.get(name) ?? []));
    // What is added while this goes on is visited, too.
    for (const each of needed) {
      const named = neededBy(each, (word) => (byName.get(word) ?? []).map((part) => ({ name: part.chunk.name, part })));
      for (const { part } of named) needed.add(part);
    }
    return all.filter((each) => needed.has(each));
  };
}
