/**
 * Mutation testing with Stryker, in a copy of the project, so that nothing is left behind in it. See docs/MUTATION.md.
 *
 *   node test/tools/mutate.mjs model|linux|search|prove|c|script|picture|import|sim|cli|judging|words|merge|page|solver
 *     [--incremental FILE] [--again FILE] [--slow] [FILE.ts]…
 *
 * With --incremental, results are kept in that file, and only what a change touched is run again. With --again, only what
 * survived in that file (of the named files, or of all) is tried; with --slow, against the part's slow tests as well.
 */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PARTS } from "./mutation-parts.mjs";

const TOP = fileURLToPath(new URL("../..", import.meta.url));
const STRYKER = "9.6.1";

const { values, positionals } = parseArgs({
  options: { incremental: { type: "string" }, again: { type: "string" }, slow: { type: "boolean" } },
  allowPositionals: true,
});
const [part = "model", ...named] = positionals;
if (PARTS[part] === undefined) throw new Error(`nothing is known of ${part}: ${Object.keys(PARTS).join(", ")}`);
const files = values.again === undefined ? (named.length > 0 ? named : PARTS[part].mutate) : survivors(values.again);

const { devDependencies } = JSON.parse(readFileSync(join(TOP, "package.json"), "utf8"));
const copy = mkdtempSync(join(tmpdir(), "foliofence-mutate-"));
try {
  const parts = ["model", "sim", "props", "test", "dist", "docs", "README.md", "package.json"];
  for (const name of [...parts, "tsconfig.json", "stryker.config.json"].filter((n) => existsSync(join(TOP, n)))) {
    cpSync(join(TOP, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(TOP, "node_modules"), join(copy, "node_modules"));
  const packages = [
    `@stryker-mutator/core@${STRYKER}`,
    `@stryker-mutator/vitest-runner@${STRYKER}`,
    `vitest@${devDependencies.vitest}`,
  ];
  const args = ["--yes", ...packages.flatMap((name) => ["-p", name]), "stryker", "run", "--mutate", files.join(",")];
  if (values.incremental !== undefined) args.push("--incremental", "--incrementalFile", resolve(values.incremental));
  const env = { ...process.env, FOLIOFENCE_MUTATE: part, FOLIOFENCE_SLOW: values.slow ? "1" : "" };
  const { status } = spawnSync("npx", args, { cwd: copy, env, stdio: "inherit" });
  process.exitCode = status ?? 70;
} finally {
  rmSync(copy, { recursive: true });
}

/** @returns where a report's survivors stand, as Stryker reads it: lines from 1, columns from 0 */
function survivors(report) {
  const of = (text) => text === "Survived" || text === "NoCoverage";
  const ranges = Object.entries(JSON.parse(readFileSync(report, "utf8")).files)
    .filter(([name]) => named.length === 0 || named.includes(name))
    .flatMap(([name, { mutants }]) =>
      mutants
        .filter(({ status }) => of(status))
        .map(
          ({ location: { start, end } }) => `${name}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`,
        ),
    );
  return [...new Set(ranges)];
}
