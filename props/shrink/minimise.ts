/**
 * From any counterexample to the canonical one: the smallest by the total order of order.ts that our moves can reach.
 * It starts from the smallest template that breaks the claim (so where the search began does not show), else from what
 * was found, and takes moves until none helps: leave an op out, make an argument smaller, make several smaller
 * together (a slot and the frame touched in it move as one). Where no template broke the claim, the list that the moves
 * end at is told anew with other addresses until that helps no more (recombine.ts); last, a list that tells the size of
 * the file is looked for without (shorter.ts).
 */

import { pmdOrder } from "../../model/arch.ts";
import type { ClaimName } from "../../model/claim.ts";
import { MAPPING_CLAIMS } from "../../model/claim.ts";
import type { Vm } from "../../model/abstract/machine.ts";
import { resetVm } from "../../model/abstract/machine.ts";
import { folioNpages } from "../../model/units.ts";
import type { Op } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";
import { excess } from "../claims/always.ts";
import { moves } from "./moves.ts";
import { compareOps } from "../../sim/op-order.ts";
import { isBind, recombine } from "./recombine.ts";
import { brokenAt } from "../claims/run.ts";
import { withoutISize } from "./shorter.ts";
import type { Try } from "./templates.ts";
import { leastTemplate } from "./templates.ts";

/**
 * Move downwards until no move gives a smaller list that breaks the claim. Of all moves of a round the one that leads
 * lowest is taken: the first that leads down could creep, a page at a time, through an address space.
 */
function descend(start: readonly Op[], breaks: (ops: readonly Op[]) => boolean): readonly Op[] {
  let best = start;
  for (;;) {
    let lowest = best;
    for (const candidate of moves(best)) {
      if (compareOps(candidate, lowest) < 0 && breaks(candidate)) lowest = candidate;
    }
    if (lowest === best) return best;
    best = lowest;
  }
}

/** Leave ops out, one at a time, until every one is needed. */
export function withoutIdleOps(ops: readonly Op[], breaks: (ops: readonly Op[]) => boolean): readonly Op[] {
  for (let at = ops.length - 1; at >= 0; at--) {
    const fewer = ops.toSpliced(at, 1);
    if (breaks(fewer)) return withoutIdleOps(fewer, breaks);
  }
  return ops;
}

/** Lists of three ops are found as such: nothing as short is left out of a search. */
const LEAST_OPS = 4;

/** Run on an empty machine, until an op is refused. A template touches the guest's memory once, at its end. */
function tried(vm: Vm, claim: ClaimName, ops: readonly Op[]): ReturnType<Try> {
  resetVm(vm);
  for (const op of ops) {
    apply(vm, op);
    if (vm.saw.refusal !== undefined) return "refused";
  }
  return excess(claim, vm) > 0 ? "breaks" : "holds";
}

const slotsOf = (ops: readonly Op[]): number => ops.filter(isBind).length;

/**
 * The canonical counterexample of a claim, given any. What it returns breaks the claim at its last op, and with any op
 * left out it does not.
 * @throws Error if `found` does not break the claim: then the search and the machine disagree
 */
export function minimise(vm: Vm, claim: ClaimName, found: readonly Op[], withISize = false): readonly Op[] {
  const at = brokenAt(vm, claim, found);
  if (at < 0) throw new Error(`the counterexample to ${claim} does not break it when it is run again`);
  // A slot and a fault are in every list that does, so none that is asked about has no op at all.
  const breaks = (ops: readonly Op[]): boolean => brokenAt(vm, claim, ops) === ops.length - 1;
  const needed = withoutIdleOps(found.slice(0, at + 1), breaks);
  const { orders, arch } = vm.world;
  // A slot smaller than the smallest level is never mapped large, and a base page is always mapped right.
  const leastNpages = MAPPING_CLAIMS.includes(claim) ? folioNpages(pmdOrder(arch)) : 1;
  const slots = slotsOf(needed);
  const tryOps: Try = (ops) => tried(vm, claim, ops);
  /** From a template or what was found, by the moves; fewer ops or slots have templates of their own. */
  const ended = (start: readonly Op[], best: readonly Op[]): readonly Op[] => {
    const fewer = best.length < start.length || slotsOf(best) < slotsOf(start);
    const next = fewer ? best : withoutISize(best, orders, leastNpages, tryOps);
    return next === undefined ? best : minimise(vm, claim, next, withISize);
  };
  // What was found may need more ops than another list does.
  for (let numOps = Math.min(needed.length, LEAST_OPS); numOps <= needed.length; numOps++) {
    const template = leastTemplate(numOps, orders, { withISize, slots, leastNpages }, tryOps);
    if (template !== undefined) return ended(template, descend(template, breaks));
  }
  let best = descend(needed, breaks);
  for (;;) {
    const other = recombine(best, orders, leastNpages, tryOps);
    if (other === undefined) return ended(needed, best);
    best = descend(other, breaks);
  }
}
