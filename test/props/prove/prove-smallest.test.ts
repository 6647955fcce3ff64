/** That no counterexample is smaller: what a case weighs, what is asked, and what an answer is taken for. */

import type { ClaimName } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { x86_64 } from "../../../model/arch.ts";
import { MAX_I_SIZE_NPAGES } from "../../../model/abstract/file.ts";
import { weigh } from "../../../sim/op-order.ts";
import { casesOf } from "../../../props/prove/claims.ts";
import { proveSmallest, weighCase } from "../../../props/prove/smallest.ts";
import type { Question } from "../../../props/prove/question.ts";
import { valuation } from "../../../props/prove/smt/value.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setISize, setOrder } from "../../../sim/op.ts";
import { knowing, model, parse, question as questionOf } from "../../support/prove-models.ts";

const world = (rules: Partial<Question["rules"]> = {}, setting: Partial<Question["setting"]> = {}): Question =>
  questionOf(rules, { orders: [0, 9], ...setting }, x86_64);

describe("what the ops of a case weigh", () => {
  /** The case of the claim, given a value for each of its variables. */
  function weight(question: Question, claim: ClaimName, values: Record<string, number>): number[] {
    const [c] = casesOf(question, claim);
    if (c === undefined) throw new Error("no case");
    const all = Object.entries({ slot_i_size: MAX_I_SIZE_NPAGES, i_size_now: MAX_I_SIZE_NPAGES, ...values });
    const value = valuation(new Map(all.map(([name, n]) => [name, BigInt(n)])));
    const { ops, sizeBits, addressBits, sizes, addresses } = weighCase(c);
    return [ops, sizeBits, addressBits, sizes, addresses].map((term) => Number(value(term)));
  }
  const withoutSlots = (ops: readonly Op[]): number[] => weigh(ops).filter((_, at) => at !== 1);
  const SLOT = { slot_base_gfn: 6, slot_npages: 700, slot_pgoff: 2 ** 40 + 1, slot_ugfn: 3, touched: 600 };
  const slot = bind({ base_gfn: 6, npages: 700, pgoff: 2 ** 40 + 1, ugfn: 3 });
  const touch = fault(606);

  it.each([
    ["an order set behind the bind", { slot_file_order: 0 }, [slot, setOrder(9), touch]],
    ["an order set before the bind", { slot_file_order: 1 }, [setOrder(9), slot, touch]],
  ])("%s", (_what, values, ops) => {
    const question = world();
    expect(weight(question, "folio_starts_in_slot", { ...SLOT, ...values })).toEqual(withoutSlots(ops));
  });

  it("a size of the file, where the bind rule reads it", () => {
    const question = world({ bind: parse("offset + size <= i_size") });
    const of = (i_size: number): number[] =>
      weight(question, "folio_starts_in_slot", { ...SLOT, slot_file_order: 0, slot_i_size: i_size });
    expect(of(77)).toEqual(withoutSlots([setISize(77), slot, setOrder(9), touch]));
    expect(of(MAX_I_SIZE_NPAGES)).toEqual(withoutSlots([slot, setOrder(9), touch]));
  });

  it("an earlier fault and another order, where a mapping finds a folio that was there", () => {
    const question = world({ map: parse("folio_size == 4096", "map") });
    const values = { ...SLOT, slot_file_order: 1, fault_file_order: 0 };
    const ops = [setOrder(9), slot, touch, setOrder(0), touch];
    expect(weight(question, "mapping_translates", values)).toEqual(withoutSlots(ops));
  });

  it("the order and the size that a mapping sees at last, whichever rule reads them", () => {
    const kinds = ["map", "level"] as const;
    for (const kind of kinds) {
      const reads = world({ [kind]: parse("i_size > 4096 && order < 9", kind) }, { orders: [0, 9, 18] });
      const values = { ...SLOT, slot_file_order: 1, fault_file_order: 2, i_size_now: 5 };
      const ops = [setOrder(9), slot, setISize(5), touch, setOrder(18), touch];
      expect(weight(reads, "mapping_translates", values)).toEqual(withoutSlots(ops));
    }
  });

  it("nothing of an order where the file was made with it", () => {
    const question = world({}, { orders: [9, 18], resize: "never" });
    expect(weight(question, "folio_starts_in_slot", SLOT)).toEqual(withoutSlots([slot, touch]));
  });
});

