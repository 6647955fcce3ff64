/**
 * The random search: fast-check tells op lists, the machine runs each once, every asked claim is looked at after every
 * fault. One pass serves all claims. Same seed, same runs, same findings.
 */

import type { ClaimName } from "../../model/claim.ts";
import { isOfFault } from "../../model/claim.ts";
import * as fc from "fast-check";
import type { Vm, World } from "../../model/abstract/machine.ts";
import { newVm, resetVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import type { Answers } from "../../sim/answers.ts";
import { apply } from "../../sim/step.ts";
import { withAllGiven } from "../../sim/world.ts";
import { excess, measureOf } from "../claims/always.ts";
import { opsArbitrary } from "./arb.ts";
import { drawnFor } from "./drawn.ts";
import type { Tally, Witnesses } from "../claims/sometimes.ts";
import { newTally, witness, witnessesOf } from "../claims/sometimes.ts";

/** `seed`, `path`, `numRuns` and `examples` mean what they mean in fast-check. */
export interface HuntOptions {
  readonly seed: number;
  readonly numRuns: number;
  readonly path?: string;
  readonly examples?: readonly (readonly Op[])[];
  /** The rule reads i_size, so the search truncates the file too. */
  readonly withISize?: boolean;
  /** Where a rule reads what no model knows: the world's answers. */
  readonly answers?: Answers;
  /** Asked now and then; true ends the search where it is. */
  readonly stop?: () => boolean;
}

export interface Finding {
  /** The run that met it, counted from 1. */
  readonly run: number;
  /** What it ran, up to the step that broke the claim. */
  readonly ops: readonly Op[];
}

export interface Hunted {
  /** Runs made; fewer than asked where everything was found or `stop` said so. */
  readonly runs: number;
  readonly findings: ReadonlyMap<ClaimName, Finding>;
  readonly witnesses: Witnesses;
}

/** How many runs go by between two looks at `stop`. */
const STOP_EVERY = 256;

/** Run one list, count its witnesses, and name the claims it breaks, each at its first step. */
export function runOnce(vm: Vm, ops: readonly Op[], claims: Iterable<ClaimName>, tally: Tally): Map<ClaimName, number> {
  const broken = new Map<ClaimName, number>();
  resetVm(vm);
  let resized = false;
  for (let at = 0; at < ops.length; at++) {
    const op = ops[at] as Op;
    apply(vm, op);
    if (op.op === "set_order" && vm.saw.refusal === undefined && vm.file.bound_before) resized = true;
    witness(tally, vm, op.op, resized);
    const { slot } = vm.saw;
    if (op.op === "bind_memslot") {
      for (const claim of claims)
        if (!isOfFault(claim) && !broken.has(claim) && excess(claim, vm) > 0) broken.set(claim, at);
    }
    if (op.op !== "fault" || slot === undefined) continue;
    for (const claim of claims)
      if (isOfFault(claim) && !broken.has(claim) && measureOf(claim)(vm, slot) > 0) broken.set(claim, at);
  }
  return broken;
}

/** Search for an op list that breaks each claim, until all are broken or the runs are used up. */
export function hunt(world: World, claims: readonly ClaimName[], options: HuntOptions): Hunted {
  const vm = newVm(world);
  const { answers } = options;
  const tally = newTally();
  const findings = new Map<ClaimName, Finding>();
  const open = new Set(claims);
  let runs = 0;
  const property = fc.property(opsArbitrary(world.orders, options.withISize), (ops) => {
    runs++;
    if (answers !== undefined) answers.otherwise = drawnFor(ops);
    for (const [claim, at] of runOnce(vm, ops, open, tally)) {
      findings.set(claim, { run: runs, ops: withAllGiven(ops.slice(0, at + 1), { answers }) });
      open.delete(claim);
    }
    const stopped = runs % STOP_EVERY === 0 && options.stop?.() === true;
    return !stopped && (open.size > 0 || claims.length === 0);
  });
  // The property fails when there is nothing left to look for, which ends the check; what was found is ours.
  const { errorInstance } = fc.check(property, {
    seed: options.seed,
    numRuns: options.numRuns,
    endOnFailure: true,
    ...(options.path === undefined ? {} : { path: options.path }),
    ...(options.examples === undefined ? {} : { examples: options.examples.map((ops): [Op[]] => [[...ops]]) }),
  });
  if (errorInstance instanceof Error && errorInstance.message !== "Property failed by returning false") {
    throw errorInstance;
  }
  return { runs, findings, witnesses: witnessesOf(tally, world.orders) };
}
