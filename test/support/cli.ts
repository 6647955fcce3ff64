/** The built command line, as a user runs it. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";

export const MAIN = resolve("dist/props/main.js");

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** A directory of the test's own, gone when the tests of its file are done. */
export function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), "foliofence-"));
  made.push(path);
  return path;
}

/** Run it in a directory of its own, without a terminal. */
export function foliofence(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? scratch(),
    ...(options.input === undefined ? {} : { input: options.input }),
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 120_000,
  });
  return { code: status, out: stdout, err: stderr };
}
