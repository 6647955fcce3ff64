/**
 * Memslot ioctls of a real guest, out of a log that is read line by line: `strace -e ioctl` lines and QEMU's
 * kvm_set_user_memory trace lines. Only calls that have not ended yet are kept.
 */

import type { CapturedRegion, Told } from "./capture-line.ts";
import { fromQemu, fromStrace } from "./capture-line.ts";

export type { CapturedRegion } from "./capture-line.ts";

export type Captured =
  | { readonly ok: true; readonly regions: readonly CapturedRegion[] }
  | { readonly ok: false; readonly line: number; readonly message: string };

/** The log cannot be read on. */
export interface Unreadable {
  readonly line: number;
  readonly message: string;
}

/** A log that is being read. */
export interface CaptureReader {
  /** Lines so far. */
  line: number;
  regions: number;
  /** By thread: calls that another thread interrupted. */
  readonly unfinished: Map<string, { readonly line: number; readonly call: string }>;
  /** By descriptor: which of the log's VMs it is now. */
  readonly vms: Map<string, number>;
  vmCount: number;
}

export const newReader = (): CaptureReader => ({
  line: 0,
  regions: 0,
  unfinished: new Map(),
  vms: new Map(),
  vmCount: 0,
});

/** More threads than this interrupt no call at once. */
const MOST_UNFINISHED = 65_536;

/** The thread a strace line is of; with one thread there may be no number. */
const threadOf = (line: string): string => /^\s*(?:\[pid\s+)?(\d+)/.exec(line)?.[1] ?? "";

/** A call's own words, by name or by number as `strace -X raw` writes it; not what some string of another call says. */
const STRACE_CALL = /^[^"]*\bioctl\([^"]*\b(?:KVM_SET_USER_MEMORY_REGION2?\b|0x(?:4020ae46|40a0ae49)\b)/;
/** The log ends, or another line begins, within the name. */
const CUT_CALL = /^[^"]*\bioctl\(\d+(?:<[^>]*>)?, KVM_SET_U[A-Z_]*$/;
const CREATE_VM = /^[^"]*\bioctl\([^"]*\b(?:KVM_CREATE_VM|0xae01)\b/;
/** In place of the struct. */
const POINTER = /, (?:0x[\da-f]+|NULL)\)$/;
const WHOLE = /^(.*\))\s+= (-?\d+)(?:<[^>]*>)?(?: [A-Z]+ \(.*\))?(?: <[\d.]+>)?\s*$/;
const BEGUN = /^(.*?)(?<!\s)\s*<unfinished \.\.\.>\s*$/;
const RESUMED = /<\.\.\. ioctl resumed>.*\)\s+= (-?\d+)/;

const CUT = "a memslot ioctl that is cut off or garbled";

/** The VM that a call's descriptor is of. */
function vmOf(reader: CaptureReader, call: string): number {
  const fd = /\bioctl\((\d+)/.exec(call)?.[1] ?? "";
  const known = reader.vms.get(fd);
  if (known !== undefined) return known;
  reader.vms.set(fd, reader.vmCount);
  return reader.vmCount++;
}

type Read = CapturedRegion | Unreadable | undefined;

function regionOf(reader: CaptureReader, told: Told, call: string): Read {
  if (told === undefined) return { line: reader.line, message: CUT };
  reader.regions++;
  return { line: reader.line, vm: vmOf(reader, call), ...told };
}

function ended(reader: CaptureReader, call: string, returned: string): Read {
  if (CREATE_VM.test(call)) {
    // A descriptor that is given out again is another VM's.
    if (!returned.startsWith("-")) reader.vms.delete(returned);
    return undefined;
  }
  if (POINTER.test(call)) {
    // What failed made no slot.
    if (returned !== "0") return undefined;
    return { line: reader.line, message: "a memslot ioctl whose struct strace did not write out" };
  }
  return regionOf(reader, fromStrace(call, returned), call);
}

function fromCall(reader: CaptureReader, line: string): Read {
  const begun = BEGUN.exec(line);
  if (begun !== null) {
    const thread = threadOf(line);
    const open = reader.unfinished.get(thread);
    if (open !== undefined) return { line: open.line, message: "an ioctl that never ends" };
    if (reader.unfinished.size >= MOST_UNFINISHED)
      return { line: reader.line, message: "too many ioctls that never end" };
    reader.unfinished.set(thread, { line: reader.line, call: begun[1] ?? "" });
    return undefined;
  }
  const [, call, returned = ""] = WHOLE.exec(line) ?? [];
  if (call !== undefined) return ended(reader, call, returned);
  return CREATE_VM.test(line) ? undefined : { line: reader.line, message: CUT };
}

/** Read the next line: a memslot ioctl that ended on it, what is wrong with it, or neither. */
export function readLine(reader: CaptureReader, line: string): Read {
  reader.line++;
  if (line.includes("kvm_set_user_memory") && /\bkvm_set_user_memory\b/.test(line)) {
    return regionOf(reader, fromQemu(line), "");
  }
  if (!line.includes("ioctl")) return undefined;
  if (STRACE_CALL.test(line) || CREATE_VM.test(line)) return fromCall(reader, line);
  if (CUT_CALL.test(line)) return { line: reader.line, message: CUT };
  const thread = reader.unfinished.size === 0 ? undefined : threadOf(line);
  const begun = thread === undefined ? undefined : reader.unfinished.get(thread);
  const resumed = begun === undefined ? null : RESUMED.exec(line);
  if (thread === undefined || begun === undefined || resumed === null) return undefined;
  reader.unfinished.delete(thread);
  return ended(reader, begun.call, resumed[1] ?? "");
}

export const isUnreadable = (read: CapturedRegion | Unreadable): read is Unreadable => "message" in read;

/** What is wrong with a log that ends here. */
export function endOfLog(reader: CaptureReader): Unreadable | undefined {
  const open = [...reader.unfinished.values()].find(({ call }) => !CREATE_VM.test(call));
  if (open !== undefined) return { line: open.line, message: "an ioctl that never ends" };
  if (reader.regions > 0) return undefined;
  return { line: 1, message: "no memslot ioctl in it (neither strace nor kvm_set_user_memory lines)" };
}

/**
 * Every memslot ioctl of a log, in order; other lines are passed over. An ioctl that another thread interrupted is put
 * together from its two lines.
 */
export function parseCapture(text: string): Captured {
  const reader = newReader();
  const regions: CapturedRegion[] = [];
  for (const line of text.split(/\r?\n/)) {
    const read = readLine(reader, line);
    if (read === undefined) continue;
    if (isUnreadable(read)) return { ok: false, ...read };
    regions.push(read);
  }
  const wrong = endOfLog(reader);
  return wrong === undefined ? { ok: true, regions } : { ok: false, ...wrong };
}
