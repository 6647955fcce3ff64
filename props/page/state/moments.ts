/** The story run on the machine: after every op what it did, what the file and the slots are then, what is broken. */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import { nextFolio } from "../../../model/folios/folios.ts";
import type { Vm, World } from "../../../model/abstract/machine.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import type { Op } from "../../../sim/op.ts";
import type { Effect, Range } from "../../../sim/step.ts";
import { step } from "../../../sim/step.ts";
import { excess } from "../../claims/always.ts";
import type { Story } from "./story.ts";

export interface BoundSlot {
  readonly vm: number;
  readonly id: number;
  readonly base_gfn: number;
  readonly npages: number;
  readonly pgoff: number;
}

export interface Moment {
  readonly op: Op;
  readonly effect: Effect;
  /** Of the file, after the op. */
  readonly order: number;
  readonly slots: readonly BoundSlot[];
  /** Every folio in the file, ascending. */
  readonly folios: readonly (Range & { readonly order: number })[];
  /** Claims that this op broke, each with the pages that are where they must not be. */
  readonly broken: ReadonlyMap<ClaimName, number>;
}

/** A page draws no more folios than this. */
const MAX_FOLIOS = 256;

function foliosOf({ file }: Vm): Moment["folios"] {
  const folios: (Range & { order: number })[] = [];
  for (let start = nextFolio(file.folios, 0); start >= 0 && folios.length < MAX_FOLIOS;) {
    const { order } = file.folios;
    folios.push({ start, npages: 2 ** order, order });
    start = nextFolio(file.folios, start + 2 ** order);
  }
  return folios;
}

const slotsOf = (vm: Vm): readonly BoundSlot[] =>
  vm.tables.flatMap(({ spaces }, vmIndex) =>
    spaces.flatMap(({ slots }) =>
      slots.map(({ id, base_gfn, npages, pgoff }) => ({ vm: vmIndex, id, base_gfn, npages, pgoff })),
    ),
  );

/** Nothing after an op that is no fault. */
const brokenBy = (vm: Vm): ReadonlyMap<ClaimName, number> =>
  new Map(CLAIM_NAMES.map((claim) => [claim, excess(claim, vm)] as const).filter(([, pages]) => pages > 0));

/** One moment an op. */
export function momentsOf(world: World, story: Story): readonly Moment[] {
  const vm = newVm(world);
  return story.map((op) => {
    const effect = step(vm, op);
    return {
      op,
      effect,
      order: vm.file.order,
      slots: slotsOf(vm),
      folios: foliosOf(vm),
      broken: brokenBy(vm),
    };
  });
}

/** Every claim that the story broke by step `at`, with its pages the last time it did. */
export const brokenUpTo = (moments: readonly Moment[], at: number): ReadonlyMap<ClaimName, number> =>
  new Map(moments.slice(0, at + 1).flatMap(({ broken }) => [...broken]));
