/** Reading what a user names and writing what they asked for, with one clear line when that does not work. */

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "./io.ts";

/** Nobody's check is this long; a larger file is the wrong file. */
const MOST_BYTES = 64 * 1024 * 1024;

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
  ENOSPC: "no space left on the device",
  EROFS: "read-only file system",
  EEXIST: "a file of that name is in the way",
};
/** An error of the file system in a few words. */
export const reason = (error: unknown): string => REASONS[codeOf(error)] ?? codeOf(error);

/** @throws UsageError as readable as the rest */
function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: ${reason(error)}`, { cause: error });
  }
}

/** What has no size, such as /dev/zero, is read up to the limit. @throws UsageError when it cannot be read */
export const readText = (path: string, most = MOST_BYTES): string =>
  reading(path, () => {
    const { size } = statSync(path);
    if (size > most) throw new UsageError(`${path}: ${size} bytes is too large (at most ${most})`);
    const file = openSync(path, "r");
    try {
      return allOf(path, most, (piece) => readSync(file, piece));
    } finally {
      closeSync(file);
    }
  });

/** @param read fills a piece, and gives how many bytes of it; 0 at the end */
function allOf(name: string, most: number, read: (piece: Buffer) => number): string {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(65_536);
    const many = read(piece);
    if (many === 0) return Buffer.concat(pieces).toString("utf8");
    pieces.push(piece.subarray(0, many));
    bytes += many;
    if (bytes > most) throw new UsageError(`${name}: too large (at most ${most} bytes)`);
  }
}

/** Takes a file, or for "-" what comes on stdin, piece by piece, however long it is. @throws UsageError when it cannot be read */
export function eachPiece(word: string, take: (piece: Buffer) => void): void {
  const piece = Buffer.allocUnsafe(1 << 18);
  const all = (read: () => number): void => {
    for (let many = read(); many > 0; many = read()) take(piece.subarray(0, many));
  };
  if (word === "-") {
    all(() => readStdin(piece));
    return;
  }
  reading(word, () => {
    const file = openSync(word, "r");
    try {
      all(() => readSync(file, piece));
    } finally {
      closeSync(file);
    }
  });
}

/** Waits where the pipe has nothing yet. */
function readStdin(piece: Buffer): number {
  for (;;) {
    try {
      return readSync(0, piece);
    } catch (error) {
      const code = codeOf(error);
      // As a terminal says it on Windows.
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw new UsageError(`stdin: ${reason(error)}`, { cause: error });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** A file, or for "-" what comes on stdin. @throws UsageError when it cannot be read */
export const readInput = (word: string, most = MOST_BYTES): string =>
  word === "-" ? allOf("stdin", most, readStdin) : readText(word, most);

/** Not mkdirSync's own recursion, which never ends below /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  const above = dirname(path);
  if (above !== path && !existsSync(above)) makeDirectory(above);
  mkdirSync(path);
}

/** Make a directory that can be written to. @throws UsageError when it cannot be */
export function writableDirectory(path: string): void {
  try {
    makeDirectory(path);
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new UsageError(`${path}: cannot be written to: ${reason(error)}`, { cause: error });
  }
}

/** Write a file whole or not at all. @throws UsageError when it cannot be written */
export function writeWhole(path: string, text: string): void {
  const part = join(dirname(path), `.${Buffer.from(path).toString("hex").slice(-24)}.part`);
  try {
    writeFileSync(part, text);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw new UsageError(`${path}: not written: ${reason(error)}`, { cause: error });
  }
}
