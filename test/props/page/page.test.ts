/** What the page says and shows, without a browser. */

import { beforeAll, describe, expect, it } from "vitest";
import { bind, fault, setISize, setOrder } from "../../../sim/op.ts";
import { fileStem } from "../../../sim/words/name.ts";
import type { Setting } from "../../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { answer } from "../../../props/page/state/answer.ts";
import type { Judging } from "../../../props/page/state/derive.ts";
import { derive, firstOrder, judgingOf } from "../../../props/page/state/derive.ts";
import { findingOf } from "../../../props/page/state/finding.ts";
import { frameOf, gridOf, outsideOf, shownAt } from "../../../props/page/state/frame.ts";
import { stateOf } from "../../../props/page/state/given.ts";
import { LAYOUTS, readCapture, storyOf, takes } from "../../../props/page/state/layouts.ts";
import { fileName, FORMATS } from "../../../props/page/state/scripts.ts";
import type { Check } from "../../../props/page/state/state.ts";
import { FIRST_STATE, withOps } from "../../../props/page/state/state.ts";
import type { Hand, Story } from "../../../props/page/state/story.ts";
import { FIRST_STORY, handOf } from "../../../props/page/state/story.ts";
import type { Rulebook } from "../../../props/judge/rulebook.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";

const inHand = (story: Story, first = 0): Hand => {
  const hand = handOf(story, first);
  if (hand === undefined) throw new Error("no slot in this story");
  return hand;
};

