/** tree-sitter's C grammar. */

import { Language, Parser } from "web-tree-sitter";
import { grammarOf } from "./parser-store.ts";

/** Opaque: pass it to parseRules. */
export type Grammar = { readonly language: "C" };

/** The bytes of web-tree-sitter.wasm and tree-sitter-c.wasm, where there is no node_modules to find them in. */
export type GrammarBytes = { readonly runtime: Uint8Array; readonly grammar: Uint8Array };

export async function loadGrammar(bytes?: GrammarBytes): Promise<Grammar> {
  await Parser.init(bytes && { wasmBinary: bytes.runtime });
  const language = await Language.load(bytes?.grammar ?? (await installed()));
  const parser = new Parser();
  parser.setLanguage(language);
  return grammarOf(parser);
}

/** Imported only where it is needed: a page has no node:module. */
async function installed(): Promise<string> {
  const { createRequire } = await import("node:module");
  return createRequire(import.meta.url).resolve("tree-sitter-c/tree-sitter-c.wasm");
}
