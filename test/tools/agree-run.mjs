/**
 * Do the engines agree? The whole catalogue and 500 random rules, every claim, four settings: minutes to an hour.
 * This compiles test/tools/agree-run.ts, where the options stand, and runs it.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const TOP = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "foliofence-agree-"));
try {
  for (const name of ["package.json", "node_modules"]) symlinkSync(join(TOP, name), join(folder, name));
  const config = {
    extends: join(TOP, "tsconfig.json"),
    compilerOptions: { noEmit: false, rootDir: TOP, outDir: folder },
    include: [],
    files: [fileURLToPath(import.meta.resolve("./agree-run.ts"))],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  execFileSync(join(TOP, "node_modules/.bin/tsc"), ["-p", folder], { stdio: "inherit" });
  const { status } = spawnSync(process.execPath, [join(folder, "test/tools/agree-run.js"), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 70;
} finally {
  rmSync(folder, { recursive: true });
}
