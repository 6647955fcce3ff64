/** The log of a capture, read line by line: only what slots it made is kept, however long it is. */

import { endOfLog, isUnreadable, newReader, readLine } from "../../sim/layout/capture.ts";
import type { LayoutSlot } from "../../sim/layout/layout.ts";
import { emptyLayout, slotsSoFar, takeRegion } from "../../sim/layout/layout.ts";
import { eachPiece } from "./terminal/files.ts";
import { UsageError } from "./terminal/io.ts";

const MIB = 1024 * 1024;
/** A line of a log is shorter. */
const MOST_LINE = MIB;
/** A VMM makes its first slot sooner. */
const MOST_BEFORE_FIRST = 64 * MIB;
/** No guest makes more slots in the time that somebody traces it. */
const MOST_SLOTS = 1 << 21;

/** @throws UsageError with the line, where the log is cut off, garbled or none */
export function readLayout(file: string): LayoutSlot[] {
  const reader = newReader();
  const layout = emptyLayout();
  const refuse = (line: number, message: string): never => {
    throw new UsageError(`${file === "-" ? "stdin" : file}:${line}: ${message}`);
  };
  const take = (line: string): void => {
    const read = readLine(reader, line.endsWith("\r") ? line.slice(0, -1) : line);
    if (read === undefined) return;
    if (isUnreadable(read)) return refuse(read.line, read.message);
    takeRegion(layout, read);
    if (layout.all.length > MOST_SLOTS) return refuse(read.line, `more than ${MOST_SLOTS} slots are made`);
  };
  const decoder = new TextDecoder();
  let rest = "";
  let bytes = 0;
  const takeText = (text: string): void => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
    if (rest.length > MOST_LINE) refuse(reader.line + 1, `a line of more than ${MOST_LINE} bytes: no log`);
  };
  eachPiece(file, (piece) => {
    if (piece.includes(0)) refuse(reader.line + 1, "a NUL byte is near: no log, but something binary");
    takeText(decoder.decode(piece, { stream: true }));
    bytes += piece.length;
    if (reader.regions === 0 && bytes > MOST_BEFORE_FIRST) {
      refuse(
        1,
        `no memslot ioctl in the first ${MOST_BEFORE_FIRST / MIB} MiB (neither strace nor kvm_set_user_memory lines)`,
      );
    }
  });
  takeText(decoder.decode());
  take(rest);
  const wrong = endOfLog(reader);
  if (wrong !== undefined) refuse(wrong.line, wrong.message);
  return slotsSoFar(layout);
}
