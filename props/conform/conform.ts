/** The models against the running kernel, op by op. */

import * as fc from "fast-check";
import type { FamilyName } from "../../model/kernel/family.ts";
import type { LinuxOp, LinuxResult } from "../../sim/kernel/op.ts";
import type { KernelStep, KernelTrace } from "../../sim/kernel/trace-file.ts";
import type * as Arb from "./arb.ts";
import type { MachineOp } from "../../sim/op.ts";
import type { Case, CaseKind } from "./case.ts";
import { isAbstract } from "./case.ts";
import type * as Run from "./run.ts";

export interface ConformOptions {
  /** Ops to run, at least. */
  readonly ops: number;
  readonly seed: number;
  /** Which kinds of case; all that can be run unless told. */
  readonly kinds?: readonly CaseKind[];
  /** Receives each case that agreed, as a trace. */
  readonly record?: (trace: KernelTrace) => void;
  /** Called with each disagreement, when it has been shrunk. */
  readonly onDisagreement?: (found: ConformDisagreement) => void;
  /** Called now and then with the ops run so far. */
  readonly onProgress?: (ops: number) => void;
  readonly signal?: AbortSignal;
}

interface ConformDisagreement {
  readonly id: string;
  /** Which machine says something else than the kernel. */
  readonly machine: "kernel" | "abstract";
  readonly step: number;
  readonly op: LinuxOp | MachineOp;
  /** What the kernel did. */
  readonly expected: LinuxResult;
  readonly model: LinuxResult;
  /** `result`, or what differs beyond it. */
  readonly what: string;
  /** The model before the step. */
  readonly before: string;
  /** The shrunk list that shows it, and how many ops the list had that first did. */
  readonly ops: readonly (LinuxOp | MachineOp)[];
  readonly found_in: number;
}

export interface ConformReport {
  readonly kernel: string;
  readonly family: FamilyName | "unknown";
  readonly ops: number;
  /** Of these, how many each machine ran. */
  readonly machines: { readonly kernel: number; readonly abstract: number };
  /** Cases left out, and why: counters of allocator fallback, failed splits or khugepaged moved; it did not come back. */
  readonly discarded: number;
  readonly discarded_because: { readonly disturbed: number; readonly not_again: number };
  readonly disagreements: readonly ConformDisagreement[];
  /** What could not be run here, and why. */
  readonly skipped: readonly string[];
}

/** Cases between two looks at the signal. */
const CHUNK = 40;
/** A model this wrong needs no more evidence. */
const MOST_DISAGREEMENTS = 5;

const NOTHING_RUN = {
  machines: { kernel: 0, abstract: 0 },
  discarded: 0,
  discarded_because: { disturbed: 0, not_again: 0 },
};

