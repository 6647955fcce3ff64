/** Which slots of real layouts a world's check takes, and which of them break claims once their pages are touched. */

import type { ClaimName } from "../../model/claim.ts";
import { CLAIM_NAMES } from "../../model/claim.ts";
import type { Vm, World } from "../../model/abstract/machine.ts";
import { ACCEPTED } from "../../model/outcome.ts";
import { newVm, resetVm } from "../../model/abstract/machine.ts";
import { alignDown, toPages } from "../../model/units.ts";
import type { Counterexample } from "../../sim/counterexample.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, setOrder } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";
import { VMM_LAYOUTS } from "../../sim/layout/vmm-layouts.ts";
import type { LayoutHits, SlotHit } from "../../sim/words/hits.ts";
import type { Rules } from "../../sim/world.ts";
import { decidingIn, hasUnknowns, worldOf } from "../../sim/world.ts";
import type { Setting } from "../../sim/setting.ts";
import { excess } from "../claims/always.ts";

/** In pages; what a VMM gives to KVM, mapped as it lies in its file. */
interface Slot {
  readonly base_gfn: number;
  readonly npages: number;
  readonly pgoff: number;
}

const LAYOUTS = VMM_LAYOUTS.map(({ name, slots }) => ({
  name,
  slots: slots.map(({ gpa, size, offset }): Slot => ({
    base_gfn: toPages(gpa),
    npages: toPages(size),
    pgoff: toPages(offset),
  })),
}));

const binds = (slots: readonly Slot[]): readonly Op[] =>
  slots.map((slot, id) => bind({ slot: id, ...slot, ugfn: slot.pgoff }));

/**
 * Frames whose faults show what a slot can come to: its ends, and the ends of the blocks of each size that lie in it as
 * a whole.
 */
function touches({ base_gfn, npages }: Slot, orders: readonly number[]): readonly number[] {
  const last = base_gfn + npages - 1;
  const inner = orders.flatMap((order) => {
    const [first, end] = [alignDown(base_gfn + 2 ** order - 1, order), alignDown(last + 1, order)];
    return first < end ? [first, end - 1] : [];
  });
  return [...new Set([base_gfn, last, ...inner])];
}

const apart = (a: number, aPages: number, b: number, bPages: number): boolean => a + aPages <= b || b + bPages <= a;

/** The slot, and those others of its layout that can be there at the same time. */
const together = (slots: readonly Slot[], chosen: Slot): readonly Slot[] => [
  chosen,
  ...slots.filter(
    (slot) =>
      slot !== chosen &&
      apart(slot.base_gfn, slot.npages, chosen.base_gfn, chosen.npages) &&
      apart(slot.pgoff, slot.npages, chosen.pgoff, chosen.npages),
  ),
];

/** Every claim that some fault in the first of these slots breaks. */
function breaksOf(vm: Vm, slots: readonly Slot[]): readonly ClaimName[] {
  const { orders, resize } = vm.world;
  const found = new Set<ClaimName>();
  const [slot] = slots;
  if (slot === undefined) return [];
  const bound = binds(slots);
  for (const order of orders) {
    const resized = order === orders[0] ? [] : [setOrder(order)];
    const before = resize === "any" ? [...bound, ...resized] : [...resized, ...bound];
    for (const frame of touches(slot, orders)) {
      resetVm(vm);
      for (const op of [...before, fault(frame)]) apply(vm, op);
      for (const claim of CLAIM_NAMES) if (!found.has(claim) && excess(claim, vm) > 0) found.add(claim);
    }
  }
  return CLAIM_NAMES.filter((claim) => found.has(claim));
}

/** Is the slot alone taken, while the file has its first folio size? */
function takes(vm: Vm, slot: Slot): boolean {
  resetVm(vm);
  for (const op of binds([slot])) apply(vm, op);
  return vm.saw.refusal === undefined;
}

type Breaks = ReadonlyMap<Slot, readonly ClaimName[]>;

/** Of the last world: many bind rules are judged in one, and what breaks does not depend on them. */
let last: { readonly key: string; readonly breaks: Breaks } | undefined;

/** With every slot taken. @param key what of the world it depends on */
function breaksIn(world: World, key: string): Breaks {
  if (last?.key === key) return last.breaks;
  const vm = newVm({ ...world, bind_rule: () => ACCEPTED });
  const each = LAYOUTS.flatMap(({ slots }) =>
    slots.map((slot) => [slot, breaksOf(vm, together(slots, slot))] as const),
  );
  const breaks = new Map(each);
  last = { key, breaks };
  return breaks;
}

/** Undefined where a rule reads what no model knows: then real slots have no one answer. */
export function slotHits(rules: Rules, setting: Setting): readonly SlotHit[] | undefined {
  if (decidingIn(rules).some(hasUnknowns)) return undefined;
  const { world } = worldOf(rules, setting);
  const asked = newVm(world);
  const breaks = breaksIn(
    world,
    [rules.map.text, rules.level.text, rules.order?.text ?? "", ...setting.orders, setting.resize].join("\0"),
  );
  return LAYOUTS.flatMap(({ name, slots }) =>
    slots.map((slot, i): SlotHit => ({
      layout: name,
      slot: i,
      taken: takes(asked, slot),
      breaks: breaks.get(slot) ?? [],
    })),
  );
}

/** Of a finding: its check and its control. */
export function layoutHits({ rules, rule, control, setting }: Counterexample): LayoutHits | undefined {
  const check = slotHits(rules, setting);
  const beside = slotHits({ ...rules, [rule.kind]: control.rule }, setting);
  return check === undefined || beside === undefined ? undefined : { check, control: beside };
}
