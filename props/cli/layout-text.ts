/** What pages can do for the slots of a layout, in words: a table, and a few lines for each slot that some page cannot back. */

import { amount, hex } from "../../sim/words/amount.ts";
import { orderText } from "../../sim/setting.ts";
import { wrap } from "../../sim/words/wrap.ts";
import { toPages } from "../../model/units.ts";
import { fitOf, placeOf } from "../../sim/layout/fit.ts";
import type { LayoutSlot } from "../../sim/layout/layout.ts";
import type { Escape, PlacedSlot, SlotPages } from "../judge/layout-pages.ts";
import { placedSlots } from "../judge/layout-pages.ts";
import type { Paint } from "./terminal/paint.ts";
import { table } from "./terminal/table.ts";

const COLUMNS = 100;

/** So many remarks are remembered, so that one is made once. */
const MOST_REMARKS = 100_000;

const nameOf = (slot: LayoutSlot, beside: LayoutSlot): string =>
  `slot ${slot.slot}${slot.as_id === beside.as_id ? "" : ` of address space ${slot.as_id}`}`;

function ontoText({ onto, more }: Escape, slot: LayoutSlot): string {
  if (onto.length === 0) return "where no other slot is";
  return `onto ${onto.map((other) => nameOf(other, slot)).join(", ")}${more ? " and more" : ""}`;
}

/** Why no page of the size backs the slot, or not all of it. */
function reasonsOf({ order, fit, offsetDiffers, addressDiffers, longEnough }: SlotPages): string[] {
  const size = orderText(order);
  const none = `no ${size} page fits its guest frames: `;
  return [
    ...(fit > 0
      ? []
      : [none + (longEnough ? `no whole ${size} from a multiple of ${size} on is in them` : "it is smaller")]),
    ...(offsetDiffers === 0
      ? []
      : [
          `incongruent: gpa and offset differ by ${amount(offsetDiffers)} modulo ${size}` +
            (fit > 0 ? `, so none of the ${fit} that fit its guest frames can be backed` : ""),
        ]),
    ...(addressDiffers === undefined || addressDiffers === 0
      ? []
      : [`gpa and userspace address differ by ${amount(addressDiffers)} modulo ${size}: stock KVM maps no such page`]),
  ];
}

function escapesOf(page: SlotPages, slot: LayoutSlot): string[] {
  const { order, startsBelow, endsPast } = page;
  const { pgoff, npages } = placeOf(slot);
  const size = orderText(order);
  const [first, end] = [pgoff - page.below, pgoff + npages];
  const last = end + page.past - 2 ** order;
  return [
    ...(startsBelow === undefined
      ? []
      : [
          `the ${size} folio at offset ${hex(first)} starts ${amount(page.below)} below the slot's part, ${ontoText(startsBelow, slot)}`,
        ]),
    ...(endsPast === undefined
      ? []
      : [
          `the ${size} folio at offset ${hex(last)} ends ${amount(page.past)} past the slot's part, ${ontoText(endsPast, slot)}`,
        ]),
  ];
}

function splitText({ order, split, startsBelow, endsPast }: SlotPages): string[] {
  if (startsBelow === undefined && endsPast === undefined) return [];
  const size = orderText(order);
  if (split === undefined) return [`no split helps: no part of it holds a whole ${size} folio`];
  const { base_gfn, pgoff, npages, before, behind } = split;
  const ends = [before > 0 ? `the first ${amount(before)}` : "", behind > 0 ? `the last ${amount(behind)}` : ""].filter(
    (end) => end !== "",
  );
  const one = ends.length === 1 && (before === 0 || behind === 0);
  return [
    `nearest split: the ${amount(npages)} from gpa ${hex(base_gfn)}, offset ${hex(pgoff)}, are whole ${size} folios; ` +
      `${ends.join(" and ")} ${one ? "needs" : "need"} smaller ones, as in a file of ${one ? "its" : "their"} own`,
  ];
}

function placementText(page: SlotPages): string[] {
  const { order, offsetDiffers, bothInTheWay, longEnough, fit } = page;
  const size = orderText(order);
  const both = bothInTheWay
    ? [`a ${size} page fits only if both gpa and offset change, such as to multiples of ${size}`]
    : [];
  if (offsetDiffers === 0) {
    const place = page.nearestOffset;
    return [
      ...(place === undefined ? [] : [`nearest offset at which its ${size} folios reach no other slot: ${hex(place)}`]),
      ...both,
    ];
  }
  const places = [
    ...(page.nearestOffset === undefined ? [] : [`offset ${hex(page.nearestOffset)}`]),
    ...(page.nearestGpa === undefined ? [] : [`gpa ${hex(page.nearestGpa)}`]),
  ];
  return [
    "no split makes it congruent: gpa - offset is the same in every part",
    places.length > 0
      ? `nearest placement that is congruent: ${places.join(", or ")}`
      : "no congruent placement was found near it",
    ...(longEnough ? [] : [`but a ${size} page fits it nowhere`]),
    ...(longEnough && fit === 0 && !bothInTheWay ? [`a ${size} page fits only at another gpa`] : []),
    ...both,
  ];
}