const breathe = async (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const without = (one: Case, at: number): Case =>
  isAbstract(one)
    ? { kind: one.kind, ops: one.ops.toSpliced(at, 1) }
    : { kind: one.kind, ops: one.ops.toSpliced(at, 1) };

/** Leaves out ops, from the end to the start, as long as the rest still shows the difference. */
function withoutNeedless(run: typeof Run, judge: Run.Judge, one: Case): Case {
  let kept = one;
  for (let changed = true; changed;) {
    changed = false;
    for (let at = kept.ops.length - 1; at >= 0; at--) {
      const fewer = without(kept, at);
      if (typeof run.judgeCase(judge, fewer) === "object") {
        kept = fewer;
        changed = true;
      }
    }
  }
  return kept;
}

function kindsFor({ probed, level }: Run.Judge, wanted: readonly CaseKind[]): CaseKind[] {
  const kvm = probed.limits !== undefined;
  const hugetlb = probed.hugetlb !== undefined;
  const { tmpfs } = probed;
  const can: Readonly<Record<CaseKind, boolean>> = {
    hugetlb,
    memslots: kvm,
    shmem: tmpfs,
    shmem2: tmpfs,
    guest: kvm && tmpfs,
    mapping: level,
    abstract_write: tmpfs,
    abstract_store: kvm && tmpfs,
  };
  return wanted.filter((kind) => can[kind]);
}

/** Runs cases until enough ops have been compared, the signal comes, or the models have differed often enough. */
export async function conform(options: ConformOptions): Promise<ConformReport> {
  let run: typeof Run;
  try {
    run = await import("./run.ts");
  } catch (thrown) {
    const why = `everything: koffi cannot be loaded (${thrown instanceof Error ? thrown.message : String(thrown)})`;
    return { kernel: "none", family: "unknown", ops: 0, ...NOTHING_RUN, disagreements: [], skipped: [why] };
  }
  const judge = run.openJudge();
  try {
    return await compare(run, await import("./arb.ts"), judge, options);
  } finally {
    run.closeJudge(judge);
  }
}

async function compare(
  run: typeof Run,
  { ALL_KINDS, cases }: typeof Arb,
  judge: Run.Judge,
  options: ConformOptions,
): Promise<ConformReport> {
  const { probed } = judge;
  const kinds = kindsFor(judge, options.kinds ?? ALL_KINDS);
  const disagreements: ConformDisagreement[] = [];
  let ops = 0;
  const machines = { kernel: 0, abstract: 0 };
  const because = { disturbed: 0, not_again: 0 };
  let recorded = 0;
  /** Ops run when the chunk's first disagreement came, before it was shrunk. */
  let failedAt: number | undefined;

  const holds = (one: Case): boolean => {
    const steps: KernelStep[] = [];
    const verdict = run.judgeCase(judge, one, steps);
    ops += one.ops.length;
    machines.kernel += one.ops.length;
    if (isAbstract(one) || one.kind === "mapping") machines.abstract += one.ops.length;
    if (typeof verdict === "object") failedAt ??= ops;
    if (verdict === "disturbed" || verdict === "not_again") because[verdict]++;
    if (verdict === "agree" && options.record !== undefined) {
      const id = `${one.kind}-${options.seed}-${recorded++}`;
      options.record({ id, kernel: probed.kernel, family: one.kind, steps });
    }
    return typeof verdict !== "object";
  };

  for (let chunk = 0; kinds.length > 0 && ops < options.ops; chunk++) {
    if (options.signal?.aborted === true || disagreements.length >= MOST_DISAGREEMENTS) break;
    failedAt = undefined;
    const seed = Math.imul(options.seed, 1_000_003) + chunk;
    const found = fc.check(fc.property(cases(kinds), holds), { seed: seed | 0, numRuns: CHUNK });
    const shrunk = found.counterexample?.[0];
    if (shrunk !== undefined) {
      const told = describe(run, judge, shrunk, options.seed, failedAt ?? ops);
      if (told === undefined) {
        because.not_again++;
      } else {
        disagreements.push(told);
        options.onDisagreement?.(told);
      }
    }
    options.onProgress?.(ops);
    // oxlint-disable-next-line no-await-in-loop -- the loop is the run; the pause lets a signal in
    await breathe();
  }
  return {
    kernel: probed.kernel,
    family: probed.family,
    ops,
    machines,
    discarded: because.disturbed + because.not_again,
    discarded_because: because,
    disagreements,
    skipped: judge.level ? probed.skipped : [...probed.skipped, run.LEVEL_NOT_SEEN],
  };
}

function describe(
  run: typeof Run,
  judge: Run.Judge,
  shrunk: Case,
  seed: number,
  found_in: number,
): ConformDisagreement | undefined {
  const one = withoutNeedless(run, judge, shrunk);
  const verdict = run.judgeCase(judge, one);
  if (typeof verdict !== "object") return undefined;
  const { difference } = verdict;
  const before = run.stateBefore(judge.probed, one, difference.step);
  return { id: `${one.kind}-${seed}-at-${found_in}`, ...difference, before, ops: one.ops, found_in };
}
