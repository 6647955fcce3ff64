/** Inputs for which C is undefined, made small: still undefined at the same place, and nothing smaller by one move. */

import { UNDEFINED } from "../../../model/outcome.ts";
import { describe, expect, it } from "vitest";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { smallestUndefined } from "../../../props/judge/undefined-input.ts";

const book = await openRulebook();
const ORDERS = [0, 9, 18];

function ruleOf(text: string) {
  const parsed = book.parse(text, { id: "r" });
  if (!parsed.ok || parsed.rules[0] === undefined) throw new Error("no rule");
  return parsed.rules[0];
}

function made(text: string, inputs: Record<string, bigint>, orders: readonly number[] = ORDERS) {
  const rule = ruleOf(text);
  const evaluator = compileRule(rule);
  expect(evaluator.bytes(inputs)).toBe(UNDEFINED);
  const site = evaluator.undefinedAt();
  if (site === undefined) throw new Error("UNDEFINED without a site");
  const told = smallestUndefined(rule, { rule: "r", site, inputs }, orders);
  expect(evaluator.bytes(told.inputs)).toBe(UNDEFINED);
  expect(evaluator.undefinedAt()).toBe(site);
  expect(told).toEqual({ rule: "r", site, inputs: told.inputs });
  return told.inputs;
}

describe("made small", () => {
  it.each([
    ["(1ULL << (offset >> 12)) < size", { offset: 0x1ffff000n, size: 0x1400000n }, { offset: 0x40000n, size: 0x1000n }],
    ["1 << pgoff", { pgoff: 0x12345n }, { pgoff: 32n }],
    ["size % (gpa - 0x300000)", { size: 0x7000n, gpa: 0x300000n }, { gpa: 0x300000n, size: 0x1000n }],
    [
      "offset / (size - userspace_addr)",
      { size: 0x9000n, userspace_addr: 0x9000n, offset: 0x1000n },
      { offset: 0n, size: 0x1000n, userspace_addr: 0x1000n },
    ],
    [
      "gpa / (npages - base_gfn - 3)",
      { gpa: 0x5000n, base_gfn: 5n, npages: 8n },
      { gpa: 0n, base_gfn: 0n, npages: 3n },
    ],
    ["1 / (i_size >> 30)", { i_size: 0x3ffff000n }, { i_size: 0n }],
    ["1 / (npages < 3)", { npages: 77n }, { npages: 3n }],
    ["size > SZ_4K ? 1 / (pgoff < 3) : 1 / (pgoff < 2)", { size: 0x3000n, pgoff: 5n }, { size: 0x2000n, pgoff: 3n }],
    ["size > SZ_4K ?\n1 / (pgoff < 3) :\n1 / (pgoff < 2)", { size: 0x3000n, pgoff: 5n }, { size: 0x2000n, pgoff: 3n }],
    ["1 / (i_size < SZ_2M)", { i_size: 0x3ffff000n }, { i_size: 0x200000n }],
    ["1 / (folio_size < SZ_2M)", { folio_size: 0x40000000n }, { folio_size: 0x200000n }],
  ] satisfies [string, Record<string, bigint>, Record<string, bigint>][])("%s", (text, inputs, least) => {
    expect(made(text, inputs)).toEqual(least);
  });

  it("takes the folio's size from those that there are", () => {
    expect(made("1 / (folio_size < SZ_64K)", { folio_size: 0x40000000n }, [0, 18])).toEqual({
      folio_size: 0x40000000n,
    });
  });
});

describe("left as it was", () => {
  const site = { line: 1, column: 3, what: "division by 0" };

  it("of another rule, or of one that is asked of a page", () => {
    const other = { rule: "other", site, inputs: { offset: 0x9000n } };
    expect(smallestUndefined(ruleOf("1 / (offset < 3)"), other, ORDERS)).toBe(other);
    const ofPage = { rule: "r", site, inputs: { gfn: 9n } };
    expect(smallestUndefined(ruleOf("1 / (gfn < 3)"), ofPage, ORDERS)).toBe(ofPage);
  });

  it("where page numbers cannot bring it about", () => {
    const met = { rule: "r", site, inputs: { offset: 0x9001n } };
    expect(smallestUndefined(ruleOf("1 / (offset & 1 ? 0 : 1)"), met, ORDERS)).toBe(met);
  });
});
