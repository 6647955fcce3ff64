/** Grammar -> its parser: web-tree-sitter's types stay out of what a user of the library has to compile. */

import type { Parser } from "web-tree-sitter";

/** Opaque: pass it to parseRules. */
export type Grammar = { readonly language: "C" };

const parsers = new WeakMap<Grammar, Parser>();

export function grammarOf(parser: Parser): Grammar {
  const grammar: Grammar = { language: "C" };
  parsers.set(grammar, parser);
  return grammar;
}

export function parserOf(grammar: Grammar): Parser {
  const parser = parsers.get(grammar);
  if (parser === undefined) throw new Error("a grammar comes from loadGrammar");
  return parser;
}
