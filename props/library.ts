/**
 * foliofence as a library: what the command line does, and arbitraries and claims for your own fast-check and vitest
 * tests.
 */

import { allocate, fault as access } from "../model/access.ts";
import { bindMemslot, deleteMemslot } from "../model/bind.ts";
import { punch, setISize as truncate, setOrder as takeOrder } from "../model/resize.ts";
import { newVm, resetVm } from "../model/vm.ts";
import type { Prover, ProverOptions } from "./prove.ts";

export { arbitraries } from "./arbitraries.ts";
export { ALLOCATION_CLAIMS, always, CLAIMS, MAPPING_CLAIMS, type Claim, type ClaimName } from "./always.ts";
export { checkOps, claims, type Broken } from "./check-ops.ts";
export { hunt, type Finding, type Hunted, type HuntOptions } from "./hunt.ts";
export { exhaust, exhaustGrids, type Exhausted } from "./exhaust.ts";
export type { Grid } from "./grid.ts";
export { judge, type JudgeRequest } from "./judge-text.ts";
export { judgeRule, type Judged, type JudgeOptions } from "./judge.ts";
export { minimise } from "./minimise.ts";
export { openWorld } from "./open-world.ts";
export type { Prover, Proof } from "./prove.ts";
export { openRulebook, rulebook, type Rulebook } from "./rulebook.ts";
export { worldOf, type Rules, type UndefinedInput } from "./world.ts";
export type { Engine, Judgement, Verdict } from "./verdict.ts";
export type { Witnesses } from "./sometimes.ts";
export { conform, type ConformOptions, type ConformReport } from "./conform.ts";
export { replayTraceFile, type TraceReport } from "./replay-trace.ts";
export type { Counterexample, Violation } from "../sim/counterexample.ts";
export { importScript } from "../sim/script/import.ts";
export { bind, fault, punchHole, setISize, setOrder, unbind, type Op } from "../sim/op.ts";
export { DEFAULT_SETTING, orderFromText, orderText, type Setting } from "../sim/setting.ts";
export { step, type Effect } from "../sim/step.ts";
export { run, type Step, type Trace } from "../sim/trace.ts";
export { newVm, type Vm, type World } from "../model/vm.ts";
/** The judged machine without op objects, for a search of your own: nothing is allocated per step. */
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
};
export * as folios from "../model/folios.ts";
export * as memslots from "../model/memslot.ts";
export { x86_64, type Arch } from "../model/arch.ts";
export { compileRule } from "../model/rule/evaluate.ts";
export { parseCapture } from "../sim/capture.ts";
export { layoutOf, type LayoutSlot } from "../sim/layout.ts";
export { VERSION } from "./version.ts";

/** Loads the solver, and all that asks it. Close it in the end. */
export const openProver = async (options?: ProverOptions): Promise<Prover> =>
  (await import("./prove.ts")).openProver(options);
