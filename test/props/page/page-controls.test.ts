/** What the page's controls make of what is typed, slid and dragged. */

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { LAST_POSITION, NOTCHES, notchAt, positionOf } from "../../../props/page/state/notches.ts";
import { moved } from "../../../props/page/state/moved.ts";
import type { Scale } from "../../../props/page/state/scale.ts";
import { placeLabels, scaleOf } from "../../../props/page/state/scale.ts";
import { parseBytes, parsePages, sizeText } from "../../../props/page/state/size.ts";

const RUNS = { seed: 0x6b766d, numRuns: 500, endOnFailure: true };

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
    ["0x1_0k", 0x4000n],
    ["1.25mb", 0x140000n],
    ["3T", 3n << 40n],
    ["2p", 2n << 50n],
    ["+4K-0x1000", 0n],
    ["0xffffffffffffffff", 2n ** 64n - 1n],
  ])("%s", (text, bytes) => expect(parseBytes(text)).toEqual({ ok: true, bytes }));

  const unread = (text: string): string => {
    const read = parseBytes(text);
    return read.ok ? `${read.bytes}` : read.message;
  };

  it.each(["", " ", "2M-", "2M--4K", "+"])("refuses %j: there is a term missing", (text) =>
    expect(unread(text)).toBe("write a size: 2M-4K, 0x4000, 1.5G"),
  );

  it.each([
    "two",
    "1.3K",
    "1.5",
    "1.K",
    "0x",
    "0x_",
    "0x1.8K",
    "_1",
    "x4K",
    "4Kx",
    "4KK",
    "4B",
    "2Q",
    "1e9",
    "4K*",
    "*4K",
    "4K*2Q",
    "2Q*4K",
    "4K*x4K",
    "x4K*4K",
  ])("refuses %j: that is no term", (text) => {
    const message = `"${text}" is no size: write 4K, 2M, 0x4000 or a sum of them`;
    expect([unread(text), unread(`4 K - ${text}`)]).toEqual([message, message.replace('"', '"-')]);
  });

  it("refuses what a register does not hold", () => {
    expect([unread("4K-2M"), unread("-4K")]).toEqual(["below 0", "below 0"]);
    expect([unread("16P*1K"), unread("0x10000000000000000")]).toEqual(["more than 64 bits", "more than 64 bits"]);
  });

  it("refuses what is no page, and says by how much", () => {
    expect(parsePages("8K")).toEqual({ ok: true, pages: 2 });
    expect(parsePages("4112")).toEqual({ ok: false, message: "no multiple of 4K: 0x10 bytes over" });
    expect(parsePages("4K-2M")).toEqual({ ok: false, message: "below 0" });
  });

  it.each([
    [0, "0"],
    [1, "4K"],
    [511, "2M-4K"],
    [513, "2M+4K"],
    [2 ** 18 + 4, "1G+16K"],
    [2 ** 19 - 256, "2G-1M"],
    [640, "2560K"],
    [896 * 1024, "3584M"],
    [249, "996K"],
    [250, "1M-24K"],
    [2 ** 18 + 16, "1G+64K"],
    [2 ** 18 + 17, "1048644K"],
    [2 ** 18 - 17, "1048508K"],
    [999 * 256 + 1, "999M+4K"],
    [1000 * 256 + 1, "1024004K"],
    [3 * 2 ** 28 - 256, "3T-1M"],
    [2 ** 28 + 1, "1T+4K"],
    [2 ** 38, "1024T"],
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
    expect(NOTCHES.slice(0, 9)).toEqual([0, 1, 2, 4, 6, 8, 12, 16, 24]);
    for (const at of [512, 2 ** 18, 2 ** 20]) {
      expect(NOTCHES.filter((pages) => Math.abs(pages - at) < 4)).toEqual([at - 1, at, at + 1]);
    }
    expect([NOTCHES.at(-1), NOTCHES.length]).toEqual([1.5 * 2 ** 31, 1 + 32 + 30 + 6]);
  });

  it("goes to the next stop from a value between two", () => {
    const between = positionOf(700);
    expect(between % 2).toBe(1);
    expect(notchAt(between + 1, between)).toBe(768);
    expect(notchAt(between - 1, between)).toBe(513);
    expect([positionOf(2 ** 40), positionOf(0)]).toEqual([LAST_POSITION, 0]);
    expect([notchAt(LAST_POSITION + 2, LAST_POSITION), notchAt(-2, 0)]).toEqual([1.5 * 2 ** 31, 0]);
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
  let scale: Scale;
  beforeAll(() => {
    scale = scaleOf([-4, 0, 2 ** 18 - 4, 2 ** 18], 1000, 28);
  });

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

  it("is in proportion between its points, and ends at its ends", () => {
    const even = scaleOf([0, 4000, 2000], 1000, 28);
    expect([even.width, even.points, even.breaks]).toEqual([1000, [0, 2000, 4000], []]);
    expect([-5, 0, 500, 2000, 3000, 4000, 9000].map(even.x)).toEqual([0, 0, 125, 500, 750, 1000, 1000]);
    expect([-5, 0, 125, 500, 750, 1000, 9000].map(even.page)).toEqual([0, 0, 500, 2000, 3000, 4000, 4000]);
    expect(() => scaleOf([7, 7], 1000, 28)).toThrow(new RangeError("a scale needs two points"));
  });

  it.each([
    [250, 1],
    [1000, 1],
    [4000, 4],
    [6000, 8],
    [2 ** 20, 1024],
  ])("of %i pages on 1000 pixels is aimed at by %i", (pages, grain) => {
    expect([0, 500, 1000, 2000].map(scaleOf([0, pages], 1000, 28).grain)).toEqual([grain, grain, grain, grain]);
  });

  it("is aimed at by what each stretch is drawn to, and by a whole one that has no width", () => {
    // 28 pixels for 4 pages, the rest for 2^18 less 8, 28 for 4.
    expect([0, 28, 29, 971, 972, 973, 1000].map(scale.grain)).toEqual([1, 1, 256, 256, 256, 1, 1]);
    const flat = scaleOf([0, 64], 0, 28);
    expect([flat.grain(0), flat.page(0), flat.x(0)]).toEqual([64, 0, 0]);
  });

  it("puts labels in rows so that none runs into another, and leaves out the last ones", () => {
    // Six letters of 6 pixels, and as much as a letter between two labels.
    const placed = (...at: readonly number[]): unknown =>
      placeLabels(
        at.map((x) => ({ text: "0x1000", x })),
        2,
        400,
        6,
      ).map(({ x, row, middle }) => [x, row, middle]);
    expect(placed(200, 210, 220, 242, 158)).toEqual([
      [200, 0, 200],
      [210, 1, 210],
      [242, 0, 242],
      [158, 0, 158],
    ]);
    for (const near of [159, 241]) {
      expect(placed(200, near)).toEqual([
        [200, 0, 200],
        [near, 1, near],
      ]);
    }
  });

  it("keeps a label within the ends, and at the left one where there is no room", () => {
    const middles = (total: number): unknown =>
      placeLabels(
        [5, 395].map((x) => ({ text: "0x1000", x })),
        2,
        total,
        6,
      ).map(({ row, middle }) => [row, middle]);
    expect([middles(400), middles(20)]).toEqual([
      [
        [0, 18],
        [0, 382],
      ],
      [
        [0, 18],
        [1, 18],
      ],
    ]);
  });
});

describe("what is dragged", () => {
  // Ten pages a pixel, and finer aim on the left.
  const scale: Scale = {
    width: 100,
    points: [0, 1000],
    breaks: [],
    x: (page) => page / 10,
    page: (x) => x * 10,
    grain: (x) => (x < 50 ? 4 : 16),
  };

  it.each([
    ["not by a hand that shakes", 60, 61, 507],
    ["by two pixels", 60, 62, 528],
    ["to the left", 60, 58, 480],
    ["by the finer aim of both ends: from left", 40, 61, 716],
    ["by the finer aim of both ends: from right", 60, 49, 396],
    ["not below 0", 60, 0, 0],
  ])("goes %s", (_, from, to, value) => expect(moved({ scale, from, value: 507 }, to)).toBe(value));
});
