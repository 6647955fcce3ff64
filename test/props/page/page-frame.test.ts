/** How the page's picture is laid out. */

import { describe, expect, it } from "vitest";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import type { Effect } from "../../../sim/step.ts";
import type { Shown } from "../../../props/page/state/frame.ts";
import { fileX, frameOf, gridOf, guestX, outsideOf, pointsOf, shownAt } from "../../../props/page/state/frame.ts";
import type { BoundSlot, Moment } from "../../../props/page/state/moments.ts";
import { scaleOf } from "../../../props/page/state/scale.ts";
import type { Hand } from "../../../props/page/state/story.ts";

const slot = bind({ vm: 1, slot: 3, base_gfn: 1024, npages: 512, pgoff: 256 });
const hand: Hand = { slot, boundAt: 1, fault: undefined, faultAt: -1, orderAtBind: 0, orderAtFault: 9 };
const mine: BoundSlot = { vm: 1, id: 3, base_gfn: 1024, npages: 512, pgoff: 256 };

const moment = (op: Op, effect: Effect = { effect: "done" }, more: Partial<Moment> = {}): Moment => {
  return { op, effect, order: 0, slots: [], folios: [], broken: new Map(), ...more };
};

type Faulted = Extract<Effect, { effect: "faulted" }>;
const faulted: Faulted = {
  effect: "faulted",
  slot: mine,
  index: 300,
  folio: { start: 100, npages: 10, order: 0 },
  allocated: true,
  fell_back: false,
  mapping: { order: 0, gfns: { start: 3000, npages: 30 }, pages: { start: 200, npages: 20 } },
};

describe("what is shown of a moment", () => {
  it("is nothing but what was asked for before the first op", () => {
    expect(shownAt([moment(setOrder(0)), moment(slot)], -1, hand, 9)).toEqual({
      hand,
      state: "asked",
      others: [],
      folios: [],
      fault: undefined,
      gfn: undefined,
      order: 9,
    });
  });

  it("tells the slot in hand from those that share all but one of its numbers with it", () => {
    const near = [
      { ...mine, vm: 0 },
      { ...mine, id: 4 },
      { ...mine, base_gfn: 0 },
      { ...mine, pgoff: 0 },
    ];
    const folios = [{ start: 0, npages: 512, order: 9 }];
    const at = (slots: readonly BoundSlot[]): Shown =>
      shownAt([moment(setOrder(18)), moment(slot, undefined, { slots, folios, order: 18 })], 1, hand, 9);
    expect(at([mine, ...near])).toMatchObject({ state: "bound", others: near, folios, order: 18 });
    expect(at(near)).toMatchObject({ state: "asked", others: near });
  });

  it("says that the slot is refused from the op on that asks for it", () => {
    const refused = moment(slot, { effect: "refused", errno: "EINVAL", check: "rule" });
    const story = [moment(setOrder(0)), refused, moment(fault(1024, 1), { effect: "no_slot", gfn: 1024 })];
    expect([0, 1, 2].map((at) => shownAt(story, at, hand, 0).state)).toEqual(["asked", "refused", "refused"]);
  });

  it("has the last fault of this machine, if it is the slot's in hand", () => {
    const own = [moment(slot), moment(fault(1030, 1), faulted)];
    const later = { ...faulted, index: 301 };
    const story = [
      ...own,
      moment(setOrder(9)),
      moment(fault(1031, 0), later),
      moment(fault(9999, 1), { effect: "no_slot", gfn: 9999 }),
      moment(fault(1032, 1), later),
    ];
    const seen = (told: readonly Moment[], at: number): unknown => {
      const { fault: saw, gfn } = shownAt(told, at, hand, 0);
      return [gfn, saw];
    };
    expect(story.map((_, at) => seen(story, at))).toEqual([
      [undefined, undefined],
      ...Array.from({ length: 4 }, () => [1030, faulted]),
      [1032, later],
    ]);
    for (const other of [{ pgoff: 0 }, { base_gfn: 0 }]) {
      const elsewhere = moment(fault(1033, 1), { ...faulted, slot: { ...mine, ...other } });
      expect(seen([...own, elsewhere], 2)).toEqual([undefined, undefined]);
    }
  });
});

describe("the picture", () => {
  const others: readonly BoundSlot[] = [
    { vm: 1, id: 0, base_gfn: 5000, npages: 50, pgoff: 6000 },
    { vm: 0, id: 0, base_gfn: 7000, npages: 70, pgoff: 8000 },
    ...Array.from({ length: 6 }, () => ({ ...mine, id: 4 })),
    { vm: 1, id: 0, base_gfn: 10_000, npages: 1, pgoff: 10_000 },
  ];
  const shown: Shown = { hand, state: "bound", others: [], folios: [], fault: undefined, gfn: undefined, order: 9 };

  it("has points at the ends of the slot and of the folios around it, of what was touched, of eight others", () => {
    expect(pointsOf(shown)).toEqual({ file: [256, 768, 0, 1024], guest: [1024, 1536] });
    expect(pointsOf({ ...shown, others, fault: faulted })).toEqual({
      file: [256, 768, 100, 110, 200, 220, 6000, 6050, 8000, 8070, 0, 1024],
      guest: [1024, 1536, 3000, 3030, 5000, 5050],
    });
  });

  it("counts file pages and guest frames from the slot's start in each", () => {
    const frame = frameOf({ ...shown, gfn: 1100 }, 1000);
    expect([frame.pgoff, frame.base_gfn, frame.scale.points]).toEqual([256, 1024, [-256, 0, 76, 512, 768]]);
    expect(frameOf(shown, 1000).scale.points).toEqual([-256, 0, 512, 768]);
    for (const page of [-256, 0, 76, 500]) {
      expect([fileX(frame, 256 + page), guestX(frame, 1024 + page)]).toEqual([
        frame.scale.x(page),
        frame.scale.x(page),
      ]);
    }
  });

  it.each([
    [1000, 68],
    [280, 280 / 12],
  ])("keeps points apart on a width of %i: by %i", (width, least) => {
    const { scale } = frameOf({ ...shown, gfn: 1025 }, width);
    expect(scale.x(1) - scale.x(0)).toBeCloseTo(least);
  });

  it("has a grid of folios where there is one to see, and where they are ten pixels apart", () => {
    const grid = (from: number, to: number, width: number, order: number): readonly number[] =>
      gridOf({ scale: scaleOf([from - 100, to - 100], width, 1), pgoff: 100, base_gfn: 0 }, order);
    expect(grid(100, 1100, 1000, 9)).toEqual([512, 1024]);
    expect(grid(1, 1023, 1000, 9)).toEqual([512]);
    expect(grid(100, 600, 1000, 9)).toEqual([]);
    expect(grid(8192, 8192 + 5120, 100, 9)).toEqual(Array.from({ length: 11 }, (_, i) => 8192 + i * 512));
    expect(grid(8192, 8192 + 5632, 100, 9)).toEqual([]);
  });

  it.each([
    ["inside", 300, 100, []],
    ["as long as the slot", 256, 512, []],
    [
      "around it",
      0,
      1024,
      [
        [0, 256],
        [768, 256],
      ],
    ],
    ["over its start", 200, 100, [[200, 56]]],
    ["over its end", 700, 100, [[768, 32]]],
    ["below it", 100, 50, [[100, 50]]],
    ["past it", 900, 50, [[900, 50]]],
  ])("says what of a folio is outside of the slot: %s", (_, start, npages, parts) => {
    expect(outsideOf({ start, npages }, slot)).toEqual(parts.map(([from, pages]) => ({ start: from, npages: pages })));
  });
});
