/**
 * Ten and more facts of the models, each broken by hand: does the running kernel notice, after how many ops, and how short is the
 * list that shows it? A model whose mutants survive has not been compared with anything.
 *
 *   node test/tools/mutants.mjs [OPS [WORDS]]
 *
 * OPS for each mutant at most, 100,000 unless told; with WORDS only the mutants whose description has them.
 *
 * Not part of the test command: it takes minutes and a kernel to itself. mutants.test.ts sees to it that each still fits the text.
 */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "rolldown/experimental";
import { importFrom, TOP, withBuilt } from "./built.mjs";

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
  const { replayTraceFile } = await importFrom(folder, "props/conform/replay-trace.ts");
  const traces = join(TOP, "test/traces");
  for (const name of readdirSync(traces).filter((n) => n.startsWith("mapping-"))) {
    const { disagreements } = replayTraceFile(readFileSync(join(traces, name), "utf8"), name);
    if (disagreements.length > 0) return `${disagreements[0].id} of ${name}`;
  }
  return undefined;
}

/** The one file of a mutant as JavaScript. */
function compiled({ file, text, becomes }) {
  const source = readFileSync(join(TOP, file), "utf8").replace(text, () => becomes);
  const { code, errors } = transformSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  return code.replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"');
}

async function findMutant(mutant, ops, built) {
  const { what, file } = mutant;
  const folder = mkdtempSync(join(tmpdir(), "foliofence-mutant-"));
  try {
    cpSync(built, folder, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(folder, "dist", file.replace(/\.ts$/, ".js")), compiled(mutant));
    const { conform } = await importFrom(folder, "props/conform/conform.ts");
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
    const by = found?.machine === undefined ? "" : ` by the ${found.machine} machine`;
    const line =
      found === undefined
        ? `survived ${ops} ops`
        : `found after ${found.found_in} ops${by}, shrunk to ${found.ops.length}`;
    console.log(`${what}: ${line}`);
    return found !== undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ops = Number(process.argv[2] ?? 100_000);
const wanted = MUTANTS.filter(({ what }) => what.includes(process.argv[3] ?? ""));
let survived = 0;
await withBuilt(async (built) => {
  for (const mutant of wanted) if (!(await findMutant(mutant, ops, built))) survived++;
});
console.log(`${wanted.length - survived} of ${wanted.length} found`);
process.exitCode = survived === 0 ? 0 : 1;
