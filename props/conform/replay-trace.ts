/** Kernel traces on the models: where do they part? */

import { FAMILIES, familyOfVersion } from "../../model/kernel/family.ts";
import type { Machine } from "../../model/kernel/machine.ts";
import { emptyMachine } from "../../model/kernel/machine.ts";
import { defaultKnobs } from "../../model/kernel/orders.ts";
import type { LinuxOp, LinuxResult } from "../../sim/kernel/op.ts";
import { fileState, stepLinux } from "../../sim/kernel/step.ts";
import type { KernelTrace, TraceError } from "../../sim/kernel/trace-file.ts";
import { parseTraces, traceText } from "../../sim/kernel/trace-file.ts";

interface TraceDisagreement {
  readonly id: string;
  /** Which step of the trace, from 0. */
  readonly step: number;
  readonly op: LinuxOp;
  readonly expected: LinuxResult;
  readonly model: LinuxResult;
  /** What the model held before the step. */
  readonly before: string;
}

export interface TraceReport {
  readonly traces: number;
  readonly steps: number;
  readonly agree: number;
  readonly disagreements: readonly TraceDisagreement[];
}

/** The kernel says EFAULT where a system call touches what would kill a process with SIGBUS. */
const sameErrno = (a: LinuxResult["errno"], b: LinuxResult["errno"]): boolean =>
  a === b || (a === "SIGBUS" && b === "EFAULT") || (a === "EFAULT" && b === "SIGBUS");

/** Compares what the recorded result tells: the model may tell more. */
export function agrees(expected: LinuxResult, model: LinuxResult): boolean {
  const { errno, ...rest } = expected;
  if (!sameErrno(errno, model.errno)) return false;
  const same = {
    size: model.size,
    pages: model.pages,
    data: model.data,
    written: model.written,
    exit: model.exit,
    order: model.order,
  };
  const told = {
    size: rest.size,
    pages: rest.pages,
    data: rest.data,
    written: rest.written,
    exit: rest.exit,
    order: rest.order,
  };
  if (traceText(same) !== traceText(told)) return false;
  return rest.files === undefined
    ? model.files === undefined
    : traceText(sorted(rest.files)) === traceText(sorted(model.files ?? {}));
}

/** States with their fields and names in one order, so that texts can be compared. */
const sorted = (files: NonNullable<LinuxResult["files"]>): unknown =>
  Object.keys(files)
    .toSorted()
    .map((name) => [name, files[name]?.size, files[name]?.pages, files[name]?.data]);

/** The machine in a few lines, for a reader. */
export function machineText(m: Machine): string {
  const lines: string[] = [];
  if (m.mount !== undefined) {
    const { huge, used_pages, max_pages } = m.mount;
    lines.push(`mount huge=${huge}, ${used_pages} of ${max_pages} pages used`);
  }
  for (const [name, file] of m.files) {
    const notes = [file.linked ? "" : " unlinked", file.fallocend > 0 ? ` fallocend ${file.fallocend}` : ""].join("");
    lines.push(`${name}${notes}: ${traceText(fileState(file))}`);
  }
  for (const slot of m.vm?.slots.spaces.flatMap(({ slots }) => slots) ?? []) {
    const { id, base_gfn, npages, ugfn, flags } = slot;
    lines.push(`slot ${id}: gfn [${base_gfn}, ${base_gfn + npages}) ugfn ${ugfn} flags ${flags}`);
  }
  return lines.join("\n");
}

const machineFor = ({ kernel }: KernelTrace): Machine =>
  emptyMachine(FAMILIES[familyOfVersion(kernel)], defaultKnobs());

/** The model as it is before this step of a trace. A machine of many slots is long to tell, so it is not told at every step. */
function machineBefore(trace: KernelTrace, step: number): Machine {
  const machine = machineFor(trace);
  for (const { op } of trace.steps.slice(0, step)) stepLinux(machine, op);
  return machine;
}

/** The first step at which the model says something else, or none. */
function replayTrace(trace: KernelTrace, tell: (machine: Machine) => string): TraceDisagreement | undefined {
  const machine = machineFor(trace);
  for (const [step, { op, result }] of trace.steps.entries()) {
    const model = stepLinux(machine, op);
    if (agrees(result, model)) continue;
    return { id: trace.id, step, op, expected: result, model, before: tell(machineBefore(trace, step)) };
  }
  return undefined;
}

/**
 * `agree` counts traces that agree in every step; of the others the first disagreement is told.
 * @param tell how a machine is told
 */
export function replayTraceFile(
  text: string,
  fileName: string,
  tell = machineText,
): TraceReport | { readonly error: TraceError } {
  const parsed = parseTraces(text, fileName);
  if ("error" in parsed) return parsed;
  const disagreements = parsed.traces.flatMap((trace) => replayTrace(trace, tell) ?? []);
  return {
    traces: parsed.traces.length,
    steps: parsed.traces.reduce((sum, { steps }) => sum + steps.length, 0),
    agree: parsed.traces.length - disagreements.length,
    disagreements,
  };
}
