/** The canary falls to every engine; a rule that does not fall is no canary, and the run says so. */

import { expect, it } from "vitest";
import { checkCanary } from "../../../props/judge/canary.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { Engine } from "../../../props/judge/verdict.ts";

const book = await openRulebook();
const BOTH: readonly Engine[] = ["hunt", "exhaust"];

it.each([[[0, 9]], [[0, 9, 18]], [[9]], [[0, 18]]])("falls with orders %j", (orders) => {
  expect(checkCanary(book.canary, orders, BOTH, 1)).toBe("refuted");
});

it("says so where nothing can be broken", () => {
  for (const orders of [[0], [0, 4, 8]]) {
    expect(checkCanary(book.canary, orders, BOTH, 1)).toBe("no large folio in this setting");
  }
});

it.each(["hunt", "exhaust"] as const)("is missed when it survives %s", (engine) => {
  const strict = book.byId("offset_and_size_1g");
  expect(() => checkCanary(strict, [0, 9, 18], [engine], 1)).toThrow(
    `the canary survived ${engine}: folio_starts_in_slot, folio_ends_in_slot, folio_avoids_other_slots`,
  );
});

it("asks only the engines that were asked for", () => {
  expect(checkCanary(book.byId("offset_and_size_1g"), [0, 9, 18], ["prove"], 1)).toBe("refuted");
});
