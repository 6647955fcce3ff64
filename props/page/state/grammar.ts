/** The C grammar out of the page itself: two WebAssembly files, gzipped, in base64. */

import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import packedGrammar from "tree-sitter-c/tree-sitter-c.wasm?packed";
import packedRuntime from "web-tree-sitter/web-tree-sitter.wasm?packed";
import { unpack } from "./unpack.ts";

export async function openGrammar(): Promise<Grammar> {
  const [runtime, grammar] = await Promise.all([unpack(packedRuntime), unpack(packedGrammar)]);
  return loadGrammar({ runtime, grammar });
}