describe("what the page says", () => {
  let book: Rulebook;
  beforeAll(async () => {
    book = await openRulebook();
  });
  const judging = (of: Check, setting = DEFAULT_SETTING): Judging => {
    const read = judgingOf(book, of, setting);
    if (!read.ok) throw new Error(read.error.message);
    return read.judging;
  };
  const said = (id: string, ops: Story, at = ops.length - 1, setting = DEFAULT_SETTING): readonly string[] => {
    const { moments, hand } = derive(judging({ id }, setting), withOps(FIRST_STATE, ops));
    if (hand === undefined) throw new Error("no slot");
    const { tone, word, rest } = answer({ moments, at, hand });
    return [tone, `${word} ${rest}`];
  };

  it("of the opening story", () => {
    expect(said("file_folio", FIRST_STORY)).toEqual([
      "bad",
      "Accepted, and the fault allocates 1 MiB below the slot and maps frames 1 MiB off. 3 claims break.",
    ]);
    expect(said("file_folio", FIRST_STORY, 0)).toEqual(["good", "Accepted. Step on to touch a page."]);
    expect(said("file_folio", FIRST_STORY, -1)).toEqual(["quiet", "Not bound yet. Step on to bind the slot."]);
    expect(said("offset_and_size_2m", FIRST_STORY)).toEqual(["quiet", "Refused with EINVAL: the check refuses it."]);
    const inside = ["good", "Accepted, and this fault stays inside the slot."];
    expect(said("file_folio", FIRST_STORY.toSpliced(1, 1))).toEqual(inside);
  });

  it("of one broken claim, whose number is no news", () => {
    const congruent = [bind({ base_gfn: 256, npages: 1024, pgoff: 256 }), setOrder(9), fault(256)];
    expect(said("none", congruent)).toEqual(["bad", "Accepted, and the fault allocates 1 MiB below the slot."]);
  });

  it("of a check that cannot be read, with the place", () => {
    const unread = (of: Check, setting: Partial<Setting> = {}): unknown => {
      const read = judgingOf(book, of, { ...DEFAULT_SETTING, ...setting });
      return read.ok ? read : read.error;
    };
    const start = { line: 1, column: 1 };
    expect(unread({ text: "offset %", pick: 0 })).toMatchObject({ line: 1, column: 8 });
    expect(unread({ id: "nobody" })).toEqual({ ...start, message: 'no rule "nobody" in the catalogue' });
    const wrong = { ...start, message: 'no map rule "ctz" in the catalogue' };
    expect(unread({ id: "ctz" }, { map_rule: "ctz" })).toEqual(wrong);
    expect(unread({ id: "ctz" }, { orders: [] })).toEqual({ ...start, message: "the file can take no folio size" });
  });

  it("of the function that is picked, in the place of the rule of its kind", () => {
    const text = "bool low(u64 offset) { return offset; }\nbool small(int order) { return !order; }";
    const of = (pick: number): unknown => {
      const { rule, choices, rules, setting } = judging({ text, pick }, { ...DEFAULT_SETTING, map_rule: "gone" });
      return [rule.id, choices.map(({ id }) => id), rules.bind.id, rules.map.id, rules.level.id, setting];
    };
    const names = ["low", "small"];
    expect(of(1)).toEqual(["small", names, "none", "small", "stock", { ...DEFAULT_SETTING, map_rule: "small" }]);
    expect(() => of(0)).toThrow('no map rule "gone" in the catalogue');
    const only = judging({ text: "offset == 0", pick: 7 });
    expect([only.rule.id, only.setting.bind_rule]).toEqual(["expression", "expression"]);
  });

  it("of another story by showing it to its end", () => {
    expect(withOps({ ...FIRST_STATE, at: 0 }, [setOrder(9), setOrder(0)])).toEqual({
      check: { id: "file_folio" },
      setting: DEFAULT_SETTING,
      ops: [setOrder(9), setOrder(0)],
      at: 1,
      own: true,
    });
  });

  it("of a file by the folio size that it starts with", () => {
    expect([[9, 18], [0], []].map((orders) => firstOrder({ ...DEFAULT_SETTING, orders }))).toEqual([9, 0, 0]);
  });

  it("puts what is mapped right straight below its pages, and what is wrong aside", () => {
    const derived = derive(judging({ id: "file_folio" }), FIRST_STATE);
    const shown = shownAt(derived.moments, 2, inHand(FIRST_STORY), 0);
    const frame = frameOf(shown, 1000);
    const { fault: got } = shown;
    expect(got?.mapping.pages.start).toBe(0);
    expect(outsideOf(got?.folio ?? { start: 0, npages: 0 }, shown.hand.slot)).toEqual([{ start: 0, npages: 256 }]);
    expect(gridOf(frame, shown.order)).toEqual([0, 512, 1024]);
    expect(frame.scale.breaks).toEqual([]);
  });

  it("tells the story as a finding without the steps it does not need", () => {
    const beyond = [fault(2 ** 20 + 65), setOrder(0)];
    const long = [setISize(2 ** 30), ...FIRST_STORY.slice(0, 2), fault(0), ...FIRST_STORY.slice(2), ...beyond];
    const found = findingOf(book, judging({ id: "file_folio" }), "folio_starts_in_slot", long);
    expect(found.ops).toEqual(FIRST_STORY);
    expect(FORMATS.map((format) => [fileName(found, format), format.type, format.what])).toEqual(
      [
        ["txt", "text/plain", "a mail for the list"],
        ["c", "text/x-c", "a kselftest: cc, run, bisect"],
        ["live.c", "text/x-c", "the same on the running kernel, as root"],
        ["mjs", "text/javascript", "node, nothing to install"],
        ["json", "application/json", "the ops, for foliofence replay"],
        ["svg", "image/svg+xml", "the picture"],
      ].map(([extension, ...rest]) => [`${fileStem(found)}${extension === "live.c" ? "-" : "."}${extension}`, ...rest]),
    );
    for (const { extension, tell: write } of FORMATS) {
      const text = write(found) ?? "";
      const back = stateOf(book, { name: `finding.${extension}`, text });
      expect(back).toEqual({
        ok: true,
        state: { ...FIRST_STATE, check: { id: "file_folio" }, setting: found.setting, own: true },
      });
    }
    expect(stateOf(book, { name: "x.json", text: "{" }).ok).toBe(false);
  });

  it("names the slots of real layouts that a check takes", () => {
    const { world } = judging({ id: "ctz" }).compiled;
    const q35 = LAYOUTS.find(({ name }) => name === "qemu-q35-4G");
    expect(q35?.slots.map((slot) => takes(world, slot, 0))).toEqual([true, false]);
    const chosen = q35?.slots[1];
    if (q35 === undefined || chosen === undefined) throw new Error("no such layout");
    const story = storyOf(q35, chosen, 0, 9, 0);
    expect(story.map((each) => each.op)).toEqual(["bind_memslot", "bind_memslot", "set_order", "fault"]);
    expect(inHand(story).slot.pgoff).toBe(2 ** 19);
  });

  it("reads a log", () => {
    expect(readCapture("nothing", "x.log").ok).toBe(false);
    const line = "kvm_set_user_memory Slot#0 flags=0x0 gpa=0x0 size=0x80000000 ua=0x7f0000000000 ret=0";
    const read = readCapture(line, "x.log");
    expect(read.ok ? read.layout.slots : read.message).toEqual([
      expect.objectContaining({ base_gfn: 0, npages: 2 ** 19, pgoff: 0 }),
    ]);
  });
});
