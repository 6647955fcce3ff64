/**
 * foliofence as a library: what the command line does, and arbitraries and claims for your own fast-check and vitest
 * tests.
 */

import { allocate, fault as access } from "../../model/abstract/fault.ts";
import { bindMemslot, deleteMemslot } from "../../model/abstract/bind.ts";
import { punch, setISize as truncate, setOrder as takeOrder } from "../../model/abstract/resize.ts";
import { newVm, resetVm } from "../../model/abstract/machine.ts";
import type { Prover, ProverOptions } from "../prove/prover.ts";

export { arbitraries } from "./arbitraries.ts";
export { ALLOCATION_CLAIMS, CLAIM_NAMES as CLAIMS, MAPPING_CLAIMS, type ClaimName } from "../../model/claim.ts";
export { always, type Measure as Claim } from "../claims/always.ts";
export { checkOps, claims, type Broken } from "./check-ops.ts";
export { hunt, type Finding, type Hunted, type HuntOptions } from "../search/hunt.ts";
export { exhaust, exhaustGrids, type Exhausted } from "../search/exhaust.ts";
export type { Grid } from "../search/grid.ts";
export { judge, type JudgeRequest } from "./judge-text.ts";
export { judgeRule, type Judged, type JudgeOptions } from "../judge/judge.ts";
export { minimise } from "../shrink/minimise.ts";
export { openWorld } from "./open-world.ts";
export type { Prover, Proof } from "../prove/prover.ts";
export { openRulebook, rulebook, type Rulebook } from "../judge/rulebook.ts";
export { worldOf, type Rules, type UndefinedInput } from "../../sim/world.ts";
export type { Engine, Judgement, Verdict } from "../judge/verdict.ts";
export type { Witnesses } from "../claims/sometimes.ts";
export { conform, type ConformOptions, type ConformReport } from "../conform/conform.ts";
export { replayTraceFile, type TraceReport } from "../conform/replay-trace.ts";
export type { Counterexample, Violation } from "../../sim/counterexample.ts";
export { importScript } from "../../sim/script/import.ts";
export { bind, fault, punchHole, setISize, setOrder, unbind, type Op } from "../../sim/op.ts";
export { DEFAULT_SETTING, orderFromText, orderText, type Setting } from "../../sim/setting.ts";
export { step, type Effect } from "../../sim/step.ts";
export { run, type Step, type Trace } from "../../sim/trace.ts";
export { newVm, type Vm, type World } from "../../model/abstract/machine.ts";
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
export * as folios from "../../model/folios/folios.ts";
export * as memslots from "../../model/kvm/memslots.ts";
export { x86_64, type Arch } from "../../model/arch.ts";
export { compileRule } from "../../model/rule/wasm/module.ts";
export { parseCapture } from "../../sim/layout/capture.ts";
export { layoutOf, type LayoutSlot } from "../../sim/layout/layout.ts";
export { VERSION } from "../version.ts";

/** Loads the solver, and all that asks it. Close it in the end. */
export const openProver = async (options?: ProverOptions): Promise<Prover> =>
  (await import("../prove/prover.ts")).openProver(options);
