/** The built command line as a process: threads and signals need one. */

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Built {
  /** What runs the command: `node …/main.js`. */
  readonly command: readonly [string, string];
  readonly remove: () => void;
}

/** Build into a directory of its own, from which packages are found. Types are checked elsewhere. */
export function build(name: string): Built {
  const directory = join(root, "node_modules", ".cache", `foliofence-${name}-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }\n');
  const rolldown = join(root, "node_modules", "rolldown", "bin", "cli.mjs");
  const options = ["-c", "rolldown.config.ts", "-d", join(directory, "dist", "props")];
  execFileSync(process.execPath, [rolldown, ...options], { stdio: "pipe", cwd: root });
  return {
    command: [process.execPath, join(directory, "dist", "props", "main.js")],
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly interrupt: () => void;
  readonly ended: Promise<Ended>;
}

export function start({ command: [node, main] }: Built, args: readonly string[], cwd: string): Running {
  const child = spawn(node, [main, ...args], { cwd, env: { ...process.env, NO_COLOR: "1" } });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data: Buffer) => {
    out += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    err += data.toString();
  });
  return {
    interrupt: () => void child.kill("SIGINT"),
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, out, err }));
    }),
  };
}
