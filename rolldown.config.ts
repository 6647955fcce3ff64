/**
 * Bundles what is shipped: a command finds a few files instead of a hundred, and calls inside a file are cheaper than
 * those between two. Of a package that every run needs, only what is used comes along, with its licence; every other
 * package stays one.
 */

import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "rolldown";

const ENGINE =
  /\/(model\/|sim\/(?!kernel\/live\/|unoptimised)|props\/(claims|search|shrink|scenarios|library\/(?!index)|judge\/(?!kernels|jobs\/(threads|worker)))|props\/conform\/replay-trace)/;

/** Read at every start: V8 takes a third of the time for the whole of them as for what is used. */
const BUNDLED = ["fast-check", "@noble/hashes"];

const isBundled = (id: string): boolean => BUNDLED.some((name) => id === name || id.startsWith(`${name}/`));
const isExternal = (id: string): boolean => /^[^./]/.test(id) && !isBundled(id);

const licences: Plugin = {
  name: "licences",
  generateBundle() {
    const texts = BUNDLED.map((name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8")}`);
    this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: texts.join("\n\n") });
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
  plugins: [licences],
  output: {
    dir: "dist/props",
    cleanDir: true,
    chunkFileNames: "[name].js",
    codeSplitting: {
      // The models and the engines always come together; what reads a kernel, the solver and each command come alone.
      groups: [
        { name: "c", test: /\/sim\/(c\/syntax\/(grammar|parser-store)|unoptimised)/, priority: 1 },
        { name: "engine", test: ENGINE },
      ],
    },
  },
});
