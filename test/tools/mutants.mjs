/**
 * Ten and more facts of the models, each broken by hand: does the running kernel notice, after how many ops, and how short is the
 * list that shows it? A model whose mutants survive has not been compared with anything.
 *
 *   node test/tools/mutants.mjs [OPS [WORDS]]
 *
 * OPS for each mutant at most, 100,000 unless told; with WORDS only the mutants whose description has them.
 *
 * Not part of the test command: each mutant is a build of its own. mutants.test.ts sees to it that each still fits the text.
 */

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const TOP = fileURLToPath(new URL("../..", import.meta.url));
const MUTANTS = JSON.parse(readFileSync(new URL("mutants.json", import.meta.url), "utf8"));

/** A mutant may break what the model holds true of itself: then it throws, and is found as well. */
async function conformOrThrow(conform, options) {
  try {
    return await conform(options);
  } catch (thrown) {
    return { disagreements: [{ found_in: `some (the model threw: ${thrown.message})`, ops: [] }], skipped: [] };
  }
}

/**
 * What KVM maps cannot be seen on every machine. Recorded traces of it can be replayed everywhere.
 * @returns the first trace in which the mutant says something else
 */
async function replayMapping(folder) {
  const { replayTraceFile } = await import(pathToFileURL(join(folder, "dist/props/conform/replay-trace.js")).href);
  const traces = join(TOP, "test/traces");
  for (const name of readdirSync(traces).filter((n) => n.startsWith("mapping-"))) {
    const { disagreements } = replayTraceFile(readFileSync(join(traces, name), "utf8"), name);
    if (disagreements.length > 0) return `${disagreements[0].id} of ${name}`;
  }
  return undefined;
}

async function findMutant({ what, file, text, becomes }, ops) {
  const folder = mkdtempSync(join(tmpdir(), "foliofence-mutant-"));
  try {
    for (const part of ["model", "sim", "props", "package.json", "tsconfig.json", "tsconfig.build.json"]) {
      cpSync(join(TOP, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(TOP, "node_modules"), join(folder, "node_modules"));
    writeFileSync(
      join(folder, file),
      readFileSync(join(folder, file), "utf8").replace(text, () => becomes),
    );
    try {
      execFileSync(join(TOP, "node_modules/.bin/tsc"), ["-p", join(folder, "tsconfig.build.json")], {
        stdio: "ignore",
      });
    } catch {
      // An unused name is an error to the compiler and none to us: it has written the files.
    }
    const { conform } = await import(pathToFileURL(join(folder, "dist/props/conform/conform.js")).href);
    const stop = new AbortController();
    const { disagreements, skipped } = await conformOrThrow(conform, {
      ops,
      seed: 1,
      signal: stop.signal,
      onDisagreement: () => stop.abort(),
    });
    const [found] = disagreements;
    const replayed = found === undefined ? await replayMapping(folder) : undefined;
    if (replayed !== undefined) {
      console.log(`${what}: found by the recorded trace ${replayed}`);
      return true;
    }
    if (skipped.length > 0) console.log(`skipped: ${skipped.join("; ")}`);
    const line =
      found === undefined ? `survived ${ops} ops` : `found after ${found.found_in} ops, shrunk to ${found.ops.length}`;
    console.log(`${what}: ${line}`);
    return found !== undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ops = Number(process.argv[2] ?? 100_000);
const wanted = MUTANTS.filter(({ what }) => what.includes(process.argv[3] ?? ""));
let survived = 0;
for (const mutant of wanted) if (!(await findMutant(mutant, ops))) survived++;
console.log(`${wanted.length - survived} of ${wanted.length} found`);
process.exitCode = survived === 0 ? 0 : 1;
