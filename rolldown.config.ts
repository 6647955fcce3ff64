/**
 * Bundles what is shipped: a command finds a few files instead of a hundred, and calls inside a file are cheaper than
 * those between two. Of a package that every run needs, only what is used comes along, with its licence; every other
 * package stays one.
 */

import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "rolldown";
import { noticesOf } from "./notices.ts";

/** What every judging needs. What is printed as a file, and the kernel's own machine, come alone. */
const ENGINE =
  /\/(model\/(?!kernel\/)|model\/kernel\/signed-end|sim\/(?!kernel\/|unoptimised|schema\/|script\/)|props\/(claims|search\/(?!hunt|stretch|arb|drawn)|shrink|judge\/(?!kernels|jobs\/(threads|worker))))/;

/** Read at every start: V8 takes a third of the time for the whole of them as for what is used. */
const BUNDLED = ["commander", "fast-check", "pure-rand", "@noble/hashes", "valibot", "web-tree-sitter"];

/** The grammar and what runs it, copied beside the code: so neither package need be installed. */
const WASM = ["web-tree-sitter/web-tree-sitter.wasm", "tree-sitter-c/tree-sitter-c.wasm"];

const isBundled = (id: string): boolean => BUNDLED.some((name) => id === name || id.startsWith(`${name}/`));
const isExternal = (id: string): boolean => /^[^./]/.test(id) && !isBundled(id);

const shipped: Plugin = {
  name: "shipped",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: noticesOf([...BUNDLED, "tree-sitter-c"]) });
    for (const path of WASM) {
      this.emitFile({
        type: "asset",
        fileName: path.split("/").at(-1) ?? path,
        source: readFileSync(`node_modules/${path}`),
      });
    }
  },
};

export default defineConfig({
  input: {
    main: "props/main.ts",
    library: "props/library/index.ts",
    // Comes first: it is compiled in other threads while this one reads the engines.
    grammar: "sim/c/syntax/grammar.ts",
    // Threads start in files of their own, beside whoever starts them.
    "jobs-worker": "props/judge/jobs/worker.ts",
  },
  platform: "node",
  external: isExternal,
  plugins: [shipped],
  output: {
    dir: "dist/props",
    cleanDir: true,
    chunkFileNames: "[name].js",
    codeSplitting: {
      // The models and the engines always come together; what reads a kernel, the solver and each command come alone.
      groups: [
        { name: "c", test: /\/sim\/(c\/syntax\/(grammar|parser-store)|unoptimised)/, priority: 2 },
        // What every start needs: commands, their words, what is printed.
        { name: "start", test: /\/(node_modules\/commander\/|sim\/(visible|c\/syntax\/nearest)\.ts)/, priority: 3 },
        { name: "scripts", test: /\/sim\/script\/(?!import)/ },
        { name: "kernel", test: /\/(model\/kernel\/|sim\/kernel\/(?!live\/)|props\/conform\/replay-trace)/ },
        // fast-check comes along with the hunt, and with nothing else.
        {
          name: "hunt",
          test: /\/(node_modules\/(fast-check|pure-rand)\/|props\/search\/(hunt|stretch|arb|drawn)\.ts)/,
        },
        // What is read from outside has schemas, which a plain judging does without.
        { name: "schema", test: /\/(sim\/(schema\/|script\/import)|node_modules\/valibot\/)/ },
        { name: "engine", test: ENGINE, priority: 1 },
      ],
    },
  },
});
