/** How a command that was refused or broke down says so: one line on stderr, and with --json an object on stdout too. */

import { VERSION } from "./version.ts";
import type { Io } from "./io.ts";
import { EXIT, UsageError } from "./io.ts";

/** Whoever asked for JSON reads JSON, whatever else was wrong with the command line. */
const wantsJson = (args: readonly string[]): boolean =>
  args.some(
    (arg, at) => arg === "--json" || arg === "--format=json" || (arg === "--format" && args[at + 1] === "json"),
  );

export function tellJson(error: object, io: Io, args: readonly string[]): void {
  if (!wantsJson(args)) return;
  io.out(`${JSON.stringify({ foliofence: VERSION, schema: 1, error }, undefined, 2)}\n`);
}

/** What the words of a command line lack or have too many of, as commander finds it, in one line like any other. */
export function complainOfWords(message: string, command: string, io: Io, args: readonly string[]): number {
  const line = message
    .replace(/^error: /, "")
    .replace(/(?<!\s)\s*\(Did you mean (?:one of )?(.*?)\?\)\s*$/s, "; did you mean $1?")
    .replace(/\.$/, "");
  io.err(`foliofence: ${line}; see \`foliofence ${command === "" ? "" : `${command} `}--help\`\n`);
  tellJson({ message: line }, io, args);
  return EXIT.usage;
}

/**
 * @param told something stands on stdout already
 * @returns the exit code
 */
export function complain(error: unknown, io: Io, args: readonly string[], told: boolean): number {
  const tell = (what: object): void => {
    if (!told) tellJson(what, io, args);
  };
  if (error instanceof UsageError) {
    const { at } = error;
    io.err(`foliofence: ${at ? `${at.file}:${at.line}:${at.column}: ` : ""}${error.message}\n`);
    tell({ ...at, message: error.message });
    return EXIT.usage;
  }
  io.err(`foliofence: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  tell({ message: `internal error: ${error instanceof Error ? error.message : String(error)}` });
  return EXIT.internal;
}
