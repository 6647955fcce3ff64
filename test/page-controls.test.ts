/** What the page's controls make of what is typed, slid and dragged. */

import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { LAST_POSITION, NOTCHES, notchAt, positionOf } from "../props/page/notches.ts";
import { placeLabels, scaleOf } from "../props/page/scale.ts";
import { parseBytes, parsePages, sizeText } from "../props/page/size.ts";

const RUNS = { seed: 0x6b766d, numRuns: 500 };

describe("a size as it is typed", () => {
  it.each([
    ["2M-4K", 0x1ff000n],
    ["0x4000", 0x4000n],
    ["1.5G", 0x60000000n],
    ["4*2M + 16K", 0x804000n],
    [" 1 G + 4 K ", 0x40001000n],
    ["4096", 4096n],
    ["2 MiB", 0x200000n],
    ["1_000K", 1024000n],
    ["0", 0n],
  ])("%s", (text, bytes) => expect(parseBytes(text)).toEqual({ ok: true, bytes }));

  it.each(["", "two", "2M-", "2M--4K", "1.3K", "0x", "4K-2M", "16P*16P", "2Q", "1e9"])("refuses %j", (text) =>
    expect(parseBytes(text).ok).toBe(false),
  );

  it("refuses what is no page, and says by how much", () =>
    expect(parsePages("4100")).toEqual({ ok: false, message: "no multiple of 4K: 0x4 bytes over" }));

  it.each([
    [0, "0"],
    [1, "4K"],
    [511, "2M-4K"],
    [513, "2M+4K"],
    [2 ** 18 + 4, "1G+16K"],
    [2 ** 19 - 256, "2G-1M"],
    [640, "2560K"],
    [896 * 1024, "3584M"],
  ])("%i pages are %s", (pages, text) => expect(sizeText(pages)).toBe(text));

  it("is read back as it was written", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(5000), fc.maxSafeInteger()).map((n) => Math.abs(n) % 2 ** 51),
        (pages) => {
          expect(parsePages(sizeText(pages))).toEqual({ ok: true, pages });
        },
      ),
      RUNS,
    );
  });
});

describe("a slider", () => {
  it("has its stops in order, and pages beside the large ones", () => {
    expect([...NOTCHES]).toEqual(NOTCHES.toSorted((a, b) => a - b));
    for (const pages of [0, 1, 511, 512, 513, 2 ** 18 - 1, 2 ** 18 + 1]) expect(NOTCHES).toContain(pages);
  });

  it("goes to the next stop from a value between two", () => {
    const between = positionOf(700);
    expect(between % 2).toBe(1);
    expect(notchAt(between + 1, between)).toBe(768);
    expect(notchAt(between - 1, between)).toBe(513);
  });

  it("reaches every stop by single steps up, and down again", () => {
    const met = [0];
    for (let at = 0; at < LAST_POSITION; at = positionOf(met.at(-1) ?? 0)) met.push(notchAt(at + 1, at));
    expect(met).toEqual([...NOTCHES]);
    for (const stop of NOTCHES.slice(0, -1).toReversed()) {
      const at = positionOf(met.pop() ?? 0);
      expect(notchAt(at - 1, at)).toBe(stop);
    }
  });
});

describe("the ruler's scale", () => {
  const scale = scaleOf([-4, 0, 2 ** 18 - 4, 2 ** 18], 1000, 28);

  it("keeps 16 KiB beside 1 GiB apart, and says what is cut", () => {
    expect(scale.x(0) - scale.x(-4)).toBeGreaterThanOrEqual(28);
    expect(scale.breaks).toEqual([expect.objectContaining({ from: 0, to: 2 ** 18 - 4 })]);
    expect(scaleOf([0, 256, 512, 768], 900, 28).breaks).toEqual([]);
  });

  it("is read back to what can be aimed at", () => {
    fc.assert(
      fc.property(fc.integer({ min: -4, max: 2 ** 18 }), (page) => {
        const x = scale.x(page);
        expect(Math.abs(scale.page(x) - page)).toBeLessThanOrEqual(scale.grain(x));
      }),
      RUNS,
    );
  });

  it("never puts a later page before an earlier one", () => {
    fc.assert(
      fc.property(fc.integer({ min: -4, max: 2 ** 18 }), fc.integer({ min: -4, max: 2 ** 18 }), (a, b) => {
        expect(Math.sign(scale.x(b) - scale.x(a)) * Math.sign(b - a)).toBeGreaterThanOrEqual(0);
      }),
      RUNS,
    );
  });

  it("puts labels in rows so that none runs into another, and leaves out the last ones", () => {
    const labels = placeLabels(
      [0, 10, 20, 30].map((x) => ({ text: "0x1000", x })),
      2,
      400,
      7,
    );
    expect(labels.map(({ row }) => row)).toEqual([0, 1]);
  });
});
