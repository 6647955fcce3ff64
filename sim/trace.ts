/** A run told whole: every op with what it did. */

import type { World } from "../model/abstract/machine.ts";
import { newVm } from "../model/abstract/machine.ts";
import type { Op } from "./op.ts";
import type { Effect } from "./step.ts";
import { step } from "./step.ts";

export interface Step {
  readonly op: Op;
  readonly effect: Effect;
}

export type Trace = readonly Step[];

/** Run ops on an empty machine. */
export function run(world: World, ops: readonly Op[]): Trace {
  const vm = newVm(world);
  return ops.map((op) => ({ op, effect: step(vm, op) }));
}
