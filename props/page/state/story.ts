/**
 * A story is a list of ops and nothing else; the sliders and the ruler read and change the ops of the slot in hand: the
 * slot that the last fault touches, or else the last one bound.
 */

import { folioNpages } from "../../../model/units.ts";
import type { BindMemslot, Fault, Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";

export type Story = readonly Op[];

export interface Hand {
  readonly slot: BindMemslot;
  /** Where in the story it is bound. */
  readonly boundAt: number;
  readonly fault: Fault | undefined;
  /** -1 where there is no fault. */
  readonly faultAt: number;
  /** The file's folio size when the slot is bound, and when the page is touched. */
  readonly orderAtBind: number;
  readonly orderAtFault: number;
}

const isBind = (op: Op): op is BindMemslot => op.op === "bind_memslot";

const holds = (slot: BindMemslot, touched: Fault): boolean =>
  slot.vm === touched.vm && touched.gfn >= slot.base_gfn && touched.gfn < slot.base_gfn + slot.npages;

/** The order that the file has before op `at`, if every set_order is taken. */
function orderBefore(story: Story, at: number, first: number): number {
  const last = story.slice(0, at).findLast((op) => op.op === "set_order");
  return last?.op === "set_order" ? last.order : first;
}

/** The slot in hand; undefined for a story without slots. `first` is the order that the file starts with. */
export function handOf(story: Story, first: number): Hand | undefined {
  // A fault before every slot touches none, and none of the controls is about it.
  const earliest = story.findIndex(isBind);
  const faultAt = story.findLastIndex((op, at) => op.op === "fault" && at > earliest);
  const last = story[faultAt];
  const touched = last?.op === "fault" ? last : undefined;
  const before = touched === undefined ? story : story.slice(0, faultAt);
  const touchedAt = before.findLastIndex((op) => isBind(op) && touched !== undefined && holds(op, touched));
  const boundAt = touchedAt >= 0 ? touchedAt : before.findLastIndex(isBind);
  const slot = story[boundAt];
  if (slot === undefined || !isBind(slot)) return undefined;
  return {
    slot,
    boundAt,
    fault: touched,
    faultAt,
    orderAtBind: orderBefore(story, boundAt, first),
    orderAtFault: orderBefore(story, touched === undefined ? story.length : faultAt, first),
  };
}

type SlotChange = Partial<Record<"base_gfn" | "npages" | "pgoff" | "ugfn", number>>;

const clamp = (n: number, from: number, to: number): number => Math.min(Math.max(n, from), to);

/** The largest page number that keeps a slot's end a page number, whatever is dragged where. */
const LIMIT = 2 ** 51;

/** Changes the slot in hand. The fault stays at its page of the slot, or goes to the last one that is left. */
export function withSlot(story: Story, hand: Hand, change: SlotChange): Story {
  const { slot, boundAt, faultAt, fault: touched } = hand;
  const next = { ...slot, ...change };
  const moved = bind({
    vm: slot.vm,
    slot: slot.slot,
    base_gfn: clamp(next.base_gfn, 0, LIMIT),
    npages: clamp(next.npages, 1, LIMIT),
    pgoff: clamp(next.pgoff, 0, LIMIT),
    ugfn: clamp(next.ugfn, 0, LIMIT),
  });
  const bound = story.with(boundAt, moved);
  if (touched === undefined || !holds(slot, touched)) return bound;
  const page = clamp(touched.gfn - slot.base_gfn, 0, moved.npages - 1);
  return bound.with(faultAt, fault(moved.base_gfn + page, touched.vm));
}

/** Touches page `page` of the slot in hand. */
export function withTouch(story: Story, { slot, faultAt }: Hand, page: number): Story {
  const touched = fault(slot.base_gfn + clamp(page, 0, slot.npages - 1), slot.vm);
  return faultAt < 0 ? [...story, touched] : story.with(faultAt, touched);
}

/** The file's folio size up to the bind. The size at the fault is the same unless the story sets it. */
export function withOrderAtBind(story: Story, { boundAt }: Hand, order: number, first: number): Story {
  const at = story.slice(0, boundAt).findLastIndex((op) => op.op === "set_order");
  if (order === orderBefore(story, at < 0 ? boundAt : at, first)) return at < 0 ? story : story.toSpliced(at, 1);
  return at < 0 ? story.toSpliced(boundAt, 0, setOrder(order)) : story.with(at, setOrder(order));
}

/** The file's folio size when the page is touched; set after the bind where it differs from the size then. */
export function withOrderAtFault(story: Story, { boundAt, faultAt }: Hand, order: number, first: number): Story {
  const end = faultAt < 0 ? story.length : faultAt;
  const at = story.slice(0, end).findLastIndex((op, i) => op.op === "set_order" && i > boundAt);
  if (order === orderBefore(story, at < 0 ? end : at, first)) return at < 0 ? story : story.toSpliced(at, 1);
  return at < 0 ? story.toSpliced(end, 0, setOrder(order)) : story.with(at, setOrder(order));
}

/** Is the slot's memory mapped in userspace at its guest address? Then the two go on together. */
export function isIdentity({ ugfn, base_gfn }: BindMemslot): boolean {
  const [user, guest]: readonly number[] = [ugfn, base_gfn];
  return user === guest;
}

/** A slot as large as the one in hand, behind it in the file and in the guest. */
export function withNeighbour(story: Story, { slot, boundAt }: Hand): Story {
  const ids = story.flatMap((op) => (isBind(op) && op.vm === slot.vm ? [op.slot] : []));
  const beside = bind({
    vm: slot.vm,
    slot: Math.max(...ids) + 1,
    base_gfn: slot.base_gfn + slot.npages,
    npages: slot.npages,
    pgoff: slot.pgoff + slot.npages,
    ugfn: isIdentity(slot) ? slot.base_gfn + slot.npages : slot.ugfn,
  });
  return story.toSpliced(boundAt + 1, 0, beside);
}

/** Takes another slot in hand by touching its first page: in the last fault, or one more where a slot is bound later. */
export function takeInHand(story: Story, slot: { readonly vm: number; readonly base_gfn: number }): Story {
  const touched = fault(slot.base_gfn, slot.vm);
  const at = story.findLastIndex((op) => op.op === "fault");
  return at <= story.findLastIndex(isBind) ? [...story, touched] : story.with(at, touched);
}

/** What the page opens with: a check of the folio size now, a slot off that later size, and the size raised between. */
export const FIRST_STORY: Story = [
  bind({ base_gfn: 2 ** 20, npages: 512, pgoff: 256, ugfn: 2 ** 20 }),
  setOrder(9),
  fault(2 ** 20 + 64),
];

/** A step by an arrow key with Shift: a folio, or 16 pages where folios are base pages. */
export const bigStep = (order: number): number => Math.max(folioNpages(order), 16);