describe("a counterexample", () => {
  const BELOW = [bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0)];
  /** A slot of so many pages at a page of the file, bound at order 0 and touched at its first page. */
  const lighter = (npages: number, pgoff: number): ReturnType<typeof model> =>
    model({ slot_npages: npages, slot_pgoff: pgoff, slot_base_gfn: 0, slot_ugfn: 0, slot_file_order: 0, touched: 0 });

  it.each([
    ["fewer bits in its sizes", bind({ npages: 2, pgoff: 1 })],
    ["fewer bits in its addresses", bind({ npages: 1, pgoff: 2 })],
    ["smaller addresses", bind({ npages: 1, pgoff: 3 }), lighter(1, 2)],
    ["smaller sizes", bind({ npages: 3, pgoff: 1 }), lighter(2, 1)],
  ])("is not the smallest where another has %s", async (_what, slot, found = lighter(1, 1)) => {
    const { ask, asked } = knowing([found]);
    const answer = await proveSmallest(ask, world(), "folio_starts_in_slot", [slot, setOrder(9), fault(0)]);
    expect(answer.status).toBe("smaller");
    expect(asked).toHaveLength(1);
  });

  it("is told with the ops of the smaller one, which is replayed", async () => {
    const { ask } = knowing([lighter(1, 1)]);
    const larger = [setOrder(9), setOrder(0), ...BELOW];
    expect(await proveSmallest(ask, world(), "folio_starts_in_slot", larger)).toMatchObject({
      status: "smaller",
      ops: BELOW,
    });
  });

  it("is the smallest where no other is lighter: one of its own weight is not", async () => {
    const { ask, asked } = knowing([lighter(1, 1), lighter(1, 2)]);
    const { status, queries } = await proveSmallest(ask, world(), "folio_starts_in_slot", BELOW);
    expect(status).toBe("smallest");
    expect(asked.map(({ name }) => name)).toEqual([`folio_starts_in_slot-2M-lighter-than-${weigh(BELOW).join("-")}`]);
    expect(queries.map(({ answer }) => answer)).toEqual(["unsat"]);
    expect(asked[0]?.about.join("\n")).toContain("orders 4K,2M, resize any");
  });

  it("may be smaller for all the solver knows", async () => {
    const { ask } = knowing([], () => ({ answer: "unknown", reason: "time is up" }));
    expect(await proveSmallest(ask, world(), "folio_starts_in_slot", BELOW)).toMatchObject({
      status: "unknown",
      reason: "time is up",
    });
  });

  it("is not asked about where there are two slots, or one of the second VM", async () => {
    const { ask, asked } = knowing([lighter(1, 1)]);
    const two = [bind({ npages: 1, pgoff: 1 }), bind({ slot: 1, base_gfn: 1, npages: 1 }), setOrder(9), fault(0)];
    for (const [claim, ops] of [
      ["folio_starts_in_slot", two],
      ["folio_starts_in_slot", [bind({ vm: 1, npages: 1, pgoff: 1 }), setOrder(9), fault(0, 1)]],
      ["folio_avoids_other_slots", BELOW],
    ] as const) {
      expect(await proveSmallest(ask, world(), claim, ops)).toEqual({
        status: "unknown",
        reason: "there are two slots",
        queries: [],
      });
    }
    expect(asked).toEqual([]);
  });

  it("is not asked about where the rule is too long", async () => {
    const body = `u64 x = 0; for (int i = 0; i < 900; i++) { ${"x++; ".repeat(100)} } return x == offset;`;
    const long = parse(`bool f(u64 offset) { ${body} }`);
    const { ask } = knowing([]);
    expect(await proveSmallest(ask, world({ bind: long }), "folio_starts_in_slot", BELOW)).toEqual({
      status: "unknown",
      reason: "the rule is too long to unroll",
      queries: [],
    });
  });
});
