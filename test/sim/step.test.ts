/** What each op of a story did, whole: this is what scripts and reports are told from. */

import { expect, it } from "vitest";
import { openRulebook } from "../../props/judge/rulebook.ts";
import { worldOf } from "../../sim/world.ts";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../../sim/op.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import { run } from "../../sim/trace.ts";

const book = await openRulebook();
const { world } = worldOf(
  { bind: book.byId("none"), map: book.byId("folio_order"), level: book.byId("stock") },
  DEFAULT_SETTING,
);

it("of a slot, a refusal, faults and a hole", () => {
  const ops = [
    bind({ slot: 3, base_gfn: 0x400, npages: 0x401, pgoff: 0x200 }),
    bind({ slot: 4, base_gfn: 0x500, npages: 1 }),
    fault(0x10),
    setOrder(9),
    fault(0x402),
    fault(0x403),
    fault(0x800),
    punchHole(0x200, 0x200),
    setISize(0x200),
    unbind(3),
    unbind(3),
    fault(0x402),
  ];
  const slot = { id: 3, base_gfn: 0x400, npages: 0x401, pgoff: 0x200 };
  const large = { start: 0x200, npages: 512, order: 9 };
  const mapping = { order: 9, gfns: { start: 0x400, npages: 512 }, pages: { start: 0x200, npages: 512 } };
  const kept = { effect: "faulted", slot, folio: large, fell_back: false, mapping };
  const trace = run(world, ops);
  expect(trace.map(({ op }) => op)).toEqual(ops);
  expect(trace.map(({ effect }) => effect)).toEqual([
    { effect: "done" },
    { effect: "refused", errno: "EEXIST", check: "overlap" },
    { effect: "no_slot", gfn: 0x10 },
    { effect: "done" },
    { ...kept, index: 0x202, allocated: true },
    { ...kept, index: 0x203, allocated: false },
    {
      effect: "faulted",
      slot,
      index: 0x600,
      folio: { start: 0x600, npages: 512, order: 9 },
      allocated: true,
      fell_back: false,
      mapping: { order: 0, gfns: { start: 0x800, npages: 1 }, pages: { start: 0x600, npages: 1 } },
    },
    { effect: "done" },
    { effect: "done" },
    { effect: "done" },
    expect.objectContaining({ effect: "refused" }),
    { effect: "no_slot", gfn: 0x402 },
  ]);
});
