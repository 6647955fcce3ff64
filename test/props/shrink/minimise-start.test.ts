/** Where minimising starts and how it goes down, in worlds that take a few slots only, so that each step shows. */

import type { ClaimName } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { x86_64 } from "../../../model/arch.ts";
import type { World } from "../../../model/abstract/machine.ts";
import { newVm, x86World } from "../../../model/abstract/machine.ts";
import { minimise } from "../../../props/shrink/minimise.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, opText, setISize, setOrder, unbind } from "../../../sim/op.ts";

const LOW: ClaimName = "folio_starts_in_slot";
const OTHERS: ClaimName = "folio_avoids_other_slots";
const TRANSLATES: ClaimName = "mapping_translates";

interface Slot {
  readonly pgoff: number;
  readonly base_gfn: number;
  readonly npages: number;
  readonly ugfn: number;
  readonly order: number;
  readonly i_size: number;
}

/** What minimising comes to where the rule takes these slots, and how often the rule was asked. */
function minimal(
  claim: ClaimName,
  found: readonly Op[],
  takes: (slot: Slot) => boolean,
  over: Partial<World> & { withISize?: boolean } = {},
) {
  let asked = 0;
  const { withISize, ...rest } = over;
  const world = x86World({
    bind_rule: (pgoff, base_gfn, npages, ugfn, order, i_size) => {
      asked++;
      return takes({ pgoff, base_gfn, npages, ugfn, order, i_size }) ? 1 : 0;
    },
    map_rule: () => 1,
    level_rule: () => 0,
    orders: [0, 9],
    resize: "any",
    ...rest,
  });
  const ops = minimise(newVm(world), claim, found, withISize);
  return { ops: ops.map(opText), asked };
}

const told = (...ops: Op[]): string[] => ops.map(opText);

describe("a counterexample", () => {
  const slot = { base_gfn: 5000, npages: 1000, pgoff: 7777 };
  const found = [bind(slot), setOrder(9), fault(5000)];

  it("is the smallest template that breaks the claim, wherever the search began", () => {
    const { ops, asked } = minimal(LOW, found, () => true);
    expect(ops).toEqual(told(bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0)));
    expect(asked).toBe(25);
  });

  it("goes down from what was found where no template breaks the claim", () => {
    const takes = ({ npages, pgoff, base_gfn }: Slot): boolean =>
      pgoff === 7777 && npages >= 990 && base_gfn % 1000 === 0;
    const { ops, asked } = minimal(LOW, found, takes);
    expect(ops).toEqual(told(bind({ npages: 990, pgoff: 7777 }), setOrder(9), fault(0)));
    expect(asked).toBe(84146);
  });

  it("is left where it is if nothing smaller breaks the claim", () => {
    const only = (at: Slot): boolean => at.pgoff === 7777 && at.npages === 1000 && at.base_gfn === 5000;
    const { ops } = minimal(LOW, found, (at) => only(at) && at.ugfn === 0);
    expect(ops).toEqual(told(...found));
  });

  it("takes the move that leads lowest, not the first that leads down", () => {
    // From page 7777 one could go to 7776 or to 4097, and from 7776 nowhere.
    const steps = new Set([7777, 7776, 7777 - 3888]);
    const { ops } = minimal(LOW, found, ({ pgoff, npages }) => steps.has(pgoff) && npages === 1000);
    expect(ops[0]).toBe(opText(bind({ npages: 1000, pgoff: 7777 - 3888 })));
  });

  it("ends at the step that breaks the claim, and needs every op before", () => {
    const idle = [
      bind({ vm: 1, npages: 512, pgoff: 512 }),
      setOrder(9),
      unbind(3),
      bind(slot),
      fault(5999),
      setOrder(0),
      unbind(7),
      setOrder(9),
      fault(5000),
      fault(5001),
      unbind(0),
    ];
    const takes = (at: Slot): boolean =>
      at.pgoff === 512 || (at.pgoff === 7777 && at.base_gfn === 5000 && at.npages === 1000);
    const { ops, asked } = minimal(LOW, idle, takes);
    expect(ops).toEqual(told(bind(slot), setOrder(9), fault(5000)));
    expect(asked).toBe(128238);
  });
});

