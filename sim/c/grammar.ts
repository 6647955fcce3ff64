/** tree-sitter's C grammar. */

import { Language, Parser } from "web-tree-sitter";
import { grammarOf } from "./parser-store.ts";

/** Opaque: pass it to parseRules. */
export type Grammar = { readonly language: "C" };

/** The bytes of web-tree-sitter.wasm and tree-sitter-c.wasm, where there is no node_modules to find them in. */
export type GrammarBytes = { readonly runtime: Uint8Array; readonly grammar: Uint8Array };

// Its types come with a browser's, and this file is for Node as well.
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<Parameters<typeof Language.loadSync>[0]> };

/** Other threads compile it: a program that loads it first has it by the time it has loaded the rest. */
export async function loadGrammar(given?: GrammarBytes): Promise<Grammar> {
  const { runtime, grammar } = given ?? (await installed());
  const [module] = await Promise.all([WebAssembly.compile(grammar), Parser.init({ wasmBinary: runtime })]);
  const parser = new Parser();
  parser.setLanguage(Language.loadSync(module));
  return grammarOf(parser);
}

/** What only Node has is imported only where it is needed: a page is given its bytes. */
async function installed(): Promise<GrammarBytes> {
  const [{ readFile }, { createRequire }, { leaveWasmUnoptimised }] = await Promise.all([
    import("node:fs/promises"),
    import("node:module"),
    import("../unoptimised.ts"),
  ]);
  leaveWasmUnoptimised();
  const { resolve } = createRequire(import.meta.url);
  const [runtime, grammar] = await Promise.all([
    readFile(resolve("web-tree-sitter/web-tree-sitter.wasm")),
    readFile(resolve("tree-sitter-c/tree-sitter-c.wasm")),
  ]);
  return { runtime, grammar };
}
