/**
 * The file format of kernel traces: one JSON object a line, bytes as "0x…" strings, everything else as it is.
 *
 * A malformed line is answered with file, line and what is wrong with it; nothing is guessed.
 */

import type { FileState, LinuxOp, LinuxResult } from "./op.ts";
import type { Fields, Problem } from "./trace-fields.ts";
import { fieldsOf } from "./trace-fields.ts";

export interface KernelTrace {
  readonly id: string;
  /** The release of the kernel that ran it. */
  readonly kernel: string;
  /** What was generated: memslots, shmem, shmem2, guest, … */
  readonly family: string;
  readonly steps: readonly KernelStep[];
}

export interface KernelStep {
  readonly op: LinuxOp;
  readonly result: LinuxResult;
}

export interface TraceError {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const region = (f: Fields) => ({
  slot: f.u32("slot"),
  flags: f.u32("flags"),
  gpa: f.bytes("gpa"),
  size: f.bytes("size"),
  uaddr: f.bytes("uaddr"),
});

const window = (f: Fields) => ({
  file: f.name("file"),
  va: f.bytes("va"),
  vma_offset: f.bytes("vma_offset"),
  vma_length: f.bytes("vma_length"),
  offset: f.bytes("offset"),
});

const fallocation = (f: Fields) => ({
  mode: f.u32("mode"),
  offset: f.bytes("offset"),
  length: f.bytes("length"),
});

/** Every op with its fields: the grammar. */
const OPS: { readonly [Name in LinuxOp["op"]]: (f: Fields) => Extract<LinuxOp, { op: Name }> } = {
  mount: (f) => ({ op: "mount", huge: f.huge("huge"), ...(f.has("size") ? { size: f.bytes("size") } : {}) }),
  remount: (f) => ({ op: "remount", huge: f.huge("huge"), ...(f.has("size") ? { size: f.bytes("size") } : {}) }),
  create_file: (f) => ({ op: "create_file", file: f.name("file"), size: f.bytes("size") }),
  create_memfd: (f) => ({ op: "create_memfd", file: f.name("file"), size: f.bytes("size") }),
  unlink: (f) => ({ op: "unlink", file: f.name("file") }),
  close: (f) => ({ op: "close", file: f.name("file") }),
  unmap: (f) => ({ op: "unmap", va: f.bytes("va"), length: f.bytes("length") }),
  advise: (f) => ({ op: "advise", va: f.bytes("va"), length: f.bytes("length"), advice: f.vmaAdvice("advice") }),
  write: (f) => ({ op: "write", file: f.name("file"), offset: f.bytes("offset"), length: f.bytes("length") }),
  truncate: (f) => ({ op: "truncate", file: f.name("file"), size: f.bytes("size") }),
  fallocate: (f) => ({ op: "fallocate", file: f.name("file"), ...fallocation(f) }),
  touch: (f) => ({
    op: "touch",
    ...window(f),
    access: f.access("access"),
    ...(f.has("advice") ? { advice: f.advice("advice") } : {}),
  }),
  collapse: (f) => ({ op: "collapse", ...window(f), length: f.bytes("length") }),
  map: (f) => ({
    op: "map",
    file: f.name("file"),
    va: f.bytes("va"),
    offset: f.bytes("offset"),
    length: f.bytes("length"),
  }),
  create_hugetlb: (f) => ({ op: "create_hugetlb", file: f.name("file"), size: f.bytes("size") }),
  truncate_hugetlb: (f) => ({ op: "truncate_hugetlb", file: f.name("file"), size: f.bytes("size") }),
  fallocate_hugetlb: (f) => ({ op: "fallocate_hugetlb", file: f.name("file"), ...fallocation(f) }),
  write_hugetlb: (f) => ({
    op: "write_hugetlb",
    file: f.name("file"),
    offset: f.bytes("offset"),
    length: f.bytes("length"),
  }),
  create_vm: () => ({ op: "create_vm" }),
  create_guest_memfd: (f) => ({
    op: "create_guest_memfd",
    memfd: f.name("memfd"),
    size: f.bytes("size"),
    flags: f.bytes("flags"),
  }),
  close_guest_memfd: (f) => ({ op: "close_guest_memfd", memfd: f.name("memfd") }),
  fallocate_guest_memfd: (f) => ({ op: "fallocate_guest_memfd", memfd: f.name("memfd"), ...fallocation(f) }),
  touch_guest_memfd: (f) => ({
    op: "touch_guest_memfd",
    memfd: f.name("memfd"),
    offset: f.bytes("offset"),
    access: f.access("access"),
  }),
  set_user_memory_region: (f) => ({ op: "set_user_memory_region", ...region(f) }),
  set_user_memory_region2: (f) => ({
    op: "set_user_memory_region2",
    ...region(f),
    memfd: f.nullableName("memfd"),
    memfd_offset: f.bytes("memfd_offset"),
  }),
  guest_write: (f) => ({ op: "guest_write", gpa: f.bytes("gpa") }),
  guest_read: (f) => ({ op: "guest_read", gpa: f.bytes("gpa") }),
  guest_map: (f) => ({ op: "guest_map", gpa: f.bytes("gpa") }),
};

const isOpName = (name: string): name is LinuxOp["op"] => Object.hasOwn(OPS, name);

function parseOp(f: Fields): LinuxOp | undefined {
  const name = f.name("op");
  if (!isOpName(name)) {
    f.fail(`unknown op ${JSON.stringify(name)}`);
    return undefined;
  }
  const op = OPS[name](f);
  f.noMore();
  return op;
}

const parseState = (f: Fields): FileState => {
  const state = { size: f.bytes("size"), pages: f.u32("pages"), data: f.ranges("data") };
  f.noMore();
  return state;
};

function parseResult(f: Fields): LinuxResult {
  const result = {
    ...(f.has("errno") ? { errno: f.errno("errno") } : {}),
    ...(f.has("size") ? { size: f.bytes("size") } : {}),
    ...(f.has("pages") ? { pages: f.u32("pages") } : {}),
    ...(f.has("data") ? { data: f.ranges("data") } : {}),
    ...(f.has("written") ? { written: f.bytes("written") } : {}),
    ...(f.has("exit") ? { exit: f.name("exit") } : {}),
    ...(f.has("order") ? { order: f.u32("order") } : {}),
    ...(f.has("files") ? { files: f.each("files", parseState) } : {}),
  };
  f.noMore();
  return result;
}

function parseTrace(f: Fields): KernelTrace {
  const trace = {
    id: f.name("id"),
    kernel: f.name("kernel"),
    family: f.name("family"),
    steps: f.list("steps", (s): KernelStep | undefined => {
      const op = s.under("op", parseOp);
      const result = s.under("result", parseResult);
      s.noMore();
      return op === undefined ? undefined : { op, result };
    }),
  };
  f.noMore();
  return trace;
}

/** All traces of a file, or the first line that is none. */
export function parseTraces(text: string, file: string): { traces: KernelTrace[] } | { error: TraceError } {
  const traces: KernelTrace[] = [];
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const problem: Problem = {};
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      problem.message = `not JSON: ${thrown.message}`;
    }
    const trace = parseTrace(fieldsOf(value, "trace", problem));
    if (problem.message !== undefined) return { error: { file, line: at + 1, message: problem.message } };
    traces.push(trace);
  }
  return { traces };
}

const hexed = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? `0x${value.toString(16)}` : value;

/** Anything of a trace as JSON, in one line or indented: bytes become "0x…". */
export const traceText = (value: unknown, indent?: number): string => JSON.stringify(value, hexed, indent);

export const writeTraces = (traces: readonly KernelTrace[]): string =>
  traces.map((trace) => `${traceText(trace)}\n`).join("");
