/** The command line without a process: an Io that keeps what was said. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "../../props/cli/terminal/io.ts";
import { runCommand } from "../../props/cli/program.ts";

export interface Said {
  readonly io: Io;
  readonly out: () => string;
  readonly err: () => string;
  readonly summary: () => string;
}

/** `interrupted` is asked as the real one would be. Time does not pass. */
export function keepingIo(interrupted: () => boolean = () => false): Said {
  const said = { out: "", err: "", summary: "" };
  const keep = (name: keyof typeof said) => (text: string) => {
    said[name] += text;
  };
  return {
    io: {
      out: keep("out"),
      err: keep("err"),
      summary: keep("summary"),
      color: false,
      progress: false,
      now: () => 0,
      cpus: 1,
      interrupted,
    },
    out: () => said.out,
    err: () => said.err,
    summary: () => said.summary,
  };
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * A command in this process, as if `cwd` were its directory: what is a file there is named by its whole path, and told
 * by its name.
 */
export async function command(args: readonly string[], cwd: string, over: Partial<Io> = {}): Promise<Ran> {
  const said = keepingIo();
  const inside = args.map((arg) => (arg !== "" && existsSync(join(cwd, arg)) ? join(cwd, arg) : arg));
  const code = await runCommand(inside, { ...said.io, ...over });
  const told = (text: string): string => text.replaceAll(`${cwd}/`, "");
  return { code, out: told(said.out()), err: told(said.err()) };
}
