/** The story that the page's controls change. */

import { describe, expect, it } from "vitest";
import { bind, fault, setOrder, unbind } from "../../../sim/op.ts";
import type { Hand, Story } from "../../../props/page/state/story.ts";
import {
  bigStep,
  FIRST_STORY,
  handOf,
  isIdentity,
  takeInHand,
  withNeighbour,
} from "../../../props/page/state/story.ts";
import { withOrderAtBind, withOrderAtFault, withSlot, withTouch } from "../../../props/page/state/story.ts";

const inHand = (story: Story, first = 0): Hand => {
  const hand = handOf(story, first);
  if (hand === undefined) throw new Error("no slot in this story");
  return hand;
};

describe("a story", () => {
  it("is changed by the page's controls and stays a list of ops", () => {
    const moved = withSlot(FIRST_STORY, inHand(FIRST_STORY), { pgoff: 512, base_gfn: 0 });
    expect(moved).toEqual([bind({ npages: 512, pgoff: 512, ugfn: 2 ** 20 }), setOrder(9), fault(64)]);
    const short = withSlot(moved, inHand(moved), { npages: 16 });
    expect(short.at(-1)).toEqual(fault(15));
    expect(withTouch(short, inHand(short), 99).at(-1)).toEqual(fault(15));
  });

  it("sets the folio size before the bind and after it", () => {
    const [slot, , touched] = FIRST_STORY;
    const early = withOrderAtBind(FIRST_STORY, inHand(FIRST_STORY), 18, 0);
    expect(early).toEqual([setOrder(18), slot, setOrder(9), touched]);
    expect(inHand(early)).toMatchObject({ orderAtBind: 18, orderAtFault: 9 });
    expect(withOrderAtBind(early, inHand(early), 0, 0)).toEqual(FIRST_STORY);
    expect(withOrderAtFault(FIRST_STORY, inHand(FIRST_STORY), 0, 0)).toEqual([slot, touched]);
    expect(
      withOrderAtFault(
        [setOrder(9), ...FIRST_STORY.slice(0, 1)],
        inHand([setOrder(9), ...FIRST_STORY.slice(0, 1)]),
        18,
        0,
      ),
    ).toHaveLength(3);
  });

  it("takes in hand the slot that is touched", () => {
    const two = withNeighbour(FIRST_STORY, inHand(FIRST_STORY));
    expect(inHand(two).slot.slot).toBe(0);
    expect(two[1]).toEqual(bind({ slot: 1, base_gfn: 2 ** 20 + 512, npages: 512, pgoff: 768, ugfn: 2 ** 20 + 512 }));
    expect(inHand(takeInHand(two, { vm: 0, base_gfn: 2 ** 20 + 512 })).slot.slot).toBe(1);
    expect(handOf([setOrder(9)], 0)).toBeUndefined();
  });

  describe("the slot in hand", () => {
    const low = bind({ slot: 0, base_gfn: 100, npages: 10, pgoff: 0 });
    const high = bind({ slot: 1, base_gfn: 110, npages: 10, pgoff: 50 });
    const other = bind({ vm: 1, slot: 0, base_gfn: 100, npages: 10, pgoff: 90 });
    const bound = [high, low, other];

    it.each([
      ["the first frame", fault(100), 1],
      ["the last frame", fault(109), 1],
      ["the frame behind it", fault(110), 0],
      ["another machine", fault(100, 1), 2],
      ["no slot: the last one bound", fault(99), 2],
    ])("is the one that the last fault touches: %s", (_, touched, boundAt) => {
      expect(handOf([...bound, touched], 9)).toEqual({
        slot: bound[boundAt],
        boundAt,
        fault: touched,
        faultAt: 3,
        orderAtBind: 9,
        orderAtFault: 9,
      });
    });

    it("is the last one bound where nothing is touched, or not before it is bound", () => {
      const unfaulted = { slot: high, boundAt: 2, fault: undefined, faultAt: -1, orderAtBind: 9, orderAtFault: 18 };
      expect(handOf([low, setOrder(9), high, setOrder(18)], 0)).toEqual(unfaulted);
      const early = { slot: low, boundAt: 0, fault: fault(110), faultAt: 1, orderAtBind: 0, orderAtFault: 0 };
      expect(handOf([low, fault(110), setOrder(9), high], 0)).toEqual(early);
      expect(handOf([setOrder(9), fault(0)], 0)).toBeUndefined();
      // A fault before every slot is none of theirs.
      const late = { slot: low, boundAt: 1, fault: undefined, faultAt: -1, orderAtBind: 0, orderAtFault: 9 };
      expect(handOf([fault(100), low, setOrder(9)], 0)).toEqual(late);
    });

    it("is the newer of two that are bound at one place", () => {
      const again = bind({ ...low, pgoff: 70 });
      expect(inHand([low, unbind(0), again, fault(100)])).toMatchObject({ slot: again, boundAt: 2 });
    });
  });

  it("keeps what is dragged within the numbers that a page can have", () => {
    const [slot = setOrder(0)] = FIRST_STORY;
    const far = { base_gfn: 2 ** 52, npages: 2 ** 52, pgoff: 2 ** 52, ugfn: 2 ** 52 };
    const most = { base_gfn: 2 ** 51, npages: 2 ** 51, pgoff: 2 ** 51, ugfn: 2 ** 51 };
    expect(withSlot([slot], inHand([slot]), far)).toEqual([bind(most)]);
    const least = { base_gfn: -1, npages: -1, pgoff: -1, ugfn: -1 };
    expect(withSlot([slot], inHand([slot]), least)).toEqual([bind({ npages: 1 })]);
  });

  it("moves the fault along with its own slot only, whatever the machine", () => {
    const slot = bind({ vm: 1, slot: 4, base_gfn: 100, npages: 10, pgoff: 3, ugfn: 7 });
    const moved = bind({ ...slot, base_gfn: 200 });
    const within = [slot, fault(105, 1)];
    expect(withSlot(within, inHand(within), { base_gfn: 200 })).toEqual([moved, fault(205, 1)]);
    const aside = [slot, fault(105)];
    expect(withSlot(aside, inHand(aside), { base_gfn: 200 })).toEqual([moved, fault(105)]);
  });

  it("touches a page of the slot: in a fault of its own, or the one there is", () => {
    const slot = bind({ vm: 1, base_gfn: 100, npages: 10 });
    expect(withTouch([slot], inHand([slot]), 3)).toEqual([slot, fault(103, 1)]);
    const touched = [slot, fault(103, 1)];
    expect(withTouch(touched, inHand(touched), -1)).toEqual([slot, fault(100, 1)]);
    expect(withTouch([slot, fault(103, 1), setOrder(9)], inHand(touched), 9)).toEqual([
      slot,
      fault(109, 1),
      setOrder(9),
    ]);
  });

  it("sets a folio size once, and not where it is so already", () => {
    const slot = bind({ npages: 10 });
    const beside = bind({ slot: 1, base_gfn: 10, npages: 10 });
    const touched = fault(0);
    const atBind = (story: Story, order: number): Story => withOrderAtBind(story, inHand(story, 9), order, 9);
    const atFault = (story: Story, order: number): Story => withOrderAtFault(story, inHand(story, 9), order, 9);
    expect(atBind([slot], 9)).toEqual([slot]);
    expect(atBind([slot], 0)).toEqual([setOrder(0), slot]);
    expect(atBind([beside, slot], 0)).toEqual([beside, setOrder(0), slot]);
    expect(atBind([slot, setOrder(0), touched], 9)).toEqual([slot, setOrder(0), touched]);
    expect(atBind([setOrder(0), slot], 18)).toEqual([setOrder(18), slot]);
    expect(atBind([setOrder(0), setOrder(18), slot], 0)).toEqual([setOrder(0), slot]);
    expect(atFault([slot, touched], 9)).toEqual([slot, touched]);
    expect(atFault([slot, touched], 0)).toEqual([slot, setOrder(0), touched]);
    expect(atFault([slot], 0)).toEqual([slot, setOrder(0)]);
    expect(atFault([slot, beside, touched], 0)).toEqual([slot, beside, setOrder(0), touched]);
    const later = [slot, touched, setOrder(0), beside];
    expect(atFault(later, 9)).toEqual(later);
    expect(atFault([slot, setOrder(0), touched, setOrder(5)], 18)).toEqual([slot, setOrder(18), touched, setOrder(5)]);
    expect(atFault([setOrder(0), slot, touched], 0)).toEqual([setOrder(0), slot, touched]);
    expect(atFault([setOrder(0), slot, setOrder(18), setOrder(5), touched], 18)).toEqual([
      setOrder(0),
      slot,
      setOrder(18),
      touched,
    ]);
  });

  it("puts a neighbour's memory behind, if the slot's is mapped at its guest address; else they share it", () => {
    const slot = bind({ slot: 2, base_gfn: 100, npages: 10, pgoff: 50, ugfn: 7 });
    const story = [bind({ vm: 1, slot: 8, npages: 1 }), bind({ slot: 5, npages: 1 }), slot, fault(100)];
    const beside = bind({ slot: 6, base_gfn: 110, npages: 10, pgoff: 60, ugfn: 7 });
    expect(withNeighbour(story, inHand(story))).toEqual(story.toSpliced(3, 0, beside));
    expect([isIdentity(slot), isIdentity(bind({ ...slot, ugfn: 100 }))]).toEqual([false, true]);
  });

  it("takes another slot in hand by the last fault, or one more", () => {
    const slot = { vm: 1, base_gfn: 7 };
    expect(takeInHand([setOrder(9)], slot)).toEqual([setOrder(9), fault(7, 1)]);
    expect(takeInHand([fault(1)], slot)).toEqual([fault(7, 1)]);
    const early = [bind({ npages: 1 }), fault(0), bind({ vm: 1, base_gfn: 7, npages: 1 })];
    expect(takeInHand(early, slot)).toEqual([...early, fault(7, 1)]);
    expect(takeInHand([fault(1), fault(2), setOrder(9)], slot)).toEqual([fault(1), fault(7, 1), setOrder(9)]);
  });

  it("goes by a folio with Shift, and by no less than 16 pages", () => {
    expect([0, 3, 4, 5, 9].map(bigStep)).toEqual([16, 16, 16, 32, 512]);
  });
});