describe("templates are tried", () => {
  const size = { base_gfn: 5000, npages: 1000, pgoff: 7777 };

  it("of as many slots as are needed", () => {
    const found = [bind({ vm: 1, npages: 7, pgoff: 7770 }), bind(size), setOrder(9), fault(5000)];
    const { ops, asked } = minimal(OTHERS, found, () => true);
    const [first, second] = [bind({ npages: 1 }), bind({ slot: 1, base_gfn: 1, npages: 1, pgoff: 1 })];
    expect(ops).toEqual(told(first, second, setOrder(9), fault(0)));
    expect(asked).toBe(1076);
  });

  it("of more ops, where those of fewer break nothing, but of no more than were found", () => {
    // Bound while the file has folios of 2 MiB, and broken by those of 1 GiB.
    const found = [setISize(9999), setOrder(9), bind({ ...size, pgoff: 512 * 77 }), setOrder(18), fault(5000)];
    const orders = [0, 9, 18];
    const five = minimal(
      LOW,
      found,
      ({ order, i_size, pgoff }) => order === 9 && i_size === 9999 && pgoff > 0 && pgoff % 512 === 0,
      {
        orders,
      },
    );
    const slot = bind({ npages: 1, pgoff: 512 });
    expect(five.ops).toEqual(told(setISize(9999), setOrder(9), slot, setOrder(18), fault(0)));
    const four = minimal(LOW, found, ({ order, pgoff }) => order === 9 && pgoff % 512 === 0, { orders });
    expect(four.ops).toEqual(told(setOrder(9), slot, setOrder(18), fault(0)));
  });

  it("with a size of the file where the rule reads it", () => {
    const found = [setISize(9999), setOrder(9), bind(size), fault(5000)];
    const takes = ({ i_size }: Slot): boolean => i_size < 2 ** 20;
    const read = minimal(LOW, found, takes, { withISize: true });
    const unread = minimal(LOW, found, takes);
    const least = told(setISize(0), bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0));
    expect([read.ops, unread.ops]).toEqual([least, least]);
    expect([read.asked, unread.asked]).toEqual([137358, 166737]);
  });

  it("with slots that hold a large page, where a mapping is judged", () => {
    const found = [bind({ base_gfn: 512, npages: 2048, pgoff: 700, ugfn: 9 }), setOrder(9), fault(1024)];
    const { ops, asked } = minimal(TRANSLATES, found, () => true);
    expect(ops).toEqual(told(bind({ npages: 512, pgoff: 1 }), setOrder(9), fault(0)));
    expect(asked).toBe(249);
  });

  it("with slots that hold the smallest of the architecture's large pages", () => {
    const found = [bind({ base_gfn: 512, npages: 2048, pgoff: 700, ugfn: 9 }), setOrder(4), fault(1024)];
    const arch = { ...x86_64, levels: [18, 9, 4] };
    const { ops, asked } = minimal(TRANSLATES, found, () => true, { arch, orders: [0, 4] });
    expect(ops).toEqual(told(bind({ npages: 16, pgoff: 1 }), setOrder(4), fault(0)));
    expect(asked).toBe(135);
  });

  it("with a slot that the order of the file is fixed for", () => {
    const found = [setOrder(9), bind(size), fault(5000)];
    const { ops } = minimal(LOW, found, () => true, { resize: "never" });
    expect(ops).toEqual(told(setOrder(9), bind({ npages: 1, pgoff: 1 }), fault(0)));
  });
});

it("throws for ops that break nothing: the search and the machine would disagree", () => {
  expect(() => minimal(LOW, [bind({ npages: 1 }), fault(0)], () => true)).toThrow(
    "the counterexample to folio_starts_in_slot does not break it when it is run again",
  );
});
