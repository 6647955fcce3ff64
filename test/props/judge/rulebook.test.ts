/** The rules at hand: the catalogue's, each one rule of its kind, and what a user pastes. */

import { describe, expect, it } from "vitest";
import { CANARY, CATALOGUE } from "../../../model/rule/catalogue/catalogue.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { openWorld } from "../../../props/library/open-world.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";

const book = await openRulebook();

describe("the catalogue", () => {
  it("is there by id, in its order, and parsed once", () => {
    expect(book.all.map(({ id, kind }) => [id, kind])).toEqual(CATALOGUE.map(({ id, kind }) => [id, kind]));
    expect(book.byId("ctz")).toBe(book.byId("ctz"));
    expect(book.all[1]).toBe(book.byId(CATALOGUE[1]?.id ?? ""));
  });

  it("knows what it has, of which kind", () => {
    expect([book.has("ctz"), book.has("ctz", "bind"), book.has("ctz", "map")]).toEqual([true, true, false]);
    expect([book.has("folio_order", "map"), book.has("stock", "level"), book.has("stock", "bind")]).toEqual([
      true,
      true,
      false,
    ]);
    expect([book.has("nobody"), book.has("nobody", "bind"), book.has(CANARY.id)]).toEqual([false, false, false]);
  });

  it("refuses an id that it has not", () => {
    expect(() => book.byId("nobody")).toThrow("no rule nobody in the catalogue");
  });

  it("has a canary that accepts everything", () => {
    const { bind } = compileRule(book.canary);
    for (const page of [0, 1, 511, 2 ** 40]) expect(bind(page, page, page, page, 0, 0)).toBe(1);
    expect(book.canary.id).toBe(CANARY.id);
  });
});

describe("a text", () => {
  it("is one rule by the name and of the kind that it is given", () => {
    const parsed = book.parse("order == 0", { id: "mine", kind: "map" });
    expect(parsed.ok && parsed.rules.map(({ id, kind }) => [id, kind])).toEqual([["mine", "map"]]);
  });
});

describe("a world around one rule", () => {
  it("is the rule of the catalogue where the text is its id", async () => {
    const { bind_rule, map_rule, orders, resize } = await openWorld("offset_and_size_2m");
    expect([bind_rule(512, 0, 512, 0, 0, 0), bind_rule(1, 0, 512, 0, 0, 0)]).toEqual([1, 0]);
    // folio_order stands where the setting does not say otherwise.
    expect(map_rule(0, 0, 512, 0, 9, 0, 0, 0, 9)).toBe(1);
    expect([orders, resize]).toEqual([[0, 9, 18], "any"]);
  });

  it("is C otherwise, in the setting given", async () => {
    const { bind_rule, map_rule, orders, resize } = await openWorld("offset == 0x3000", {
      orders: [0, 9],
      resize: "never",
      map_rule: "order_zero",
    });
    expect([bind_rule(3, 0, 1, 0, 0, 0), bind_rule(4, 0, 1, 0, 0, 0)]).toEqual([1, 0]);
    expect([map_rule(0, 0, 512, 0, 9, 0, 0, 0, 9), orders, resize]).toEqual([0, [0, 9], "never"]);
  });

  it("takes a catalogue rule of another kind for what it is", async () => {
    const { bind_rule, map_rule } = await openWorld("order_zero");
    expect([bind_rule(1, 0, 1, 0, 0, 1024), map_rule(0, 0, 512, 0, 9, 0, 0, 0, 9)]).toEqual([1, 0]);
  });

  it("takes C for a rule of the kind that is asked for", async () => {
    const bound = await openWorld("offset == 0");
    expect([bound.bind_rule(1, 0, 1, 0, 0, 1024), bound.map_rule(1, 0, 512, 0, 9, 0, 0, 0, 9)]).toEqual([0, 1]);
    const mapped = await openWorld("offset == 0", {}, "map");
    expect([mapped.bind_rule(1, 0, 1, 0, 0, 1024), mapped.map_rule(1, 0, 512, 0, 9, 0, 0, 0, 9)]).toEqual([1, 0]);
  });

  it.each([
    ["offset ==", /^1:\d+: /],
    ["offset == 0\n  && unheard_of", /^2:6: .*unheard_of/],
    ["bool a(void) { return true; } bool b(void) { return false; }", /^1:1: 2 rules, where one is wanted$/],
  ])("is refused for %j, with the place", async (text, message) => {
    await expect(openWorld(text)).rejects.toThrow(SyntaxError);
    await expect(openWorld(text)).rejects.toThrow(message);
  });
});
