/** tree-sitter's C grammar. */

import { Language, Parser } from "web-tree-sitter";
import { leaveWasmUnoptimised } from "../../unoptimised.ts";
import { type Grammar, grammarOf } from "./parser-store.ts";

/** The bytes of web-tree-sitter.wasm and tree-sitter-c.wasm, where there is no node_modules to find them in. */
export type GrammarBytes = { readonly runtime: Uint8Array; readonly grammar: Uint8Array };

// Its types come with a browser's, and this file is for Node as well.
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<Parameters<typeof Language.loadSync>[0]> };

/** Other threads compile it: a program that calls this first has it by the time it has loaded the rest. */
export async function loadGrammar({ runtime, grammar }: GrammarBytes = installed()): Promise<Grammar> {
  const [module] = await Promise.all([WebAssembly.compile(grammar), Parser.init({ wasmBinary: runtime })]);
  const parser = new Parser();
  parser.setLanguage(Language.loadSync(module));
  return grammarOf(parser);
}

/** The build copies both files beside its code; where the sources themselves are run, they are in their packages. */
const isBuilt = (): boolean => import.meta.url.endsWith(".js");
const beside = (_package: string, file: string): URL => new URL(file, import.meta.url);
const inPackage = (name: string, file: string): string =>
  process
    .getBuiltinModule("node:module")
    .createRequire(import.meta.url)
    .resolve(`${name}/${file}`);

/** What only Node has is asked for only where it is needed: a page is given its bytes. */
function installed(): GrammarBytes {
  const { readFileSync } = process.getBuiltinModule("node:fs");
  const find = isBuilt() ? beside : inPackage;
  leaveWasmUnoptimised();
  return {
    runtime: readFileSync(find("web-tree-sitter", "web-tree-sitter.wasm")),
    grammar: readFileSync(find("tree-sitter-c", "tree-sitter-c.wasm")),
  };
}
