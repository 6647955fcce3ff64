/**
 * foliofence as a library: what the command line does, and arbitraries and claims for your own fast-check and vitest
 * tests. What comes from outside (options, worlds, ops, claims) is parsed, and refused in one line.
 */

import { allocate, enter, fault as access, getFolioOf, mapFolio } from "../../model/abstract/fault.ts";
import { bindMemslot, deleteMemslot } from "../../model/abstract/bind.ts";
import { punch, setISize as truncate, setOrder as takeOrder } from "../../model/abstract/resize.ts";
import { resetVm } from "../../model/abstract/machine.ts";
import type { Prover, ProverOptions } from "../prove/prover.ts";
import { newVm } from "./worlds.ts";

// Judging.
export { judge, type JudgeRequest } from "./judge-text.ts";
export { openRulebook, rulebook, type Rulebook } from "../judge/rulebook.ts";
export type { JudgeOptions } from "../judge/context.ts";
export type { Judged } from "../judge/judge.ts";
export type { Engine, Judgement, Verdict } from "../judge/verdict.ts";
export { exitCode } from "../judge/verdict.ts";
export type { Prover, ProverOptions } from "../prove/prover.ts";
export type { Proof, Query, Question, Relation, Smallest } from "../prove/question.ts";
export type { Fix, Fixes } from "../prove/fix/fix.ts";
export { KERNELS as kernels, type Kernel } from "../judge/kernels.ts";
export { DEFAULT_SETTING, orderFromText, orderText, type Setting } from "../../sim/setting.ts";
export type { Rule } from "../../model/rule/tree.ts";
export type { RuleKind } from "../../model/rule/parameters.ts";
export { compileRule, type Evaluator } from "../../model/rule/wasm/module.ts";

// Claims, and tests of your own.
export { arbitraries } from "./arbitraries.ts";
export { ALLOCATION_CLAIMS, CLAIM_NAMES as CLAIMS, MAPPING_CLAIMS, type ClaimName } from "../../model/claim.ts";
export { always, type Measure as Claim } from "../claims/always.ts";
export { checkOps, claims, type Broken, witnessed, witnesses } from "./check-ops.ts";
export { needed, unmet, type Witnesses } from "../claims/sometimes.ts";
export { openWorld } from "./open-world.ts";
export type { BindRule, LevelRule, MapRule } from "../../model/kvm/mapping.ts";
export type { CompiledWorld, Rules, UndefinedInput } from "../../sim/world.ts";

// The engines, one by one.
export { exhaust, exhaustGrids, hunt, judgeRule, minimise, run, step, worldOf } from "./engines.ts";
export type { Finding, Hunted, HuntOptions } from "../search/hunt.ts";
export type { Exhausted } from "../search/exhaust.ts";
export type { Bound, Grid } from "../search/grid.ts";

// Ops, what they did, and findings.
export { bind, fault, opText, opToJson, punchHole, setISize, setOrder, unbind, type Op } from "../../sim/op.ts";
export { opFromJson, opsFromJson, type OpLiteral } from "../../sim/schema/op.ts";
export { compareOps } from "../../sim/op-order.ts";
export type { Effect, Range } from "../../sim/step.ts";
export type { Step, Trace } from "../../sim/trace.ts";
export { idOf, type Counterexample, type Violation } from "../../sim/counterexample.ts";
export { importScript, type Imported, type NotImported } from "../../sim/script/import.ts";
export { toLiveC } from "../../sim/script/c/live.ts";
export { toC } from "../../sim/script/c/program.ts";
export { toJson } from "../../sim/script/json.ts";
export { toMail } from "../../sim/script/mail.ts";
export { toMjs } from "../../sim/script/mjs/mjs.ts";
export { toSvg } from "../../sim/script/svg.ts";

// Units: page quantities are numbers, byte quantities bigint, and these are the only ways into them.
export {
  fileOffset,
  gfn,
  gpa,
  npages,
  order,
  pgoff,
  sizeBytes,
  toBytes,
  toPages,
  toPagesUp,
  uaddr,
  ugfn,
  type FileOffset,
  type Gfn,
  type Gpa,
  type Npages,
  type Order,
  type Pgoff,
  type SizeBytes,
  type Uaddr,
  type Ugfn,
} from "../../model/units.ts";

// Reports for machines.
export { judgeJson as toResult, type Report } from "../cli/format/json.ts";
export { toJunit } from "../cli/format/junit.ts";
export { toSarif } from "../cli/format/sarif.ts";
export { toAnnotations, toSummary } from "../cli/format/github.ts";
export { mergeReports } from "../cli/judge/merge.ts";
export { readResult, type ReadReport } from "../cli/judge/merge-read.ts";

// Real layouts, scenarios and kernels.
export { acceptedSlots, type AcceptedSlot } from "../judge/layouts.ts";
export { placedSlots, type PlacedSlot, type SlotPages } from "../judge/layout-pages.ts";
export { parseCapture, type Captured, type CapturedRegion } from "../../sim/layout/capture.ts";
export { layoutOf, type LayoutSlot } from "../../sim/layout/layout.ts";
export { slotsOf, VMM_LAYOUTS as layouts, type VmmLayout } from "../../sim/layout/vmm-layouts.ts";
export { SCENARIOS as scenarios } from "../scenarios/thread.ts";
export { runPart, type Scenario } from "../scenarios/scenario.ts";
export { conform, type ConformOptions, type ConformReport } from "../conform/conform.ts";
export { replayTraceFile, type TraceReport } from "../conform/replay-trace.ts";

// The machine that judges.
export { newVm } from "./worlds.ts";
export type { Resize, StepResult, Vm, World } from "../../model/abstract/machine.ts";
export { arm64_16k, arm64_4k, arm64_64k, x86_64, type Arch } from "../../model/arch.ts";
/**
 * The judged machine without op objects, for a search of your own: nothing is allocated per step. A fault is its three
 * stages, so that what another thread does can fall between two of them, as with fast-check's scheduler.
 */
export const machine = {
  newVm,
  resetVm,
  bindMemslot,
  deleteMemslot,
  setOrder: takeOrder,
  setISize: truncate,
  punch,
  allocate,
  fault: access,
  /** The stages of a fault: find the slot, get the folio, map it. */
  stages: { findSlot: enter, getFolio: getFolioOf, map: mapFolio },
};
export * as folios from "../../model/folios/folios.ts";
export * as memslots from "../../model/kvm/memslots.ts";
export { VERSION } from "../cli/terminal/version.ts";

/** Loads the solver, and all that asks it. Close it in the end. */
export const openProver = async (options?: ProverOptions): Promise<Prover> =>
  (await import("../prove/prover.ts")).openProver(options);
