/** What each named kernel or patch series had: folio sizes, when they change, and its three checks. */

import { expect, it } from "vitest";
import { KERNELS } from "../../../props/judge/kernels.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";

const book = await openRulebook();

const [BASE, PMD, PUD] = ["0", "0 9", "0 9 18"];
const ROWS: readonly (readonly [string, string, string, string, string, string, RegExp])[] = [
  ["restrictedmem-v10", PMD, "any", "ctz", "folio_order", "or_offset", /shmem, December 2022: huge= can be remounted/],
  ["gmem-v12", PMD, "never", "offset_and_size_2m", "folio_order", "stock", /September 2023: huge pages by a flag/],
  ["gmem-v13", PMD, "never", "none", "round_up_contained", "stock", /October 2023: any offset is bound/],
  ["6.12", BASE, "never", "none", "order_zero", "stock", /6\.12\.y, whose bounds/],
  ["6.18", BASE, "never", "signed_end", "order_zero", "stock", /the signed bounds/],
  ["7.2", BASE, "never", "none", "order_zero", "stock", /unsigned bounds/],
  ["thp-rfc-2024", PMD, "any", "none", "align_down_contained", "stock", /December 2024: 2 MiB by a module parameter/],
  ["hugetlb-rfc-2025", PUD, "never", "none", "folio_order", "offset_congruent", /May 2025: hugetlb folios by a flag/],
];

it("are these eight", () => {
  expect(Object.keys(KERNELS).toSorted()).toEqual(ROWS.map(([name]) => name).toSorted());
});

it.each(ROWS)("%s", (name, orders, resize, bind_rule, map_rule, level_rule, what) => {
  const kernel = KERNELS[name];
  expect(kernel?.setting).toEqual({ orders: orders.split(" ").map(Number), resize, bind_rule, map_rule, level_rule });
  expect(kernel?.what).toMatch(what);
  expect(kernel?.source).toMatch(/^(https:\/\/lore\.kernel\.org\/all\/|Linux \d|guest_memfd RFC v12)/);
  expect([book.has(bind_rule, "bind"), book.has(map_rule, "map"), book.has(level_rule, "level")]).toEqual(
    Array.from({ length: 3 }, () => true),
  );
});
