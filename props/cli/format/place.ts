/** Where a file is, as a reader of the whole repository calls it. */

import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";

/** The nearest folder above the file that is a repository. */
function rootOf(file: string): string | undefined {
  for (let at = dirname(file); ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** From the top of its repository, with "/" between; without one, as it was named. */
export function repositoryPath(file: string): string {
  const whole = resolve(file);
  const root = rootOf(whole);
  const path = root === undefined ? file : relative(root, whole);
  return path.split(sep).join("/");
}

/** A reference as RFC 3986 has it: relative to wherever the reader's sources are, unless that is not known. */
export function uriOf(file: string): string {
  const path = repositoryPath(file);
  return isAbsolute(path) ? pathToFileURL(path).href : path.split("/").map(encodeURIComponent).join("/");
}
