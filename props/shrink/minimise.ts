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
import { isBinding, isMapping } from "../../model/claim.ts";
import type { Vm } from "../../model/abstract/machine.ts";
import { folioNpages } from "../../model/units.ts";
import type { Op } from "../../sim/op.ts";
import { excess } from "../claims/always.ts";
import { moves } from "./moves.ts";
import { compareOps } from "../../sim/op-order.ts";
import { isBind, recombine } from "./recombine.ts";
import { lesserBind } from "./bind.ts";
import { brokenAt } from "../claims/run.ts";
import type { Runner } from "./runner.ts";
import { runner } from "./runner.ts";
import { withoutISize } from "./shorter.ts";
import type { Try } from "./templates.ts";
import type { TemplateOptions, TemplateWalk, TryAll } from "./template-walk.ts";
import { templateWalk } from "./template-walk.ts";

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

const slotsOf = (ops: readonly Op[]): number => ops.filter(isBind).length;

/** What is looked for among the templates of so many ops. */
interface Among {
  readonly numOps: number;
  readonly options: TemplateOptions;
}

/** Slots that are smaller than the smallest level are never mapped large, and a base page is always mapped right. */
const leastNpagesOf = (claim: ClaimName, { world }: Vm): number =>
  isMapping(claim) ? folioNpages(pmdOrder(world.arch)) : 1;

const breaksAtEnd =
  (vm: Vm, claim: ClaimName) =>
  (ops: readonly Op[]): boolean =>
    ops.length > 0 && brokenAt(vm, claim, ops) === ops.length - 1;

const neededOf = (vm: Vm, claim: ClaimName, found: readonly Op[]): readonly Op[] => {
  const at = brokenAt(vm, claim, found);
  if (at < 0) throw new Error(`the counterexample to ${claim} does not break it when it is run again`);
  // A list of no ops breaks nothing, and its last op would be number -1.
  return withoutIdleOps(found.slice(0, at + 1), breaksAtEnd(vm, claim));
};

/** From ops that break the claim, by the moves alone. */
export const descendFrom = (vm: Vm, claim: ClaimName, found: readonly Op[]): readonly Op[] =>
  descend(neededOf(vm, claim, found), breaksAtEnd(vm, claim));

/** Where the search for a claim's template begins: what was found may need more ops than another list does. */
const firstAmong = (vm: Vm, claim: ClaimName, needed: readonly Op[], withISize: boolean): Among => ({
  numOps: Math.min(needed.length, LEAST_OPS),
  options: { withISize, slots: slotsOf(needed), leastNpages: leastNpagesOf(claim, vm) },
});

/** The smallest template of a claim, for all claims that one machine breaks. */
export type Templates = (claim: ClaimName, among: Among) => Op[] | undefined;

/** @param found of each claim that will be asked about, a list that breaks it: those that begin alike share a walk */
export function templatesOf(vm: Vm, found: ReadonlyMap<ClaimName, readonly Op[]>, withISize: boolean): Templates {
  const keyOf = ({ numOps, options }: Among): string => JSON.stringify([numOps, options]);
  const together = new Map<string, ClaimName[]>();
  for (const [claim, ops] of found) {
    if (isBinding(claim)) continue;
    const key = keyOf(firstAmong(vm, claim, neededOf(vm, claim, ops), withISize));
    together.set(key, [...(together.get(key) ?? []), claim]);
  }
  const walks = new Map<string, { readonly claims: readonly ClaimName[]; readonly walk: TemplateWalk }>();
  return (claim, among) => {
    const key = keyOf(among);
    const shared = together.get(key) ?? [];
    const [name, claims] = shared.includes(claim) ? [key, shared] : [`${key} ${claim}`, [claim]];
    const tryAll =
      ({ vm: ran, isRefused }: Runner): TryAll =>
      (ops) =>
        isRefused(ops) ? "refused" : claims.reduce((bits, one, i) => bits | (excess(one, ran) > 0 ? 1 << i : 0), 0);
    const { numOps, options } = among;
    const known = walks.get(name) ?? {
      claims,
      walk: templateWalk(numOps, vm.world.orders, options, claims.length, tryAll(runner(vm.world))),
    };
    walks.set(name, known);
    return known.walk.least(claims.indexOf(claim));
  };
}

/** Is there a template as long as these ops? Then it is where the moves that led to them began, whatever was found. */
export const hasTemplate = (
  vm: Vm,
  claim: ClaimName,
  ops: readonly Op[],
  withISize: boolean,
  templates: Templates,
): boolean => templates(claim, firstAmong(vm, claim, ops, withISize)) !== undefined;

/**
 * The canonical counterexample of a claim, given any. What it returns breaks the claim at its last op, and with any op
 * left out it does not.
 * @throws Error if `found` does not break the claim: then the search and the machine disagree
 */
export function minimise(
  vm: Vm,
  claim: ClaimName,
  found: readonly Op[],
  withISize = false,
  templates = templatesOf(vm, new Map(), withISize),
): readonly Op[] {
  const breaks = breaksAtEnd(vm, claim);
  const needed = neededOf(vm, claim, found);
  const { orders } = vm.world;
  if (isBinding(claim)) {
    const best = descend(needed, breaks);
    const other = lesserBind(best, orders, breaks);
    return other === undefined ? best : descend(other, breaks);
  }
  const first = firstAmong(vm, claim, needed, withISize);
  const { leastNpages } = first.options;
  const { vm: ran, isRefused } = runner(vm.world);
  const tryOps: Try = (ops) => (isRefused(ops) ? "refused" : excess(claim, ran) > 0 ? "breaks" : "holds");
  /** From a template or what was found, by the moves; fewer ops or slots have templates of their own. */
  const ended = (start: readonly Op[], best: readonly Op[]): readonly Op[] => {
    const fewer = best.length < start.length || slotsOf(best) < slotsOf(start);
    const next = fewer ? best : withoutISize(best, orders, leastNpages, tryOps);
    return next === undefined ? best : minimise(vm, claim, next, withISize, templates);
  };
  for (let { numOps } = first; numOps <= needed.length; numOps++) {
    const template = templates(claim, { ...first, numOps });
    if (template !== undefined) return ended(template, descend(template, breaks));
  }
  let best = descend(needed, breaks);
  for (;;) {
    const other = recombine(best, orders, leastNpages, tryOps);
    if (other === undefined) return ended(needed, best);
    best = descend(other, breaks);
  }
}