/** In lines; none where pages of the size back as much of the slot as there is, and no folio leaves it. */
function remarkOf(slot: LayoutSlot, page: SlotPages, ink: Paint): string[] {
  const reasons = page.backed > 0 ? [] : reasonsOf(page);
  const escapes = escapesOf(page, slot);
  if (reasons.length + escapes.length === 0) return [];
  const space = slot.as_id === 0 ? "" : ` of address space ${slot.as_id}`;
  const vm = slot.vm === 0 ? "" : ` of VM ${slot.vm}`;
  const title = `slot ${slot.slot}${space}${vm} at gpa 0x${slot.gpa.toString(16)}, ${orderText(page.order)} pages`;
  const placement = placementText(page);
  const lines = [...reasons, ...escapes, ...splitText(page), ...placement];
  return [`  ${ink.strong(title)}`, ...lines.flatMap((line) => wrap(line, "    ", "      ", COLUMNS))];
}

const several = (slots: readonly LayoutSlot[], what: (slot: LayoutSlot) => number): boolean =>
  slots.some((slot) => what(slot) !== 0);

/** Slots that are alike and were made again and again stand in one row. */
function rowsOf(slots: readonly LayoutSlot[], orders: readonly number[], ink: Paint): string[][] {
  const columns: readonly (readonly [string, (slot: LayoutSlot) => string])[] = [
    ...(several(slots, ({ vm }) => vm) ? [["vm", ({ vm }: LayoutSlot) => `${vm}`] as const] : []),
    ...(several(slots, ({ as_id }) => as_id) ? [["as", ({ as_id }: LayoutSlot) => `${as_id}`] as const] : []),
    ["slot", ({ slot }) => `${slot}`],
    ["gpa", ({ gpa }) => `0x${gpa.toString(16)}`],
    ...(several(slots, ({ file }) => file) ? [["file", ({ file }: LayoutSlot) => `${file}`] as const] : []),
    ["offset", ({ offset }) => `0x${offset.toString(16)}`],
    ["size", ({ size }) => amount(toPages(size))],
  ];
  const times = new Map<string, { readonly row: string[]; count: number }>();
  for (const slot of slots) {
    const place = placeOf(slot);
    const cells = columns.map(([, cell]) => cell(slot));
    const key = cells.join(" ");
    const known = times.get(key);
    if (known !== undefined) {
      known.count++;
      continue;
    }
    const counts = orders.map((order) => {
      const { backed } = fitOf(place, order);
      return backed === 0 ? ink.bad("none") : `${backed}`;
    });
    times.set(key, { row: [...cells, ...counts], count: 1 });
  }
  const again = [...times.values()].some(({ count }) => count > 1);
  const header = [...columns.map(([name]) => name), ...orders.map(orderText), ...(again ? ["made"] : [])];
  return [
    header,
    ...[...times.values()].map(({ row, count }) => (again ? [...row, count > 1 ? `${count} times` : "once"] : row)),
  ];
}

/** The layout of one file. @param tell takes one line */
export function tellPages(
  file: string,
  slots: readonly LayoutSlot[],
  orders: readonly number[],
  ink: Paint,
  tell: (line: string) => void,
): void {
  tell(ink.strong(file));
  for (const row of table(rowsOf(slots, orders, ink))) tell(`  ${row}`);
  const made = new Set<string>();
  const remark = ({ slot, pages }: PlacedSlot): void => {
    for (const page of pages) {
      const lines = remarkOf(slot, page, ink);
      const text = lines.join("\n");
      if (lines.length === 0 || made.has(text)) continue;
      if (made.size < MOST_REMARKS) made.add(text);
      tell("");
      for (const line of lines) tell(line);
    }
  };
  for (const placed of placedSlots(slots, orders)) remark(placed);
}

/** What the numbers mean, and what they rest on. */
export function pagesFooter(builtIn: boolean): readonly string[] {
  const meaning =
    "A column of a page size tells how many such pages can back the slot: they fit its guest frames, and gpa, offset and " +
    "userspace address are congruent modulo the size. A folio starts at a multiple of its size in the file.";
  const source = builtIn
    ? "The built-in layouts tell no userspace addresses: nothing is said of them here."
    : "Offsets are taken from guest_memfd where the log tells them. Else ranges of userspace addresses that overlap, or touch " +
      "while slots are in both, are taken to be one file, and a slot's offset is its distance from their start.";
  return [...wrap(meaning, "", "", COLUMNS), ...wrap(source, "", "", COLUMNS)];
}
