/** Which slots of real layouts each bind rule takes. */

import { ACCEPTED } from "../../model/outcome.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { compileRule } from "../../model/rule/wasm/module.ts";
import { toPages } from "../../model/units.ts";
import type { LayoutSlot } from "../../sim/layout/layout.ts";

/** A slot with a verdict a rule. Bytes are "0x…" strings. */
export interface AcceptedSlot {
  readonly slot: number;
  readonly gpa: string;
  readonly size: string;
  readonly offset: string;
  readonly accepted: Readonly<Record<string, boolean>>;
}

export interface AcceptedLayout {
  readonly file: string;
  readonly slots: readonly AcceptedSlot[];
}

const hex = (bytes: bigint): string => `0x${bytes.toString(16)}`;

/**
 * Asks each rule about a slot.
 * @param folioOrder order of the file's folios when the slot is bound, for rules that look at it
 */
export function acceptsSlot(rules: readonly Rule[], folioOrder: number): (slot: LayoutSlot) => AcceptedSlot {
  const evaluators = rules.map((rule) => compileRule(rule));
  return ({ slot, gpa, size, offset, userspace_addr, block_size }) => ({
    slot,
    gpa: hex(gpa),
    size: hex(size),
    offset: hex(offset),
    accepted: Object.fromEntries(
      evaluators.map(({ rule, bind }) => {
        const said = bind(
          toPages(offset),
          toPages(gpa),
          toPages(size),
          toPages(userspace_addr),
          folioOrder,
          toPages(block_size),
        );
        return [rule.id, said === ACCEPTED];
      }),
    ),
  });
}

/** The same, of every slot of a layout. */
export const acceptedSlots = (
  slots: readonly LayoutSlot[],
  rules: readonly Rule[],
  folioOrder: number,
): AcceptedSlot[] => slots.map(acceptsSlot(rules, folioOrder));
