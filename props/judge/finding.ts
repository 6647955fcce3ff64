/** From the ops that break a claim to the whole finding: trace, intervals, and a rule that keeps the claim. */

import type { ClaimName } from "../../model/claim.ts";
import { claimOf, isAboutOthers, isBinding, isOwn } from "../../model/claim.ts";
import type { World } from "../../model/abstract/machine.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Counterexample, Violation } from "../../sim/counterexample.ts";
import { idOf } from "../../sim/counterexample.ts";
import type { Op } from "../../sim/op.ts";
import { bind } from "../../sim/op.ts";
import type { Setting } from "../../sim/setting.ts";
import type { Effect, Range } from "../../sim/step.ts";
import type { Trace } from "../../sim/trace.ts";
import { run } from "../../sim/trace.ts";
import { excess } from "../claims/always.ts";
import { controlsFor } from "../claims/controls.ts";
import { brokenAt } from "../claims/run.ts";
import type { Rules } from "../../sim/world.ts";
import { worldOf } from "../../sim/world.ts";

type Faulted = Extract<Effect, { effect: "faulted" }>;

/**
 * File ranges of the slots but for the one that the fault fell into. Every op is needed, so no bind was refused, no slot
 * was deleted again, and each of these ranges has pages in the folio.
 */
const otherSlots = (trace: Trace, fell: Faulted["slot"], vmIndex: number): Range[] =>
  trace.flatMap(({ op }) =>
    op.op === "bind_memslot" && (op.vm !== vmIndex || op.slot !== fell.id)
      ? [{ start: op.pgoff, npages: op.npages }]
      : [],
  );

/** Of a slot that was bound past the file's end: the file, and the slot's range of it. Of one that was refused, nothing is bound. */
function boundOutside(claim: ClaimName, trace: Trace, at: number, pages: number): Violation {
  const op = trace[at]?.op;
  if (op?.op !== "bind_memslot") throw new Error("no slot was bound at the step that broke the claim");
  const actual: Range = { start: op.pgoff, npages: op.npages };
  if (claimOf(claim).side === "refused") {
    return { at, excess: pages, others: [], unit: "file pages", expected: actual, actual: { ...actual, npages: 0 } };
  }
  const expected: Range = { start: 0, npages: op.pgoff + op.npages - pages };
  return { at, excess: pages, others: [], unit: "file pages", expected, actual };
}

/** The intervals of a broken claim, from the step that broke it. */
export function violationOf(claim: ClaimName, trace: Trace, at: number, pages: number): Violation {
  const step = trace[at];
  if (isBinding(claim)) return boundOutside(claim, trace, at, pages);
  if (step === undefined || step.effect.effect !== "faulted" || step.op.op !== "fault") {
    throw new Error(`${claim} was broken by a step that is no fault`);
  }
  const { slot, folio, mapping } = step.effect;
  const binding: Range = { start: slot.pgoff, npages: slot.npages };
  const frames: Range = { start: slot.base_gfn, npages: slot.npages };
  const base = { at, excess: pages, others: [] };
  const { subject, side } = claimOf(claim);
  switch (subject) {
    case "folio": {
      const others = isAboutOthers(claim) ? otherSlots(trace, slot, step.op.vm) : [];
      return { ...base, unit: "file pages", expected: binding, actual: folio, others };
    }
    case "frames":
      return { ...base, unit: "guest frames", expected: frames, actual: mapping.gfns };
    case "pages": {
      const meant = { ...mapping.pages, start: mapping.gfns.start - slot.base_gfn + slot.pgoff };
      const expected = side === "distance" ? meant : binding;
      return { ...base, unit: "file pages", expected, actual: mapping.pages };
    }
    case "binding":
      throw new Error(`${claim} was broken by a bind`);
    default:
      return subject satisfies never;
  }
}

/** Run the ops again from nothing and say how many pages the last step put where the claim forbids. */
function replayed(world: World, claim: ClaimName, ops: readonly Op[]): number {
  const vm = newVm(world);
  const at = brokenAt(vm, claim, ops);
  if (at !== ops.length - 1) throw new Error(`${claim}: the minimised ops break it at step ${at}, not at the last`);
  return excess(claim, vm);
}

/** No op can be left out: a reader may trust that each one matters. */
function everyOpIsNeeded(world: World, claim: ClaimName, ops: readonly Op[]): void {
  const vm = newVm(world);
  for (const at of ops.keys()) {
    if (brokenAt(vm, claim, ops.toSpliced(at, 1)) >= 0) throw new Error(`${claim}: op ${at} is not needed`);
  }
}

/** The control of the claim, with the same ops. */
function controlled(
  claim: ClaimName,
  ops: readonly Op[],
  rules: Rules,
  setting: Setting,
  judged: Rule,
  ruleById: (id: string) => Rule,
): Counterexample["control"] {
  const tried = controlsFor(judged.kind, claim, setting).map((id) => {
    const rule = ruleById(id);
    const { world } = worldOf({ ...rules, [judged.kind]: rule }, setting);
    return { rule, world, keeps: brokenAt(newVm(world), claim, ops) < 0 };
  });
  const control = tried.find(({ keeps }) => keeps) ?? tried.at(-1);
  if (control === undefined || (!control.keeps && !isOwn(claim))) {
    throw new Error(`${claim}: the control ${control?.rule.id ?? ""} does not keep it`);
  }
  return { rule: control.rule, trace: run(control.world, ops), ...(!control.keeps && { fails: true as const }) };
}

/** Does the claim hold with the same ops once userspace_addr is 0? */
function userspaceAddrMatters(world: World, claim: ClaimName, ops: readonly Op[]): boolean {
  const without = ops.map((op) => (op.op === "bind_memslot" ? bind({ ...op, ugfn: 0 }) : op));
  return brokenAt(newVm(world), claim, without) < 0;
}

/**
 * The whole finding. Every op is checked to be needed, and the claim to break at the last one.
 * @throws Error when the ops do not break the claim, or some op is idle, or the control breaks it too: simulator bugs all
 */
export function tellCounterexample(
  judged: Rule,
  claim: ClaimName,
  rules: Rules,
  setting: Setting,
  ops: readonly Op[],
  ruleById: (id: string) => Rule,
): Counterexample {
  const { world } = worldOf(rules, setting);
  const pages = replayed(world, claim, ops);
  everyOpIsNeeded(world, claim, ops);
  const trace = run(world, ops);
  return {
    id: idOf(ops),
    rule: judged,
    claim,
    setting,
    rules,
    ops,
    trace,
    violation: violationOf(claim, trace, ops.length - 1, pages),
    userspaceAddrMatters: userspaceAddrMatters(world, claim, ops),
    control: controlled(claim, ops, rules, setting, judged, ruleById),
  };
}
