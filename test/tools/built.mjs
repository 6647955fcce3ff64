/** The models as one file of JavaScript for each of TypeScript, in a folder of their own: what is shipped is bundled. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const TOP = fileURLToPath(new URL("../..", import.meta.url));

/** Calls `use` with the folder, which goes afterwards, and with what imports a module of it by its path in the project. */
export async function withBuilt(use) {
  const folder = mkdtempSync(join(tmpdir(), "foliofence-built-"));
  try {
    execFileSync(
      join(TOP, "node_modules/.bin/tsc"),
      ["-p", join(TOP, "tsconfig.build.json"), "--outDir", join(folder, "dist"), "--declaration", "false"],
      { stdio: "inherit" },
    );
    cpSync(join(TOP, "package.json"), join(folder, "package.json"));
    symlinkSync(join(TOP, "node_modules"), join(folder, "node_modules"));
    return await use(folder, (path) => importFrom(folder, path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A module of a built folder, by its path in the project. */
export const importFrom = (folder, path) =>
  import(pathToFileURL(join(folder, "dist", path.replace(/\.ts$/, ".js"))).href);
