/** A text without its tree: its parts, its macros, its conditionals, and which of them a name needs. */

import { append } from "../../append.ts";
import { type PlaceOf, placesIn } from "./place.ts";
import { type Chunk, chunksOf } from "./chunk.ts";
import { isEnabledName } from "./condition.ts";
import { isDirective, type Item, itemsOf, plainTokens } from "./directive.ts";
import { lex, type Token } from "./lex.ts";
import type { Active, Wanted } from "./preprocess.ts";
import { isFile } from "./shape.ts";

export type Outline = {
  readonly text: string;
  /** The same with the comments that hold contracts opened: what is read. */
  readonly code: string;
  readonly items: readonly Item[];
  /** The text's tokens, of all branches. */
  readonly tokens: readonly Token[];
  /** Of what is no file, the whole is one. */
  readonly chunks: readonly Chunk[];
  readonly isFile: boolean;
  /** Half-open ranges of items from #if to #endif, by the item they start at. */
  readonly conditionals: ReadonlyMap<number, number>;
};

/**
 * @param code what is read of it, everything where it is in the text
 * @param asked the function that a contract at the end of the code is about
 */
export function outlineOf(text: string, placeOf: PlaceOf = placesIn(text), code = text, asked?: string): Outline {
  const items = itemsOf(lex(code, placeOf));
  const tokens = plainTokens(items);
  const file = isFile(tokens);
  const isAtLineStart = ({ start }: Token): boolean => start === 0 || code[start - 1] === "\n";
  const chunks = file
    ? chunksOf(items, isAtLineStart, asked)
    : [wholeOf(items, tokens)].filter((each) => each !== undefined);
  return { text, code, items, tokens, chunks, isFile: file, conditionals: conditionalsOf(items) };
}

