/** The process: argv, the clock, the terminal, signals and the exit code. Every side effect that is not a file starts here. */

import { appendFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { styleText } from "node:util";
import { reason } from "./cli/terminal/files.ts";
import type { Io } from "./cli/terminal/io.ts";
import { EXIT } from "./cli/terminal/io.ts";
import { runCommand } from "./cli/program.ts";

let interrupted = false;
let endedBy: "SIGINT" | "SIGTERM" = "SIGINT";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Either signal asks to stop soon; the second one does not wait for what was found to be written. */
function asked(signal: (typeof SIGNALS)[number]): void {
  if (interrupted) process.exit(EXIT[signal]);
  interrupted = true;
  endedBy = signal;
}

function guard(): void {
  for (const signal of SIGNALS) process.on(signal, asked);
}

/**
 * A signal is not seen before the work is done, which may be a text of any length; there is nothing to write yet, so it ends the
 * process as it ends any other. The first process of a container has no such end.
 */
function unguarded<T>(work: () => T): T {
  if (process.pid === 1) return work();
  for (const signal of SIGNALS) process.off(signal, asked);
  try {
    return work();
  } finally {
    guard();
  }
}

const summaryOf = (file: string | undefined): Pick<Io, "summary"> =>
  file === undefined || file === "" ? {} : { summary: (text) => appendFileSync(file, text) };

const io: Io = {
  out: (text) => {
    process.stdout.write(text);
  },
  err: (text) => {
    process.stderr.write(text);
  },
  ...summaryOf(process.env["GITHUB_STEP_SUMMARY"]),
  // Node knows which terminals show colours, and of FORCE_COLOR.
  color: process.env["NO_COLOR"] === undefined && styleText("red", "-") !== "-",
  progress: process.stderr.isTTY,
  now: () => performance.now(),
  cpus: availableParallelism(),
  interrupted: () => interrupted,
  unguarded,
};

guard();
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that went away (`| head`) is no failure of ours, and changes no verdict.
  if (error.code === "EPIPE") return;
  io.err(`foliofence: stdout: ${reason(error)}\n`);
  process.exit(EXIT.usage);
});

const code = await runCommand(process.argv.slice(2), io);
process.exitCode = code === EXIT.interrupted ? EXIT[endedBy] : code;
