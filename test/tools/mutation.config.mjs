/** The tests of one part, see mutation-parts.mjs. */

import { defineConfig } from "vitest/config";
import { PARTS } from "./mutation-parts.mjs";

const { tests, slow = [] } = PARTS[process.env.FOLIOFENCE_MUTATE ?? "model"];
const names = process.env.FOLIOFENCE_SLOW === "1" ? [...tests, ...slow] : tests;

export default defineConfig({
  test: { include: names.map((name) => `test/**/${name}.test.ts`), testTimeout: 60_000 },
});
