import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Compilers, browsers and solvers are started; a busy machine must not look like a failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
