/** The tests of one part, see mutation-parts.mjs. */

import { defineConfig } from "vitest/config";
import { PARTS } from "./mutation-parts.mjs";

const { tests } = PARTS[process.env.FOLIOFENCE_MUTATE ?? "model"];

export default defineConfig({
  test: { include: tests.map((name) => `test/${name}.test.ts`), testTimeout: 60_000 },
});
