/** Folio sizes as people write them. */

import { describe, expect, it } from "vitest";
import { DEFAULT_SETTING, orderFromText, orderText } from "../../sim/setting.ts";

describe("folio sizes", () => {
  it("are written with the largest unit that fits, and read back", () => {
    const texts = Array.from({ length: 19 }, (_, order) => orderText(order));
    expect(texts.filter((_, order) => [0, 4, 7, 8, 9, 17, 18].includes(order))).toEqual(
      "4K 64K 512K 1M 2M 512M 1G".split(" "),
    );
    expect(texts.map(orderFromText)).toEqual(texts.map((_, order) => order));
  });

  it.each([
    [" 2m ", 9],
    ["2048K", 9],
    ["1024M", 18],
    ["1048576k", 18],
  ])("%j is order %i", (text, order) => {
    expect(orderFromText(text)).toBe(order);
  });

  it.each(["", "2", "2B", "3M", "2K", "2G", "4K,2M", "-4K", "04K", "0K", "4KB", "x4K", "1T"])("%j is none", (text) => {
    expect(orderFromText(text)).toBeUndefined();
  });
});

it("is 4K, 2M and 1G, resized at any time, on a stock kernel, where nothing else is said", () => {
  expect(DEFAULT_SETTING).toEqual({
    orders: [0, 9, 18],
    resize: "any",
    bind_rule: "none",
    map_rule: "folio_order",
    level_rule: "stock",
  });
});
