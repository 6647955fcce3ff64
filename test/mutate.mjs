/**
 * Mutation testing with Stryker, in a copy of the project, so that nothing is left behind in it. See docs/MUTATION.md.
 *
 *   node test/mutate.mjs model|props [FILE.ts]…
 */

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const TOP = fileURLToPath(new URL("..", import.meta.url));
const STRYKER = "9.6.1";

/** What is mutated when no file is named. */
const FILES = {
  model: ["model/*.ts"],
  props: [
    "always",
    "arb",
    "blocks",
    "canary",
    "exhaust",
    "exhaust-path",
    "grid",
    "hunt",
    "minimise",
    "order",
    "run-ops",
    "sometimes",
    "templates",
    "verdict",
  ].map((name) => `props/${name}.ts`),
};

const [folder = "model", ...named] = process.argv.slice(2);
const files = named.length > 0 ? named : FILES[folder];
if (files === undefined) throw new Error(`nothing is known of ${folder}: model or props`);

const { devDependencies } = JSON.parse(readFileSync(join(TOP, "package.json"), "utf8"));
const copy = mkdtempSync(join(tmpdir(), "foliofence-mutate-"));
try {
  for (const part of ["model", "sim", "props", "test", "package.json", "tsconfig.json", "stryker.config.json"]) {
    cpSync(join(TOP, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(TOP, "node_modules"), join(copy, "node_modules"));
  const packages = [
    `@stryker-mutator/core@${STRYKER}`,
    `@stryker-mutator/vitest-runner@${STRYKER}`,
    `vitest@${devDependencies.vitest}`,
  ];
  const args = ["--yes", ...packages.flatMap((name) => ["-p", name]), "stryker", "run", "--mutate", files.join(",")];
  const env = { ...process.env, FOLIOFENCE_MUTATE: folder };
  const { status } = spawnSync("npx", args, { cwd: copy, env, stdio: "inherit" });
  process.exitCode = status ?? 70;
} finally {
  rmSync(copy, { recursive: true });
}
