/** Which slots of real layouts survive a move to a host with larger pages, and where they would have to go. */

import { ACCEPTED } from "../../model/outcome.ts";
import type { ClaimName } from "../../model/claim.ts";
import { CLAIM_NAMES } from "../../model/claim.ts";
import { MAX_I_SIZE_NPAGES } from "../../model/abstract/file.ts";
import { alignUp, folioNpages, toPages } from "../../model/units.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, setOrder } from "../../sim/op.ts";
import { amount } from "../../sim/words/amount.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import { VMM_LAYOUTS } from "../../sim/layout/vmm-layouts.ts";
import { brokenAt } from "../claims/run.ts";
import { worldOf } from "../../sim/world.ts";

/** Order of the largest pages at the destination. */
const LARGEST = 18;

export interface Moved {
  readonly layout: string;
  readonly base_gfn: number;
  readonly npages: number;
  readonly pgoff: number;
  /** Bind rules for the two hosts' largest pages accept the slot. */
  readonly accepted: { readonly there: boolean; readonly here: boolean };
  /** No fault on the slot's first, middle or last page breaks a claim on one slot: nothing is allocated or mapped elsewhere. */
  readonly safe: { readonly there: boolean; readonly here: boolean };
  /** The file range that would be right at the destination: whole folios of its largest size. */
  readonly right: { readonly pgoff: number; readonly npages: number };
}

/** Of one slot: where its folios lie, and what its frames show. */
const OF_ONE_SLOT: readonly ClaimName[] = CLAIM_NAMES.filter((claim) => claim !== "folio_avoids_other_slots");

type Slot = Op & { op: "bind_memslot" };

/** A host whose file may take these orders, and its check. */
interface Host {
  readonly accepts: (slot: Slot) => boolean;
  readonly isSafe: (slot: Slot) => boolean;
}

function hostOf(orders: readonly number[], rule: string, ruleById: (id: string) => Rule): Host {
  const setting = { ...DEFAULT_SETTING, orders };
  const [map, level] = [ruleById(setting.map_rule), ruleById(setting.level_rule)];
  const { world } = worldOf({ bind: ruleById(rule), map, level }, setting);
  const vm = newVm(worldOf({ bind: ruleById("none"), map, level }, setting).world);
  const largest = setOrder(Math.max(...orders));
  return {
    accepts: ({ pgoff, base_gfn, npages }) =>
      world.bind_rule(pgoff, base_gfn, npages, 0, 0, MAX_I_SIZE_NPAGES) === ACCEPTED,
    isSafe: (slot) => {
      const last = slot.base_gfn + slot.npages - 1;
      const middle = slot.base_gfn + Math.floor(slot.npages / 2);
      const escapes = (claim: ClaimName, gfn: number): boolean => brokenAt(vm, claim, [slot, largest, fault(gfn)]) >= 0;
      return !OF_ONE_SLOT.some((claim) => [slot.base_gfn, middle, last].some((gfn) => escapes(claim, gfn)));
    },
  };
}

/** Every slot of the built-in layouts, on a host with pages up to 2 MiB and on one with 1 GiB pages. */
export function migrate(ruleById: (id: string) => Rule): Moved[] {
  const there = hostOf([0, 9], "offset_and_size_2m", ruleById);
  const here = hostOf([0, 9, LARGEST], "offset_and_size_1g", ruleById);
  return VMM_LAYOUTS.flatMap(({ name, slots }) =>
    slots.map(({ gpa, size, offset }) => {
      // Its user address is as aligned as its frames are, as a VMM makes it that wants large pages.
      const base_gfn = toPages(gpa);
      const ugfn = base_gfn % folioNpages(LARGEST);
      const slot = bind({ base_gfn, npages: toPages(size), pgoff: toPages(offset), ugfn });
      return {
        layout: name,
        base_gfn: slot.base_gfn,
        npages: slot.npages,
        pgoff: slot.pgoff,
        accepted: { there: there.accepts(slot), here: here.accepts(slot) },
        safe: { there: there.isSafe(slot), here: here.isSafe(slot) },
        right: { pgoff: alignUp(slot.pgoff, LARGEST), npages: alignUp(slot.npages, LARGEST) },
      };
    }),
  );
}

const change = (before: boolean, after: boolean): string =>
  before === after ? (before ? "still" : "never") : after ? "only there" : "no longer";

export function migrationLines(ruleById: (id: string) => Rule): readonly string[] {
  return [
    "real slots, from a host with pages up to 2 MiB to one with 1 GiB pages:",
    ...migrate(ruleById)
      .filter(({ accepted, safe }) => accepted.there || safe.there)
      .map(
        ({ layout, base_gfn, npages, pgoff, accepted, safe, right }) =>
          `  ${layout}: gpa ${amount(base_gfn)}, offset ${amount(pgoff)}, size ${amount(npages)}: ` +
          `accepted ${change(accepted.there, accepted.here)}, safe ${change(safe.there, safe.here)}` +
          (safe.here ? "" : `; right there: offset ${amount(right.pgoff)}, ${amount(right.npages)} of file`),
      ),
  ];
}
