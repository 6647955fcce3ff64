/** One list of ops on the model and on the kernel, step by step: where do they part? Loads koffi, so import it late. */

import { PMD_ORDER } from "../../model/arch.ts";
import { FAMILIES } from "../../model/kernel/family.ts";
import type { PageRange } from "../../model/kernel/file.ts";
import { runs } from "../../model/kernel/file.ts";
import type { Machine } from "../../model/kernel/machine.ts";
import { emptyMachine } from "../../model/kernel/machine.ts";
import type { Vm } from "../../model/abstract/machine.ts";
import type { Folios } from "../../model/folios/folios.ts";
import type { AccessWay } from "../../model/kernel/behaviour.ts";
import { toPagesUp } from "../../model/units.ts";
import type { MachineOp } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";
import type { LinuxOp, LinuxResult } from "../../sim/kernel/op.ts";
import { fileState, stepLinux } from "../../sim/kernel/step.ts";
import type { LiveMachine } from "../../sim/kernel/live/live.ts";
import { closeLive, openLive, resetLive, stepLive } from "../../sim/kernel/live/live.ts";
import * as observe from "../../sim/kernel/live/observe.ts";
import type { Probed } from "../../sim/kernel/live/probe.ts";
import { probe } from "../../sim/kernel/live/probe.ts";
import { fileState as liveState } from "../../sim/kernel/live/tmpfs.ts";
import type { KernelStep } from "../../sim/kernel/trace-file.ts";
import { traceText } from "../../sim/kernel/trace-file.ts";
import { abstractMachine, foliosOf, stepAbstract } from "./abstract-machine.ts";
import type { AbstractCase, Case } from "./case.ts";
import { isAbstract, wayOf } from "./case.ts";
import { lower, note, setUp, type Taken } from "./lower.ts";
import { mappedByAbstract } from "./abstract-mapping.ts";
import { PROBE } from "./mapping.ts";
import { agrees, machineText } from "./replay-trace.ts";

export interface Judge {
  readonly live: LiveMachine;
  readonly probed: Probed;
  readonly pageFlags: observe.PageFlags | undefined;
  /** The level at which KVM maps a guest's page can be seen. */
  readonly level: boolean;
}

export interface Difference {
  /** Which machine says something else than the kernel. */
  readonly machine: "kernel" | "abstract";
  readonly step: number;
  readonly op: LinuxOp | MachineOp;
  readonly expected: LinuxResult;
  readonly model: LinuxResult;
  /** What differs, where it is not in the results: pages in the cache, borders of folios. */
  readonly what: string;
}

export function openJudge(): Judge {
  const live = openLive();
  const probed = probe(live);
  const level = probed.limits !== undefined && probed.tmpfs && probeLevel(live);
  return { live, probed, pageFlags: observe.openPageFlags(), level };
}

export const LEVEL_NOT_SEEN =
  "mapping: level not observable here (no VM, or KVM does not count 2 MiB where everything is aligned)";

/** An aligned slot on 2 MiB folios is mapped at 2 MiB, and KVM counts it. */
function probeLevel(live: LiveMachine): boolean {
  try {
    return PROBE.map((op) => stepLive(live, op)).some(({ order }) => order === PMD_ORDER);
  } finally {
    resetLive(live);
  }
}

export function closeJudge({ live, pageFlags }: Judge): void {
  closeLive(live);
  if (pageFlags !== undefined) observe.closePageFlags(pageFlags);
}

export function freshModel(probed: Probed): Machine {
  const { family, knobs, limits, guest_memfd, failed_store, hugetlb, collapse_maps_reserved } = probed;
  const known = FAMILIES[family];
  const here = {
    ...known,
    collapse_maps_reserved,
    guest_memfd: { ...known.guest_memfd, exists: known.guest_memfd.exists && guest_memfd },
  };
  const model = emptyMachine(here, { ...knobs }, limits);
  model.failed_store = failed_store;
  model.hugetlb.free = hugetlb ?? 0;
  return model;
}

