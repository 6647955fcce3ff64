/** A catalogue entry that is no rule is told by its id, as soon as it is asked for. */

import { expect, it, vi } from "vitest";
import { openRulebook } from "../../../props/judge/rulebook.ts";

vi.mock("../../../model/rule/catalogue/catalogue.ts", () => ({
  CANARY: { id: "canary", kind: "bind", text: "offset ==" },
  CATALOGUE: [
    {
      id: "sound",
      kind: "bind",
      text: "bool any_name(void) { return order_of(offset) == 0; } int order_of(u64 x) { return x; }",
    },
    { id: "cut_short", kind: "bind", text: "offset ==" },
    { id: "two", kind: "bind", text: "bool a(void) { return true; } bool b(void) { return false; }" },
    { id: "as_map", kind: "map", text: "offset == 0" },
  ],
}));

it.each([
  ["cut_short", /^catalogue rule cut_short: ./],
  ["two", /^catalogue rule two is not one rule$/],
])("%s", async (id, message) => {
  const book = await openRulebook();
  expect(book.has(id)).toBe(true);
  expect(() => book.byId(id)).toThrow(message);
});

it("the canary too", async () => {
  const book = await openRulebook();
  expect(() => book.canary).toThrow(/^catalogue rule canary: ./);
});

it("a sound one has the id and the kind of its entry, whatever its function is called and reads", async () => {
  const book = await openRulebook();
  expect(["sound", "as_map"].map((id) => book.byId(id)).map(({ id, kind }) => [id, kind])).toEqual([
    ["sound", "bind"],
    ["as_map", "map"],
  ]);
});
