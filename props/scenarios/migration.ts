/** Which slots of real layouts survive a move to a host with larger pages, and where they would have to go. */

import { alignUp } from "../../model/units.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { newVm } from "../../model/vm.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, setOrder } from "../../sim/op.ts";
import { amount } from "../../sim/picture/amount.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import { VMM_LAYOUTS } from "../../sim/vmm-layouts.ts";
import type { ClaimName } from "../always.ts";
import { brokenAt } from "../run-ops.ts";
import { worldOf } from "../world.ts";

const SOURCE = [0, 9];
const DESTINATION = [0, 9, 18];
const LARGEST = 18;

export interface Moved {
  readonly layout: string;
  readonly base_gfn: number;
  readonly npages: number;
  readonly pgoff: number;
  /** Bind rules for the two hosts' largest pages accept the slot. */
  readonly accepted: { readonly there: boolean; readonly here: boolean };
  /** No fault on the slot's first or last page allocates outside it. */
  readonly safe: { readonly there: boolean; readonly here: boolean };
  /** The file range that would be right at the destination: whole folios of its largest size. */
  readonly right: { readonly pgoff: number; readonly npages: number };
}

const ESCAPES: readonly ClaimName[] = ["folio_starts_in_slot", "folio_ends_in_slot"];

function isSafe(orders: readonly number[], slot: Op & { op: "bind_memslot" }, ruleById: (id: string) => Rule): boolean {
  const setting = { ...DEFAULT_SETTING, orders };
  const rules = { bind: ruleById("none"), map: ruleById("folio_order"), level: ruleById("stock") };
  const vm = newVm(worldOf(rules, setting).world);
  const last = slot.base_gfn + slot.npages - 1;
  return ESCAPES.every((claim) =>
    [slot.base_gfn, last].every((gfn) => brokenAt(vm, claim, [slot, setOrder(orders.at(-1) ?? 0), fault(gfn)]) < 0),
  );
}

function accepts(rule: string, slot: Op & { op: "bind_memslot" }, ruleById: (id: string) => Rule): boolean {
  const rules = { bind: ruleById(rule), map: ruleById("folio_order"), level: ruleById("stock") };
  const { world } = worldOf(rules, DEFAULT_SETTING);
  return world.bind_rule(slot.pgoff, slot.base_gfn, slot.npages, 0, 0, 2 ** 51 - 1) === 1;
}

/** Every slot of the built-in layouts, on a host with pages up to 2 MiB and on one with 1 GiB pages. */
export function migrate(ruleById: (id: string) => Rule): Moved[] {
  return VMM_LAYOUTS.flatMap(({ name, slots }) =>
    slots.map(({ gpa, size, offset }) => {
      const slot = bind({
        base_gfn: Number(gpa >> 12n),
        npages: Number(size >> 12n),
        pgoff: Number(offset >> 12n),
      });
      return {
        layout: name,
        base_gfn: slot.base_gfn,
        npages: slot.npages,
        pgoff: slot.pgoff,
        accepted: {
          there: accepts("offset_and_size_2m", slot, ruleById),
          here: accepts("offset_and_size_1g", slot, ruleById),
        },
        safe: { there: isSafe(SOURCE, slot, ruleById), here: isSafe(DESTINATION, slot, ruleById) },
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
