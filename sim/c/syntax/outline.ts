/** A text without its tree: its parts, its macros, its conditionals, and which of them a name needs. */

import { type PlaceOf, placesIn } from "./place.ts";
import { type Chunk, chunksOf } from "./chunk.ts";
import { isEnabledName } from "./condition.ts";
import { isDirective, type Item, itemsOf, plainTokens } from "./directive.ts";
import { lex, type Token } from "./lex.ts";
import { isFile } from "./shape.ts";

export type Outline = {
  readonly text: string;
  readonly items: readonly Item[];
  /** The text's tokens, of all branches. */
  readonly tokens: readonly Token[];
  /** Of what is no file, the whole is one. */
  readonly chunks: readonly Chunk[];
  readonly isFile: boolean;
  /** Half-open ranges of items from #if to #endif, by the item they start at. */
  readonly conditionals: ReadonlyMap<number, number>;
};

export function outlineOf(text: string, placeOf: PlaceOf = placesIn(text)): Outline {
  const items = itemsOf(lex(text, placeOf));
  const tokens = plainTokens(items);
  const file = isFile(tokens);
  const isAtLineStart = ({ start }: Token): boolean => start === 0 || text[start - 1] === "\n";
  const chunks = file ? chunksOf(items, isAtLineStart) : [wholeOf(items, tokens)].filter((each) => each !== undefined);
  return { text, items, tokens, chunks, isFile: file, conditionals: conditionalsOf(items) };
}

function wholeOf(items: readonly Item[], tokens: readonly Token[]): Chunk | undefined {
  const [first] = tokens;
  const last = tokens.at(-1);
  return first && last && { from: 0, to: items.length, first, last, declares: new Set() };
}

function conditionalsOf(items: readonly Item[]): Map<number, number> {
  const found = new Map<number, number>();
  const open: number[] = [];
  for (const [i, item] of items.entries()) {
    if (!isDirective(item)) continue;
    if (item.name.startsWith("if")) open.push(i);
    else if (item.name === "endif") found.set(open.pop() ?? i, i + 1);
  }
  for (const at of open) found.set(at, items.length);
  return found;
}

/** The chunks and the items of #define and #undef that these names need, whatever is configured. */
export type Closure = { readonly chunks: readonly Chunk[]; readonly matters: (at: number) => boolean };

export function closureOf(outline: Outline, names: Iterable<string>): Closure {
  const { items, chunks } = outline;
  const byName = new Map<string, (Chunk | number)[]>();
  const add = (name: string, what: Chunk | number): void => {
    byName.set(name, [...(byName.get(name) ?? []), what]);
  };
  for (const chunk of chunks) for (const name of chunk.declares) add(name, chunk);
  for (const [i, item] of items.entries()) {
    const [name] = isDirective(item) && /^(?:define|undef)$/.test(item.name) ? item.tokens : [];
    if (name) add(name.text, i);
  }
  const wanted = new Set<string>(names);
  const needed = new Set<Chunk | number>();
  if (!outline.isFile) for (const chunk of chunks) take(chunk);
  function take(what: Chunk | number): void {
    if (needed.has(what)) return;
    needed.add(what);
    for (const word of mentionsOf(items, what)) wanted.add(word);
  }
  for (const name of wanted) for (const what of byName.get(name) ?? []) take(what);
  const ranges = [...needed].map((what) => (typeof what === "number" ? [what, what + 1] : [what.from, what.to]));
  const matters = (at: number): boolean => {
    const end = outline.conditionals.get(at) ?? items.length;
    // It stands in what is needed, or around it.
    return ranges.some(([from = 0, to = 0]) => from < end && at < to);
  };
  return { chunks: chunks.filter((chunk) => needed.has(chunk)), matters };
}

/** Words that lead to other parts. What a variable starts with is of no use where only its type is read. */
function* mentionsOf(items: readonly Item[], what: Chunk | number): Generator<string> {
  if (typeof what === "number") {
    const item = items[what];
    if (item && isDirective(item)) for (const { text, kind } of item.tokens) if (kind === "word") yield text;
    return;
  }
  let isValue = false;
  for (const item of items.slice(what.from, what.to)) {
    if (isDirective(item)) {
      for (const { text, kind } of item.tokens) if (kind === "word" && !isEnabledName(text)) yield text;
      continue;
    }
    if (item.text === "=") isValue = true;
    if (isValue && item.text === "{" && !what.name) return;
    if (item.kind === "word") yield item.text;
  }
}
