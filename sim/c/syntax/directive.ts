/** Tokens -> items: lines that start with # are directives, all else stays what it is. */

import { fail } from "./fail.ts";
import type { Token } from "./lex.ts";

export type Define = {
  readonly name: string;
  /** Of a function-like macro. */
  readonly parameters?: readonly string[];
  /** The last parameter takes any number of arguments. */
  readonly isVariadic?: boolean;
  readonly body: readonly Token[];
};

/** Half-open range of the text, in UTF-16 units. */
export type Span = { readonly start: number; readonly end: number };

export type Directive = Span & {
  readonly hash: Token;
  /** define, undef, if, ifdef, ifndef, elif, else, endif; any other is passed over. */
  readonly name: string;
  /** Behind the name. */
  readonly tokens: readonly Token[];
};

export type Item = Token | Directive;

export const isDirective = (item: Item): item is Directive => "hash" in item;

const KNOWN = new Set(
  "define undef if ifdef ifndef elif elifdef elifndef else endif include include_next import pragma error warning line ident".split(
    " ",
  ),
);

export function itemsOf(tokens: readonly Token[]): Item[] {
  const items: Item[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const hash = tokens[i];
    if (!hash) break;
    if (hash.text !== "#" || hash.isFirst !== true) {
      items.push(hash);
      continue;
    }
    let end = i + 1;
    while (end < tokens.length && tokens[end]?.isFirst !== true) end += 1;
    const line = tokens.slice(i + 1, end);
    const name = line[0]?.kind === "word" ? line[0].text : "";
    const last = line.at(-1) ?? hash;
    if (line.length > 0 && !KNOWN.has(name) && line[0]?.kind !== "number")
      fail(hash, `#${line[0]?.text} is no directive`);
    items.push({ hash, name, tokens: line.slice(1), start: hash.start, end: last.end });
    i = end - 1;
  }
  return items;
}

/** The name that a #define, #undef, #ifdef or #ifndef is about. */
export function nameOf({ hash, name, tokens }: Directive): Token {
  const [first] = tokens;
  return first?.kind === "word" ? first : fail(hash, `#${name} without a name`);
}

export function defineOf(directive: Directive): Define {
  const { text: name } = nameOf(directive);
  const rest = directive.tokens.slice(1);
  if (rest[0]?.text !== "(" || rest[0].isSpaced === true) return { name, body: rest };
  const close = rest.findIndex(({ text }) => text === ")");
  if (close < 0) fail(rest[0], `the parameters of macro ${name} are never closed`);
  const list = rest.slice(1, close).filter(({ text }) => text !== ",");
  const parameters = list.flatMap((each): string[] => {
    // GNU's `args...` names what is __VA_ARGS__ otherwise.
    if (each.text === "...") return rest[rest.indexOf(each) - 1]?.kind === "word" ? [] : [REST];
    return each.kind === "word" ? [each.text] : fail(each, `'${each.text}' is no parameter of macro ${name}`);
  });
  const isVariadic = list.at(-1)?.text === "...";
  return { name, parameters, isVariadic, body: rest.slice(close + 1) };
}

const REST = "__VA_ARGS__";

/** All that a text defines, by name, whatever conditions stand around it: of several the last. */
export function definesIn(items: readonly Item[]): Map<string, Define> {
  const defines = new Map<string, Define>();
  for (const item of items) {
    if (!isDirective(item) || item.name !== "define") continue;
    const define = defineOf(item);
    defines.set(define.name, define);
  }
  return defines;
}

/** The text's own tokens, without its directives. */
export const plainTokens = (items: readonly Item[]): Token[] =>
  items.filter((item): item is Token => !isDirective(item));