/** The model as it was before this step, for a reader; of an abstract list, its slots and folios. */
export function stateBefore(probed: Probed, one: Case, step: number): string {
  const model = freshModel(probed);
  if (isAbstract(one)) {
    const vm = abstractMachine(model.kernel.family, wayOf(one), probed.limits);
    for (const op of one.ops.slice(0, step)) apply(vm, op);
    const { order, i_size_npages, folios } = vm.file;
    return `order ${order}, i_size ${i_size_npages} pages, folios ${traceText(foliosOf(folios))}`;
  }
  for (const op of one.ops.slice(0, step)) stepLinux(model, op);
  return machineText(model);
}

/** Every file, not only the one the op names: a full mount trims others. */
function fileDifference(judge: Judge, model: Machine): string {
  for (const [name, file] of model.files) {
    const fd = judge.live.files.get(name);
    if (fd === undefined) return `${name} is open in the model only`;
    const seen = traceText(liveState(fd));
    const said = traceText(fileState(file));
    if (seen !== said) return `${name}: the kernel has ${seen}, the model ${said}`;
    const expected = runs(file, Infinity, false);
    if (observe.cachesExactly(fd, expected) === false) {
      const cached = observe.cachedRuns(fd, 0, 1 << 16);
      return `${name}: cached pages are ${traceText(cached)}, the model has ${traceText(expected)}`;
    }
  }
  return "";
}

const modelStarts = (folios: Folios, start: number, end: number): number[] =>
  foliosOf(folios).flatMap(([at]) => (at >= start && at < end ? [at] : []));

/** Where folios begin, in the pages that can be touched without a change: those with data. */
function folioDifference(judge: Judge, model: Machine): string {
  const { pageFlags } = judge;
  if (pageFlags === undefined) return "";
  for (const [name, file] of model.files) {
    const fd = judge.live.files.get(name) ?? -1;
    for (const run of runs(file, file.size_pages, true)) {
      const end = Math.min(run.end, file.size_pages);
      const seen = observe.folioStarts(pageFlags, fd, { start: run.start, end });
      const said = modelStarts(file.folios, run.start, end);
      if (seen !== undefined && traceText(seen) !== traceText(said)) {
        return `${name}: folios of [${run.start}, ${end}) start at ${traceText(seen)}, in the model at ${traceText(said)}`;
      }
    }
  }
  return "";
}

/** What one call comes to in the kernel and on the kernel machine, and how these differ. */
function stepBoth(judge: Judge, model: Machine, op: LinuxOp, step: number, steps?: KernelStep[]): Stepped {
  const expected = stepLive(judge.live, op);
  const said = stepLinux(model, op);
  steps?.push({ op, result: expected });
  const at = { machine: "kernel", step, op, expected, model: said } as const;
  return { expected, difference: agrees(expected, said) ? undefined : { ...at, what: "result" } };
}

interface Stepped {
  readonly expected: LinuxResult;
  readonly difference: Difference | undefined;
}

/** The file of a mapping case. */
const FILE_OF_MAPPING = "f";

function kernelDifference(
  judge: Judge,
  { kind, ops }: Exclude<Case, AbstractCase>,
  steps?: KernelStep[],
): Difference | undefined {
  const model = freshModel(judge.probed);
  for (const [step, op] of ops.entries()) {
    const { expected, difference } = stepBoth(judge, model, op, step, steps);
    if (difference !== undefined) return difference;
    const last = step === ops.length - 1;
    // A mapping case makes its file first and changes it no more.
    const isMade = kind === "mapping" && ops[step + 1]?.op !== "create_vm";
    const what = isMade ? "" : fileDifference(judge, model) || (last ? folioDifference(judge, model) : "");
    if (what !== "") return { machine: "kernel", step, op, expected, model: {}, what };
    if (kind !== "mapping" || op.op !== "guest_map") continue;
    const { folios } = model.files.get(FILE_OF_MAPPING) ?? {};
    const order = folios && mappedByAbstract(model.kernel.family, ops.slice(0, step), op.gpa, folios);
    if (order !== undefined && order !== expected.order) {
      return { machine: "abstract", step, op, expected, model: { order }, what: "the level" };
    }
  }
  return undefined;
}

