/** One list of ops on the model and on the kernel, step by step: where do they part? Loads koffi, so import it late. */

import { FAMILIES } from "../../model/kernel/family.ts";
import type { ShmemFile } from "../../model/kernel/file.ts";
import { runs } from "../../model/kernel/file.ts";
import type { Machine } from "../../model/kernel/machine.ts";
import { emptyMachine } from "../../model/kernel/machine.ts";
import { nextFolio } from "../../model/folios/folios.ts";
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
import { agrees, machineText } from "./replay-trace.ts";

export interface Judge {
  readonly live: LiveMachine;
  readonly probed: Probed;
  readonly pageFlags: observe.PageFlags | undefined;
}

export interface Difference {
  readonly step: number;
  readonly op: LinuxOp;
  readonly expected: LinuxResult;
  readonly model: LinuxResult;
  /** What differs, where it is not in the results: pages in the cache, borders of folios. */
  readonly what: string;
}

export function openJudge(): Judge {
  const live = openLive();
  return { live, probed: probe(live), pageFlags: observe.openPageFlags() };
}

export function closeJudge({ live, pageFlags }: Judge): void {
  closeLive(live);
  if (pageFlags !== undefined) observe.closePageFlags(pageFlags);
}

export function freshModel({ family, knobs, limits, guest_memfd, failed_store, hugetlb }: Probed): Machine {
  const known = FAMILIES[family];
  const here = { ...known, guest_memfd: { ...known.guest_memfd, exists: known.guest_memfd.exists && guest_memfd } };
  const model = emptyMachine(here, { ...knobs }, limits);
  model.failed_store = failed_store;
  model.hugetlb.free = hugetlb ?? 0;
  return model;
}

/** The model as it was before this step, for a reader. */
export function stateBefore(probed: Probed, ops: readonly LinuxOp[], step: number): string {
  const model = freshModel(probed);
  for (const op of ops.slice(0, step)) stepLinux(model, op);
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

function modelStarts(file: ShmemFile, start: number, end: number): number[] {
  const starts: number[] = [];
  for (
    let at = nextFolio(file.folios, start);
    at >= 0 && at < end;
    at = nextFolio(file.folios, at + 2 ** file.folios.order)
  ) {
    starts.push(at);
  }
  return starts;
}

/** Where folios begin, in the pages that can be touched without a change: those with data. */
function folioDifference(judge: Judge, model: Machine): string {
  const { pageFlags } = judge;
  if (pageFlags === undefined) return "";
  for (const [name, file] of model.files) {
    const fd = judge.live.files.get(name) ?? -1;
    for (const run of runs(file, file.size_pages, true)) {
      const end = Math.min(run.end, file.size_pages);
      const seen = observe.folioStarts(pageFlags, fd, { start: run.start, end });
      const said = modelStarts(file, run.start, end);
      if (seen !== undefined && traceText(seen) !== traceText(said)) {
        return `${name}: folios of [${run.start}, ${end}) start at ${traceText(seen)}, in the model at ${traceText(said)}`;
      }
    }
  }
  return "";
}

/** Runs the list on both. `steps`, where given, receives what the kernel did. */
export function differenceOf(judge: Judge, ops: readonly LinuxOp[], steps?: KernelStep[]): Difference | undefined {
  const model = freshModel(judge.probed);
  try {
    for (const [step, op] of ops.entries()) {
      const expected = stepLive(judge.live, op);
      const said = stepLinux(model, op);
      steps?.push({ op, result: expected });
      if (!agrees(expected, said)) return { step, op, expected, model: said, what: "result" };
      const last = step === ops.length - 1;
      const what = fileDifference(judge, model) || (last ? folioDifference(judge, model) : "");
      if (what !== "") return { step, op, expected, model: said, what };
    }
    return undefined;
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
export function judgeOps(judge: Judge, ops: readonly LinuxOp[], steps?: KernelStep[]): Verdict {
  if (differenceOf(judge, ops, steps) === undefined) return "agree";
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = observe.disturbances();
    const difference = differenceOf(judge, ops);
    if (observe.disturbances() !== before) continue;
    return difference === undefined ? "not_again" : { difference };
  }
  return "disturbed";
}
