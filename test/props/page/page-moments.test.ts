/** The page's story, run on the machine. */

import { beforeAll, describe, expect, it } from "vitest";
import { judgingOf } from "../../../props/page/state/derive.ts";
import type { Moment } from "../../../props/page/state/moments.ts";
import { brokenUpTo, momentsOf } from "../../../props/page/state/moments.ts";
import type { Story } from "../../../props/page/state/story.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { bind, fault, punchHole, setOrder, unbind } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";

describe("the moments of a story", () => {
  let moments: (story: Story) => readonly Moment[];
  beforeAll(async () => {
    const read = judgingOf(await openRulebook(), { id: "none" }, DEFAULT_SETTING);
    if (!read.ok) throw new Error(read.error.message);
    const { world } = read.judging.compiled;
    moments = (story) => momentsOf(world, story);
  });

  it("tell after every op what the file and the slots are", () => {
    const own = { base_gfn: 256, npages: 1024, pgoff: 256 };
    const other = { base_gfn: 0, npages: 8, pgoff: 4096 };
    const slot = { vm: 0, id: 0, ...own };
    const beside = { vm: 1, id: 3, ...other };
    const large = { start: 0, npages: 512, order: 9 };
    const small = { start: 4097, npages: 1, order: 0 };
    const story = [
      bind(own),
      bind({ vm: 1, slot: 3, ...other }),
      fault(1, 1),
      setOrder(9),
      fault(256),
      punchHole(0, 512),
      unbind(0),
    ];
    const told = moments(story);
    expect(told.map(({ op }) => op)).toEqual(story);
    expect(told.map(({ effect }) => effect.effect)).toEqual([
      "done",
      "done",
      "faulted",
      "done",
      "faulted",
      "done",
      "done",
    ]);
    expect(told.map(({ order }) => order)).toEqual([0, 0, 0, 9, 9, 9, 9]);
    const both = [slot, beside];
    expect(told.map(({ slots }) => slots)).toEqual([[slot], both, both, both, both, both, [beside]]);
    expect(told.map(({ folios }) => folios)).toEqual([[], [], [small], [small], [large, small], [small], [small]]);
    const none = new Map();
    const broken = new Map([["folio_starts_in_slot", 256]]);
    expect(told.map((each) => each.broken)).toEqual([none, none, none, none, broken, none, none]);
  });

  it("hold no more folios than a page draws", () => {
    const touches = Array.from({ length: 257 }, (_, page) => fault(page));
    const told = moments([bind({ npages: 512 }), ...touches]);
    expect(told.map(({ folios }) => folios.length)).toEqual([...touches.keys(), 256]);
  });

  it("count a broken claim as it was broken last, up to the step that is shown", () => {
    const story = [
      bind({ base_gfn: 256, npages: 1024, pgoff: 256 }),
      bind({ vm: 1, npages: 1024, pgoff: 4196 }),
      setOrder(9),
      fault(256),
      fault(0, 1),
    ];
    const told = moments(story);
    const upTo = (at: number): unknown => Object.fromEntries(brokenUpTo(told, at));
    expect([-1, 2, 3, 4].map(upTo)).toEqual([
      {},
      {},
      { folio_starts_in_slot: 256 },
      { folio_starts_in_slot: 100, mapping_starts_in_binding: 100, mapping_translates: 100 },
    ]);
  });
});
