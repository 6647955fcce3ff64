import { describe, expect, it } from "vitest";
import { amount } from "../../../sim/words/amount.ts";
import { axisOf } from "../../../sim/picture/axis.ts";
import { ruler } from "../../../sim/picture/ruler.ts";
import { CASES } from "../../support/script-cases.ts";

describe("amount", () => {
  it.each([
    [1, "4 KiB"],
    [511, "2 MiB - 4 KiB"],
    [512, "2 MiB"],
    [513, "2 MiB + 4 KiB"],
    [2 ** 18, "1 GiB"],
    [2 ** 18 - 4, "1 GiB - 16 KiB"],
    [300, "1 MiB + 176 KiB"],
    [400, "1600 KiB"],
    [255, "1020 KiB"],
    [256, "1 MiB"],
    [257, "1 MiB + 4 KiB"],
    [320, "1 MiB + 256 KiB"],
    [321, "1284 KiB"],
    [448, "2 MiB - 256 KiB"],
    [447, "1788 KiB"],
    [2 ** 28, "1 TiB"],
    [3 * 2 ** 28, "3 TiB"],
    [2 ** 18 + 64, "1 GiB + 256 KiB"],
    [2 ** 18 - 65, "1048316 KiB"],
    [2 ** 18 + 65, "262209 pages"],
  ])("%d pages are %s", (pages, text) => {
    expect(amount(pages)).toBe(text);
  });
});

describe("axisOf", () => {
  it("is to scale where every number has room", () => {
    const axis = axisOf([0, 256, 512, 1024], 80, 10);
    expect([0, 256, 512, 1024].map(axis.at)).toEqual([0, 20, 40, 80]);
    expect(axis.stretches.map(({ broken }) => broken)).toEqual([false, false, false]);
  });

  it("cuts what is too long, and keeps the rest to scale", () => {
    const axis = axisOf([0, 1, 3, 2 ** 18], 80, 10);
    expect([axis.at(0), axis.at(1), axis.at(3), axis.at(2 ** 18)]).toEqual([0, 10, 30, 80]);
    expect(axis.stretches.map(({ broken }) => broken)).toEqual([false, false, true]);
  });

  it("never draws a cut stretch shorter than a whole one", () => {
    for (const points of [
      [0, 1, 512, 2 ** 18],
      [0, 5, 7, 1000, 1001],
      [3, 4, 5, 6, 2 ** 40],
    ]) {
      const { stretches, at } = axisOf(points, 90, 9);
      const width = (broken: boolean): number[] =>
        stretches.filter((each) => each.broken === broken).map(({ from, to }) => at(to) - at(from));
      expect(Math.max(...width(false))).toBeLessThanOrEqual(Math.min(...width(true)) + 1e-9);
      expect(at(points.at(-1) ?? 0)).toBeCloseTo(90);
    }
  });
});

describe("the edges of an axis", () => {
  it("is to scale where there is exactly room for it", () => {
    expect(axisOf([0, 1, 2], 20, 10).stretches.map(({ broken }) => broken)).toEqual([false, false]);
  });

  it("gives every stretch as much where there is no room at all", () => {
    const axis = axisOf([0, 1, 4, 10], 6, 10);
    expect([0, 1, 4, 10].map(axis.at)).toEqual([0, 2, 4, 6]);
  });

  it("gives the longer of two that are cut more", () => {
    const axis = axisOf([0, 1, 1001, 1_000_001], 60, 10);
    expect(axis.stretches.map(({ broken }) => broken)).toEqual([false, true, true]);
    const [one, two] = [axis.at(1001) - axis.at(1), axis.at(1_000_001) - axis.at(1001)];
    expect(two / one).toBeCloseTo(1.461, 3);
    expect(one).toBeGreaterThan(10);
  });

  it("has a position for its own points only", () => {
    expect(() => axisOf([0, 1], 10, 1).at(2)).toThrow("2 is no point of this axis");
  });
});

describe("ruler", () => {
  it("draws the mail's first example", () => {
    const ce = CASES["seed_1g"];
    expect(ce === undefined ? [] : ruler(ce)).toEqual([
      "             0x0        0x4000     0x8000          0x40000000 0x40004000",
      "file offset  |----------|----------|-------//------|----------|",
      "slot 0                  [##### 1 GiB ######//#################)",
      "fault                              ^ asks for 0x8000",
      "folio        [=========== 1 GiB ===========//======)",
      "outside      [ 16 KiB xx)",
    ]);
  });

  it.each(Object.entries(CASES))("%s: at most 72 columns of ASCII, brackets that pair up", (_name, ce) => {
    for (const line of ruler(ce)) {
      expect(line.length).toBeLessThanOrEqual(72);
      expect(line).toMatch(/^[ -~]*$/);
      expect((line.match(/\[/g) ?? []).length).toBe((line.match(/\)/g) ?? []).length);
    }
  });
});
