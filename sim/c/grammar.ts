/** tree-sitter's C grammar. */

import { Language, Parser } from "web-tree-sitter";
import { grammarOf } from "./parser-store.ts";

/** Opaque: pass it to parseRules. */
export type Grammar = { readonly language: "C" };

/** The bytes of web-tree-sitter.wasm and tree-sitter-c.wasm, where there is no node_modules to find them in. */
export type GrammarBytes = { readonly runtime: Uint8Array; readonly grammar: Uint8Array };

export async function loadGrammar(bytes?: GrammarBytes): Promise<Grammar> {
  const language = bytes?.grammar ?? (await installed());
  await Parser.init(bytes && { wasmBinary: bytes.runtime });
  const parser = new Parser();
  parser.setLanguage(await Language.load(language));
  return grammarOf(parser);
}

/** What only Node has is imported only where it is needed: a page is given its bytes. */
async function installed(): Promise<string> {
  const [{ createRequire }, { leaveWasmUnoptimised }] = await Promise.all([
    import("node:module"),
    import("../unoptimised.ts"),
  ]);
  leaveWasmUnoptimised();
  return createRequire(import.meta.url).resolve("tree-sitter-c/tree-sitter-c.wasm");
}
