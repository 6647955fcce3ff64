/** The C grammar out of the page itself: two WebAssembly files, gzipped, in base64. */

import type { Grammar } from "../../../sim/c/syntax/grammar.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import packedGrammar from "tree-sitter-c/tree-sitter-c.wasm?packed";
import packedRuntime from "web-tree-sitter/web-tree-sitter.wasm?packed";

async function unpack(base64: string): Promise<Uint8Array> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function openGrammar(): Promise<Grammar> {
  const [runtime, grammar] = await Promise.all([unpack(packedRuntime), unpack(packedGrammar)]);
  return loadGrammar({ runtime, grammar });
}
