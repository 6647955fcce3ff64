/** The story that the page's controls change. */

import { describe, expect, it } from "vitest";
import { bind, fault, setOrder } from "../sim/op.ts";
import type { Hand, Story } from "../props/page/story.ts";
import { FIRST_STORY, handOf, takeInHand, withNeighbour } from "../props/page/story.ts";
import { withOrderAtBind, withOrderAtFault, withSlot, withTouch } from "../props/page/story.ts";

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
});
