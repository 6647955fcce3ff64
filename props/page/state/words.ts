/** What happened and why, in words. */

import { refusalWords } from "../../../sim/words/refusal.ts";
import type { ClaimName } from "../../../model/claim.ts";
import { claimOf, filled } from "../../../model/claim.ts";
import { amount, hex, pageCount } from "../../../sim/words/amount.ts";
import type { Op } from "../../../sim/op.ts";
import { orderText } from "../../../sim/setting.ts";
import type { Effect, Range } from "../../../sim/step.ts";

const end = ({ start, npages }: Range): number => start + npages;
const interval = (range: Range): string => `[${hex(range.start)}, ${hex(end(range))})`;

const vmText = (vm: number): string => (vm === 0 ? "" : `vm ${vm} `);

/** An op as the trace lists it: its name, and its arguments in bytes. */
export function opWords(op: Op): { readonly name: string; readonly arguments: string } {
  const { op: name } = op;
  switch (op.op) {
    case "bind_memslot":
      return {
        name,
        arguments: `${vmText(op.vm)}slot ${op.slot}, gpa ${hex(op.base_gfn)}, size ${hex(op.npages)}, offset ${hex(op.pgoff)}`,
      };
    case "delete_memslot":
      return { name, arguments: `${vmText(op.vm)}slot ${op.slot}` };
    case "set_order":
      return { name, arguments: `${orderText(op.order)} folios` };
    case "set_i_size":
      return { name, arguments: hex(op.npages) };
    case "punch_hole":
      return { name, arguments: interval({ start: op.pgoff, npages: op.npages }) };
    case "fault":
      return { name, arguments: `${vmText(op.vm)}gpa ${hex(op.gfn)}` };
    default:
      return op satisfies never;
  }
}

/** What an op did, in one line. */
export function effectWords(effect: Effect): string {
  switch (effect.effect) {
    case "done":
      return "ok";
    case "refused":
      return `${effect.errno}: ${refusalWords(effect.check)}`;
    case "no_slot":
      return "no slot there: this goes to userspace as MMIO";
    case "faulted": {
      const { folio, allocated, fell_back, index, mapping } = effect;
      const got = allocated ? (fell_back ? "falls back to a 4K folio" : "allocates folio") : "finds folio";
      return `page at ${hex(index)} ${got} ${interval(folio)}, maps ${orderText(mapping.order)}`;
    }
    default:
      return effect satisfies never;
  }
}

type Faulted = Extract<Effect, { effect: "faulted" }>;

/** Why a claim is broken by a fault, with the numbers of it. */
export function whyBroken(claim: ClaimName, { slot, folio, mapping }: Faulted, pages: number): string {
  const file = { start: slot.pgoff, npages: slot.npages };
  const frames = { start: slot.base_gfn, npages: slot.npages };
  const by = `${amount(pages)} (${pageCount(pages)})`;
  const { subject, side, long } = claimOf(claim);
  const meant = { ...mapping.pages, start: mapping.gfns.start - slot.base_gfn + slot.pgoff };
  const actual = { folio, frames: mapping.gfns, pages: mapping.pages, binding: file }[subject];
  const expected = side === "distance" ? meant : { folio: file, frames, pages: file, binding: file }[subject];
  return filled(long, { actual: interval(actual), expected: interval(expected), by });
}

/** The same for a headline: what the fault does to the slot. */
export const inShort = (claim: ClaimName, pages: number): string => filled(claimOf(claim).short, { by: amount(pages) });
