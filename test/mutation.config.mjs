/**
 * The tests that mutants of a folder are run against: those that need no solver, browser or compiler and end within a
 * second or two, because each mutant runs all of them that reach it. See docs/MUTATION.md.
 */

import { defineConfig } from "vitest/config";

const FAST = {
  model: [
    "always",
    "arch",
    "catalogue-text",
    "file",
    "folios",
    "guest-memfd",
    "guest-memfd-pages",
    "machine",
    "memslot",
    "rule-evaluate",
    "shmem",
    "sometimes",
    "trace",
    "units",
    "vm",
  ],
  props: [
    "always",
    "blocks",
    "canary",
    "claims",
    "exhaust",
    "minimise",
    "order",
    "scenarios",
    "setting",
    "sometimes",
    "trace",
    "work-counts",
  ],
};

const names = FAST[process.env["FOLIOFENCE_MUTATE"] ?? "model"] ?? [];

export default defineConfig({
  test: { include: names.map((name) => `test/${name}.test.ts`), testTimeout: 60_000 },
});
