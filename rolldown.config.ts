/**
 * Bundles what is shipped: a command finds a few files instead of a hundred, and calls inside a file are cheaper than
 * those between two. Packages stay packages.
 */

import { defineConfig } from "rolldown";

const ENGINE =
  /\/(model\/|sim\/(?!linux\/|unoptimised)|props\/(?!(main|library|jobs-worker|version|conform|escape|explore|prove|fix|kernels)\b|smt|cli|page))/;

export default defineConfig({
  input: {
    main: "props/main.ts",
    library: "props/library.ts",
    // Threads start in files of their own, beside whoever starts them.
    "jobs-worker": "props/jobs-worker.ts",
    host: "props/smt/host.ts",
  },
  platform: "node",
  external: /^[^./]/,
  output: {
    dir: "dist/props",
    cleanDir: true,
    chunkFileNames: "[name].js",
    codeSplitting: {
      // The models and the engines always come together; what reads a kernel, the solver and each command come alone.
      groups: [{ name: "engine", test: ENGINE }],
    },
  },
});
