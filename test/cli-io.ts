/** The command line without a process: an Io that keeps what was said. */

import type { Io } from "../props/cli/io.ts";

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
