/** Compiles a tool that is written in TypeScript, runs it with this process' arguments, and ends as it ends. */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const TOP = fileURLToPath(new URL("../..", import.meta.url));

/** @param url of the tool */
export function runCompiled(url) {
  const tool = relative(TOP, fileURLToPath(url));
  const folder = mkdtempSync(join(tmpdir(), "foliofence-tool-"));
  try {
    for (const name of ["package.json", "node_modules"]) symlinkSync(join(TOP, name), join(folder, name));
    const copy = (from, to) => {
      mkdirSync(join(folder, dirname(to)), { recursive: true });
      cpSync(join(TOP, from), join(folder, to));
    };
    copy("test/tools/simulator.c", "test/tools/simulator.c");
    // What is compiled looks for the grammar beside itself.
    for (const file of ["web-tree-sitter/web-tree-sitter.wasm", "tree-sitter-c/tree-sitter-c.wasm"])
      copy(`node_modules/${file}`, `sim/c/syntax/${basename(file)}`);
    const config = {
      extends: join(TOP, "tsconfig.json"),
      compilerOptions: { noEmit: false, rootDir: TOP, outDir: folder },
      include: [],
      files: [join(TOP, tool)],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    execFileSync(join(TOP, "node_modules/.bin/tsc"), ["-p", folder], { stdio: "inherit" });
    const { status } = spawnSync(
      process.execPath,
      [join(folder, tool.replace(/ts$/, "js")), ...process.argv.slice(2)],
      { stdio: "inherit" },
    );
    process.exitCode = status ?? 70;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
