/**
 * The finding, on the running kernel: the same byte of the same file, once written without a VMA, once by a guest through the
 * slot that backs it. Only the first allocates pages outside the slot's part of the file.
 */

import type { LinuxOp, LinuxResult } from "../../sim/kernel/op.ts";
import { stepLinux } from "../../sim/kernel/step.ts";
import { traceText } from "../../sim/kernel/trace-file.ts";
import type * as Run from "./run.ts";
import { agrees } from "./replay-trace.ts";

interface Escape {
  readonly way: "written without a VMA" | "stored by the guest through the slot";
  readonly ops: readonly LinuxOp[];
  /** File pages with data afterwards, half-open. */
  readonly pages: readonly (readonly [number, number])[];
  /** How many of them lie outside the slot's part of the file. */
  readonly outside: number;
  /** The model says the same. */
  readonly model_agrees: boolean;
}

export interface EscapeReport {
  readonly kernel: string;
  /** The slot's part of the file, in pages. */
  readonly slot: readonly [number, number];
  readonly ways: readonly Escape[];
  readonly skipped: readonly string[];
}

/** The slot: 16 KiB of a 2 MiB file, from 32 KiB on. The byte stored is the slot's first. */
const START = 0x8000n;
const LENGTH = 0x4000n;
const VA = 0x1000_0000_0000n;

const FILE: readonly LinuxOp[] = [
  { op: "mount", huge: "always" },
  { op: "create_file", file: "f", size: 0x20_0000n },
];
const WITHOUT: readonly LinuxOp[] = [...FILE, { op: "write", file: "f", offset: START, length: 1n }];
const THROUGH: readonly LinuxOp[] = [
  ...FILE,
  { op: "create_vm" },
  { op: "map", file: "f", va: VA + START, offset: START, length: LENGTH },
  { op: "set_user_memory_region", slot: 0, flags: 0, gpa: 0n, size: LENGTH, uaddr: VA + START },
  { op: "guest_write", gpa: 0n },
];

type Data = NonNullable<LinuxResult["data"]>;

function escapeOf(way: Escape["way"], ops: readonly LinuxOp[], data: Data, model_agrees: boolean): Escape {
  const pages = data.map(([start, end]): [number, number] => [Number(start >> 12n), Number((end + 4095n) >> 12n)]);
  const [from, to] = [Number(START >> 12n), Number((START + LENGTH) >> 12n)];
  const outside = pages.reduce(
    (sum, [start, end]) => sum + (end - start) - Math.max(Math.min(end, to) - Math.max(start, from), 0),
    0,
  );
  return { way, ops, pages, outside, model_agrees };
}

/** Shows both ways on this kernel; what cannot be run here is told in `skipped`. */
export async function showEscape(): Promise<EscapeReport> {
  const slot = [Number(START >> 12n), Number((START + LENGTH) >> 12n)] as const;
  let run: typeof Run;
  try {
    run = await import("./run.ts");
  } catch (thrown) {
    return { kernel: "none", slot, ways: [], skipped: [`everything: koffi cannot be loaded (${String(thrown)})`] };
  }
  const judge = run.openJudge();
  try {
    const { kernel, tmpfs, limits, skipped } = judge.probed;
    const ways: Escape[] = [];
    const show = (way: Escape["way"], ops: readonly LinuxOp[]): void => {
      const model = run.freshModel(judge.probed);
      const said = ops.map((op) => stepLinux(model, op));
      const seen = run.stepAll(judge, ops);
      const last = seen.at(-1) ?? {};
      const same = seen.every((result, at) => agrees(result, said[at] ?? {}));
      ways.push(escapeOf(way, ops, last.data ?? last.files?.["f"]?.data ?? [], same));
    };
    if (tmpfs) show("written without a VMA", WITHOUT);
    if (tmpfs && limits !== undefined) show("stored by the guest through the slot", THROUGH);
    return { kernel, slot, ways, skipped };
  } finally {
    run.closeJudge(judge);
  }
}

/** For a terminal: one line a way. */
export function escapeText({ kernel, slot, ways, skipped }: EscapeReport): string {
  const [from, to] = slot;
  const lines = ways.map(({ way, pages, outside, model_agrees }) => {
    const told = model_agrees ? "the model says the same" : "the model says something else";
    return `${way}: pages ${traceText(pages)} are there, ${outside} outside the slot; ${told}`;
  });
  return [`Linux ${kernel}, huge=always, a slot on file pages [${from}, ${to})`, ...lines, ...skipped].join("\n");
}
