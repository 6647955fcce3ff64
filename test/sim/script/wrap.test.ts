/** Plain text in columns. */

import { describe, expect, it } from "vitest";
import { ascii, remarked, wrap } from "../../../sim/words/wrap.ts";

describe("wrap", () => {
  it("fills lines to the column, and no further", () => {
    expect(wrap("aa bb cc", "", "", 5)).toEqual(["aa bb", "cc"]);
    expect(wrap("aa bb cc", "", "", 4)).toEqual(["aa", "bb", "cc"]);
    expect(wrap(" aa\n\t bb  ", "- ", "  ", 7)).toEqual(["- aa bb"]);
    expect(wrap("aa bb", "- ", "  ", 6)).toEqual(["- aa", "  bb"]);
    expect(wrap("longer aa", "", "", 3)).toEqual(["longer", "aa"]);
    expect(wrap("", "x", "y", 3)).toEqual(["x"]);
    expect(wrap(`${"a".repeat(36)} ${"b".repeat(35)} c`)).toEqual([`${"a".repeat(36)} ${"b".repeat(35)}`, "c"]);
  });
});

it("ascii writes the rest as code points", () => {
  expect(ascii("tab\tline\nö 😀 ~")).toBe("tab\tline\n\\u{f6} \\u{1f600} ~");
});

describe("remarks", () => {
  it("stand in a column of their own", () => {
    expect(
      remarked(
        [
          ["one", "first"],
          ["three", "second"],
          ["none", ""],
        ],
        "#",
      ),
    ).toEqual(["one    # first", "three  # second", "none"]);
  });

  it("go below a line that leaves them no room, exactly", () => {
    const room = 72 - 3 - 1 - 5;
    const fits = "a".repeat(room);
    expect(remarked([[fits, "12345"]], "#")).toEqual([`${fits}  # 12345`]);
    expect(remarked([[`${fits}a`, "12345"]], "#")).toEqual([`${fits}a`, "    # 12345"]);
    const rows: readonly (readonly [string, string])[] = [
      ["a", "b".repeat(60)],
      [fits, "12345"],
    ];
    expect(remarked(rows, "#")).toEqual(["a", `    # ${"b".repeat(60)}`, `${fits}  # 12345`]);
  });
});