function wholeOf(items: readonly Item[], tokens: readonly Token[]): Chunk | undefined {
  const [first] = tokens;
  const last = tokens.at(-1);
  return first && last && { from: 0, to: items.length, first, last, declares: new Set(), isStruct: false };
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

/**
 * What names need of a text, found from what is read of it: a conditional that stands around nothing that is needed is
 * nobody's question.
 */
export type Demand = {
  /** The parts that these names declare. */
  readonly first: ReadonlySet<Chunk>;
  /** And those that the tokens of these parts need. */
  readonly more: (chunks: ReadonlySet<Chunk>, active: readonly Active[]) => ReadonlySet<Chunk>;
  readonly wanted: (chunks: ReadonlySet<Chunk>) => Wanted;
};

export function demandOf(outline: Outline, names: readonly string[]): Demand {
  const { items, chunks } = outline;
  const byName = new Map<string, Chunk[]>();
  for (const chunk of chunks) for (const name of chunk.declares) put(byName, name, chunk);
  const macros = new Map<string, number[]>();
  for (const [i, item] of items.entries()) {
    const [name] = isDirective(item) && /^(?:define|undef)$/.test(item.name) ? item.tokens : [];
    if (name) put(macros, name.text, i);
  }
  const wordsOf = remembered((each: Chunk): readonly string[] => wordsIn(items.slice(each.from, each.to)));
  const wordsOfMacro = remembered((at: number): readonly string[] => wordsIn(items.slice(at, at + 1)));
  const membersAt = remembered((at: number) => declaredIn(items.slice(at, outline.conditionals.get(at))));
  const named = (word: string): readonly Chunk[] => byName.get(word) ?? [];
  /** Words of functions: the names of the members that they read are among them. */
  const readBy = (needed: ReadonlySet<Chunk>): Set<string> =>
    new Set([...needed].flatMap((each) => ((each.name ?? each.contractOf) ? wordsOf(each) : [])));
  const wanted = (needed: ReadonlySet<Chunk>): Wanted => {
    const words = new Set([...needed].flatMap((each) => (each.isStruct ? [] : wordsOf(each))));
    // Of a struct only the members that are read matter: no struct's size is known.
    const read = readBy(needed);
    for (const each of needed) {
      const members = each.isStruct ? membersRead(items.slice(each.from, each.to), read) : [];
      for (const word of wordsIn(members)) words.add(word);
    }
    const used: number[] = [];
    // A set grows while it is walked.
    for (const word of words) {
      for (const at of macros.get(word) ?? []) {
        used.push(at);
        for (const inner of wordsOfMacro(at)) words.add(inner);
      }
    }
    for (const at of used) for (const word of wordsOfMacro(at)) read.add(word);
    const matters = remembered((at: number): boolean => {
      const end = outline.conditionals.get(at) ?? items.length;
      if (used.some((each) => at <= each && each < end)) return true;
      return [...needed].some((chunk) => {
        if (chunk.from >= end || at >= chunk.to) return false;
        const isOfMembers = chunk.isStruct && chunk.from < at && end <= chunk.to;
        return !isOfMembers || standsInMember(items, at) || membersAt(at).some((word) => read.has(word));
      });
    });
    return { items, chunks: chunks.filter((chunk) => needed.has(chunk)), matters };
  };
  return {
    first: new Set(outline.isFile ? names.flatMap((name) => byName.get(name) ?? []) : chunks),
    more: (before, active) => {
      const read = readBy(before);
      const found = active.flatMap((each) => {
        const tokens = each.chunk.isStruct ? plainTokens(membersRead(each.tokens, read)) : each.tokens;
        return neededBy({ ...each, tokens }, named);
      });
      return new Set([...before, ...found]);
    },
    wanted,
  };
}

function remembered<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

/** Of a struct's declarations, those of a member whose name is read. */
function membersRead(items: readonly Item[], read: ReadonlySet<string>): Item[] {
  const found: Item[] = [];
  let member: Item[] = [];
  let depth = 0;
  for (const item of items) {
    const text = isDirective(item) ? "" : item.text;
    if (text === "}") depth -= 1;
    member.push(item);
    if (text === "{") depth += 1;
    if (!(depth === 1 && (text === ";" || text === "{"))) continue;
    if (declaredIn(member).some((word) => read.has(word))) append(found, member);
    member = [];
  }
  return found;
}

/** Does a conditional of a struct's begin in the middle of a declaration? Then it is about a member that is named elsewhere. */
function standsInMember(items: readonly Item[], at: number): boolean {
  const before = plainTokens(items.slice(0, at)).at(-1);
  return before !== undefined && !/^[;{}]$/.test(before.text);
}

/** Words that may name a member or an enumerator: those that no name, pointer or body follows. An attribute may follow. */
function declaredIn(items: readonly Item[]): string[] {
  const tokens = plainTokens(items);
  return tokens.flatMap(({ text, kind }, i) => {
    const next = tokens[i + 1];
    const isOfType =
      next && (next.text === "*" || next.text === "{" || (next.kind === "word" && !next.text.startsWith("__")));
    return kind === "word" && !isOfType ? [text] : [];
  });
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const all = map.get(key) ?? [];
  all.push(value);
  map.set(key, all);
}

/** Those whose parts a part of a configuration calls or names. */
export function neededBy<T extends { readonly name?: unknown }>(
  { chunk, tokens }: Active,
  named: (word: string) => readonly T[],
): T[] {
  const found: T[] = [];
  for (const [i, { text, kind }] of tokens.entries()) {
    // What a variable starts with is of no use where only its type is read.
    if (!chunk.name && text === "{" && tokens[i - 1]?.text === "=") break;
    const isCall = tokens[i + 1]?.text === "(";
    // A local may be called as some function is.
    for (const each of kind === "word" ? named(text) : []) if (!each.name || isCall) found.push(each);
  }
  return found;
}

const wordsIn = (items: readonly Item[]): string[] =>
  items
    .flatMap((item) => (isDirective(item) ? item.tokens : [item]))
    .flatMap(({ text, kind }) => (kind === "word" && !isEnabledName(text) ? [text] : []));
