/** Premises that a well aligned slot shows to be possible, so that no solver is asked. */

import { describe, expect, it } from "vitest";
import { likelyModels, metBy } from "../../../props/prove/premises.ts";
import { bits, eq, FALSE, TRUE, variable } from "../../../props/prove/smt/term.ts";

const GIB = 2n ** 18n;
const told = (model: ReadonlyMap<string, bigint> | undefined) => Object.fromEntries(model ?? []);

describe("the models tried", () => {
  it("are two slots behind one another, of 1 GiB and aligned to it, from 0 and from 1 GiB on, with each order", () => {
    const models = likelyModels(3, []);
    expect(models.length).toBe(6);
    const wanted = (first: bigint, order: bigint) => ({
      slot_pgoff: first,
      slot_base_gfn: first,
      slot_ugfn: first,
      slot_npages: GIB,
      slot_i_size: 2n ** 51n - 1n,
      slot_file_order: order,
      other_pgoff: first + GIB,
      other_base_gfn: first + GIB,
      other_ugfn: first + GIB,
      other_npages: GIB,
      other_i_size: 2n ** 51n - 1n,
      other_file_order: order,
      touched: 0n,
      fault_file_order: order,
      i_size_now: 2n ** 51n - 1n,
      file_i_size: 2n ** 33n,
    });
    for (const [at, first] of [0n, GIB].entries()) {
      for (const order of [0, 1, 2]) expect(told(models[at * 3 + order])).toEqual(wanted(first, BigInt(order)));
    }
  });

  it("begin with the one that broke the claim", () => {
    const broke = new Map([["touched", 5n]]);
    expect(likelyModels(1, [broke])[0]).toBe(broke);
    expect(likelyModels(1, [broke]).length).toBe(3);
  });
});

describe("a premise", () => {
  const A = variable("a", 8);
  const is = (value: number) => eq(A, bits(8, value));
  const models = [1n, 2n].map((a) => new Map([["a", a]]));

  it("is met where one of its ways is true of one of the models", () => {
    const premises = { first: [is(1)], second: [is(7), is(2)], never: [is(7)], impossible: [FALSE], sure: [TRUE], none: [] }; // prettier-ignore
    expect([...metBy(models, premises)]).toEqual(["first", "sure", "second"]);
    expect([...metBy([], premises)]).toEqual([]);
  });

  it("is not looked at again once it is met", () => {
    let looks = 0;
    const seen = [...models].map((model) => ({ get: (name: string) => ((looks += 1), model.get(name)) }));
    metBy(seen as unknown as ReadonlyMap<string, bigint>[], { first: [is(1)] }); // oxlint-disable-line typescript/no-unsafe-type-assertion -- only get is called
    expect(looks).toBe(1);
  });
});
