/** Ranges that overlap, against a list of them. */

import fc from "fast-check";
import { expect, it } from "vitest";
import type { Ranges } from "../../../sim/layout/ranges.ts";
import { addRange, dropRange, meeting, noRanges } from "../../../sim/layout/ranges.ts";

const RUNS = { seed: 0x6c6179, numRuns: 500 };
const spans = fc.record({ start: fc.nat(40), npages: fc.nat(12) });

it("meets what a list of them meets, the first few by their start", () => {
  const steps = fc.array(fc.oneof(fc.record({ add: spans }), fc.record({ drop: fc.nat(30) })), { maxLength: 60 });
  fc.assert(
    fc.property(steps, spans, fc.integer({ min: 1, max: 5 }), (told, asked, most) => {
      const tree: Ranges<number> = noRanges();
      let list: { start: number; end: number; value: number }[] = [];
      for (const [id, step] of told.entries()) {
        if ("add" in step) {
          const { start, npages } = step.add;
          addRange(tree, { start, end: start + npages }, id, id);
          list.push({ start, end: start + npages, value: id });
        } else {
          const gone = list[step.drop];
          if (gone === undefined) continue;
          dropRange(tree, gone.start, gone.value);
          list = list.filter((one) => one !== gone);
        }
      }
      const end = asked.start + asked.npages;
      const expected = list
        .filter((one) => asked.npages > 0 && one.start < end && one.end > asked.start)
        .toSorted((a, b) => a.start - b.start || a.value - b.value)
        .slice(0, most);
      expect(meeting(tree, { start: asked.start, end }, most)).toEqual(expected);
    }),
    RUNS,
  );
});

it("stays shallow when ranges come in order", () => {
  const tree: Ranges<number> = noRanges();
  for (let id = 0; id < 4096; id++) addRange(tree, { start: id, end: id + 1 }, id, id);
  expect(tree.root?.height).toBeLessThanOrEqual(18);
  for (let id = 0; id < 4095; id++) dropRange(tree, id, id);
  expect(tree.root).toMatchObject({ start: 4095, height: 1, largestEnd: 4096 });
  expect(() => dropRange(tree, 3, 3)).toThrow("no range 3");
});