/** Pages of the abstract machine's file, and where its folios begin, against the kernel's. */
function abstractFileDifference({ live, pageFlags }: Judge, { file }: Vm, last: boolean): string {
  const fd = live.files.get("f") ?? -1;
  const { size, pages } = liveState(fd);
  if (toPagesUp(size) !== file.i_size_npages) return `i_size is ${toPagesUp(size)} pages, not ${file.i_size_npages}`;
  if (pages !== file.folios.pages) return `${pages} pages are charged, not ${file.folios.pages}`;
  const expected: PageRange[] = [];
  for (const [start, order] of foliosOf(file.folios)) {
    const before = expected.at(-1);
    if (before?.end === start) expected.pop();
    expected.push({ start: before?.end === start ? before.start : start, end: start + 2 ** order });
  }
  if (observe.cachesExactly(fd, expected) === false) return `cached pages are not ${traceText(expected)}`;
  if (!last || pageFlags === undefined) return "";
  for (const run of expected) {
    const end = Math.min(run.end, file.i_size_npages);
    if (run.start >= end) continue;
    const seen = observe.folioStarts(pageFlags, fd, { start: run.start, end });
    const said = modelStarts(file.folios, run.start, end);
    if (seen !== undefined && traceText(seen) !== traceText(said)) {
      return `folios of [${run.start}, ${end}) start at ${traceText(seen)}, not at ${traceText(said)}`;
    }
  }
  return "";
}

/** The kernel, the kernel machine and the abstract machine on one list. */
function abstractDifference(
  judge: Judge,
  way: AccessWay,
  ops: readonly MachineOp[],
  steps?: KernelStep[],
): Difference | undefined {
  const { limits, failed_store } = judge.probed;
  const binds = limits?.guest_memfd === true && judge.probed.guest_memfd;
  const model = freshModel(judge.probed);
  const vm = abstractMachine(model.kernel.family, way, limits);
  const taken: Taken = new Map();
  for (const call of setUp(way, binds)) {
    const { difference } = stepBoth(judge, model, call, -1, steps);
    if (difference !== undefined) return difference;
  }
  for (const [step, op] of ops.entries()) {
    const calls = lower(way, taken, op, binds);
    if (typeof calls === "string" && calls !== "no_guest_memfd") continue;
    const said = stepAbstract(vm, way, op, failed_store);
    if (typeof calls === "string") {
      note(taken, op, said);
      continue;
    }
    let expected: LinuxResult = {};
    for (const call of calls) {
      const stepped = stepBoth(judge, model, call, step, steps);
      if (stepped.difference !== undefined) return stepped.difference;
      ({ expected } = stepped);
    }
    note(taken, op, expected);
    const at = { machine: "abstract", step, op, expected, model: said } as const;
    if (said.errno !== expected.errno || said.exit !== expected.exit) return { ...at, what: "result" };
    const last = step === ops.length - 1;
    const inModel = fileDifference(judge, model) || (last ? folioDifference(judge, model) : "");
    if (inModel !== "") return { ...at, machine: "kernel", what: inModel };
    const inAbstract = abstractFileDifference(judge, vm, last);
    if (inAbstract !== "") return { ...at, what: inAbstract };
  }
  return undefined;
}

/** Runs the list on all that can run it. `steps`, where given, receives what the kernel did. */
export function differenceOf(judge: Judge, one: Case, steps?: KernelStep[]): Difference | undefined {
  try {
    return isAbstract(one)
      ? abstractDifference(judge, wayOf(one), one.ops, steps)
      : kernelDifference(judge, one, steps);
  } finally {
    resetLive(judge.live);
  }
}

/** What the kernel does, op by op. */
export function stepAll({ live }: Judge, ops: readonly LinuxOp[]): LinuxResult[] {
  try {
    return ops.map((op) => stepLive(live, op));
  } finally {
    resetLive(live);
  }
}

/** `disturbed`: a counter moved in every attempt. `not_again`: none moved, and the difference did not come back. */
export type Discard = "disturbed" | "not_again";
export type Verdict = "agree" | Discard | { readonly difference: Difference };

/**
 * A difference must come back, in runs during which no counter of allocator fallbacks, failed splits or khugepaged moves.
 * Whatever else it was, it says nothing about the models.
 */
export function judgeCase(judge: Judge, one: Case, steps?: KernelStep[]): Verdict {
  if (differenceOf(judge, one, steps) === undefined) return "agree";
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = observe.disturbances();
    const difference = differenceOf(judge, one);
    if (observe.disturbances() !== before) continue;
    return difference === undefined ? "not_again" : { difference };
  }
  return "disturbed";
}
