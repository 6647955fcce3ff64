/**
 * Each claim's cases against the simulated machine, for every small slot: with mapping levels of 4 and 16 pages, slots of
 * a few pages show all that can go wrong. What premises there are is told by their names.
 */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { newVm } from "../../../model/abstract/machine.ts";
import type { Vm } from "../../../model/abstract/machine.ts";
import { excess } from "../../../props/claims/always.ts";
import type { Case } from "../../../props/prove/case.ts";
import { casesOf, premisesOf } from "../../../props/prove/claims.ts";
import { likelyModels, metBy } from "../../../props/prove/premises.ts";
import type { Question } from "../../../props/prove/question.ts";
import { FALSE, TRUE } from "../../../props/prove/smt/term.ts";
import { valuation } from "../../../props/prove/smt/value.ts";
import { worldOf } from "../../../sim/world.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import type { Op } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { apply } from "../../../sim/step.ts";
import { byId, model, parse, question, SMALL } from "../../support/prove-models.ts";

const machine = ({ rules, setting }: Question): Vm =>
  newVm(worldOf(rules, { ...DEFAULT_SETTING, ...setting }, SMALL).world);

/** The machine after the ops; undefined where one of them is refused. */
function after(asked: Question, ops: readonly Op[]): Vm | undefined {
  const vm = machine(asked);
  for (const op of ops) {
    apply(vm, op);
    if (vm.saw.refusal !== undefined) return undefined;
  }
  return vm;
}

interface Slot {
  readonly pgoff: number;
  readonly base_gfn: number;
  readonly npages: number;
}

const SLOTS: readonly Slot[] = [0, 1, 6].flatMap((pgoff) =>
  [0, 2].flatMap((base_gfn) => [1, 4, 16, 19].map((npages) => ({ pgoff, base_gfn, npages }))),
);
const endsOf = ({ npages }: Slot): number[] => [...new Set([0, 2, npages - 1])].filter((at) => at < npages);

const valuesOf = (name: string, { pgoff, base_gfn, npages }: Slot, order: number): Record<string, number> => ({
  [`${name}_pgoff`]: pgoff,
  [`${name}_base_gfn`]: base_gfn,
  [`${name}_npages`]: npages,
  [`${name}_file_order`]: order,
});

const says = (cases: readonly Case[], values: Record<string, number>): boolean => {
  const value = valuation(model(values));
  return cases.some(({ broken }) => value(broken) === 1n);
};

/** Cases of the folio that the machine has. Where the size can change, a smaller folio shows what a level can do. */
const fitting = (cases: readonly Case[], folio: number): readonly Case[] =>
  cases.filter(({ scene }) => scene.folio === folio);

interface World {
  readonly name: string;
  readonly rules: Partial<Question["rules"]>;
}

const WORLDS: readonly World[] = [
  { name: "no rule", rules: {} },
  { name: "a bind rule", rules: { bind: parse("!(size & (folio_size - 1))") } },
  {
    name: "a map and a level rule",
    rules: {
      map: parse("(index ^ gfn) & 1 || gfn + nr_pages < base_gfn + npages", "map"),
      level: parse("order == 4 && pgoff & 1", "level"),
    },
  },
];

describe.each(WORLDS)("with $name, a claim is broken where its cases say so", ({ rules }) => {
  const asked = question(rules, { resize: "never" });

  it.each([2, 4])("with folios of order %i", (folio) => {
    const claims = CLAIM_NAMES.filter((claim) => claim !== "folio_avoids_other_slots");
    const cases = new Map(claims.map((claim) => [claim, fitting(casesOf(asked, claim), folio)]));
    const wrong: object[] = [];
    const met: Record<string, number> = {};
    for (const slot of SLOTS) {
      for (const touched of endsOf(slot)) {
        const vm = after(asked, [setOrder(folio), bind({ ...slot }), fault(slot.base_gfn + touched)]);
        const value = valuation(model({ ...valuesOf("slot", slot, 0), touched }));
        for (const [claim, fits] of cases) {
          const isBroken = vm !== undefined && excess(claim, vm) > 0;
          if (isBroken) met[claim] = (met[claim] ?? 0) + 1;
          const said = fits.some(({ broken }) => value(broken) === 1n);
          if (said !== isBroken) wrong.push({ claim, touched, ...slot, isBroken });
        }
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    // A mapping never leaves its slot's frames: the machine sees to it, and the formulas know.
    expect(Object.keys(met)).not.toContain("mapping_starts_in_slot");
    expect(Object.keys(met)).not.toContain("mapping_ends_in_slot");
    for (const claim of ["folio_starts_in_slot", "mapping_translates"]) expect(met[claim]).toBeGreaterThan(0);
  });
});

describe("a neighbour's pages are taken where the cases say so", () => {
  const asked = question({}, { resize: "never" });
  const cases = casesOf(asked, "folio_avoids_other_slots");
  const sizes = [1, 5];

  it.each(["above", "below"] as const)("by a folio that reaches the slot %s", (side) => {
    const wrong: object[] = [];
    const met = { broken: 0, kept: 0 };
    for (const folio of [2, 4]) {
      const fits = fitting(cases, folio).filter(({ name }) => name.endsWith(side));
      expect(fits.length).toBe(1);
      for (const start of [1, 14]) {
        for (const [lower, upper, gap] of sizes.flatMap((a) => sizes.flatMap((b) => [0, 1, 3].map((g) => [a, b, g] as const)))) {
          const low = { pgoff: start, base_gfn: 100, npages: lower };
          const high = { pgoff: start + lower + gap, base_gfn: 200, npages: upper };
          const [slot, other] = side === "above" ? [low, high] : [high, low];
          for (const touched of endsOf(slot)) {
            const ops = [setOrder(folio), bind({ ...slot }), bind({ ...other, vm: 1 }), fault(slot.base_gfn + touched)];
            const vm = after(asked, ops);
            const broken = vm !== undefined && excess("folio_avoids_other_slots", vm) > 0;
            met[broken ? "broken" : "kept"] += 1;
            const values = { ...valuesOf("slot", slot, 0), ...valuesOf("other", other, 0), touched, gap };
            if (says(fits, values) !== broken) wrong.push({ folio, touched, slot, other, broken });
          }
        }
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(Math.min(met.broken, met.kept)).toBeGreaterThan(30);
  }); // prettier-ignore

  it("only if the bind rule takes both of them", () => {
    const [above] = casesOf(question({ bind: parse("size == 0x4000 || offset == 0") }), "folio_avoids_other_slots");
    if (above === undefined) throw new Error("there is a slot above");
    const values = { ...valuesOf("slot", { pgoff: 0, base_gfn: 0, npages: 1 }, 0), touched: 0, gap: 0 };
    const other = (npages: number) => valuesOf("other", { pgoff: 1, base_gfn: 0, npages }, 0);
    expect([says([above], { ...values, ...other(4) }), says([above], { ...values, ...other(3) })]).toEqual([true, false]);
  }); // prettier-ignore
});

describe("the cases of a claim", () => {
  const names = (claim: ClaimName, setting: Partial<Question["setting"]> = {}) =>
    casesOf(question({}, setting), claim).map(({ name }) => name);

  it("are one for each large folio", () => {
    expect(names("folio_starts_in_slot")).toEqual(["folio_starts_in_slot-16K", "folio_starts_in_slot-64K"]);
    expect(names("folio_ends_in_slot", { orders: [0, 9] })).toEqual(["folio_ends_in_slot-2M"]);
    expect(names("folio_ends_in_slot", { orders: [0] })).toEqual([]);
  });

  it("are one on each side for a neighbour, whose slot is the other", () => {
    const cases = casesOf(question({}, { orders: [0, 2] }), "folio_avoids_other_slots");
    expect(cases.map(({ name, other }) => [name, other?.slot.name])).toEqual([
      ["folio_avoids_other_slots-16K-above", "other"],
      ["folio_avoids_other_slots-16K-below", "other"],
    ]);
  });

  it("are the smallest folio that fills each level, where the size can change at any time", () => {
    expect(names("mapping_translates")).toEqual(["mapping_translates-16K-as-16K", "mapping_translates-64K-as-64K"]);
    expect(names("mapping_translates", { orders: [0, 3, 5, 6] })).toEqual([
      "mapping_translates-32K-as-16K",
      "mapping_translates-128K-as-64K",
    ]);
  });

  it("are every folio at every level it fills, where the size is fixed: a rule may read it", () => {
    expect(names("mapping_translates", { resize: "before-bind" })).toEqual([
      "mapping_translates-16K-as-16K",
      "mapping_translates-64K-as-64K",
      "mapping_translates-64K-as-16K",
    ]);
  });

  it("are of slots that come to be: none lies behind the last frame", () => {
    const [one] = casesOf(question({ bind: parse("true") }), "folio_starts_in_slot");
    if (one === undefined) throw new Error("there is a case");
    const at = (base_gfn: number, npages: number) => says([one], valuesOf("slot", { pgoff: 1, base_gfn, npages }, 0));
    const last = 2 ** 40 - 1;
    expect([at(last, 1), at(last - 1, 2), at(last, 2), at(last - 1, 3)]).toEqual([true, true, false, false]);
  });

  it("of a mapping read the file as it is at the fault", () => {
    const asked = question({ bind: parse("true"), map: parse("i_size > 0x5000 && folio_size == 0x4000", "map") });
    const [one] = casesOf(asked, "mapping_translates");
    if (one === undefined) throw new Error("there is a case");
    const slot = { ...valuesOf("slot", { pgoff: 1, base_gfn: 0, npages: 4 }, 0), slot_i_size: 2 };
    const now = (i_size_now: number, fault_file_order: number) =>
      says([one], { ...slot, i_size_now, fault_file_order });
    expect([now(6, 1), now(5, 1), now(6, 0), now(6, 2)]).toEqual([true, false, false, false]);
  });

  it("say which claim they are of", () => {
    for (const claim of CLAIM_NAMES) expect(new Set(casesOf(question(), claim).map((c) => c.claim))).toEqual(new Set([claim])); // prettier-ignore
  });
});

describe("a loop that is not followed to its end", () => {
  const LOOP = "bool f(u64 offset) { while (!(offset & 1)) offset >>= 1; return true; }";
  const MAP_LOOP = "bool f(u64 gfn) { while (!(gfn & 1)) gfn >>= 1; return true; }";
  const cutOf = (rules: Partial<Question["rules"]>, claim: ClaimName, values: Record<string, number>) => {
    const value = valuation(model({ slot_npages: 16, ...values }));
    return casesOf(question(rules, { resize: "never" }), claim).map(({ cut }) => (cut === FALSE ? "never" : value(cut)));
  }; // prettier-ignore

  it("cuts no case of a rule without loops", () => {
    for (const claim of CLAIM_NAMES) expect(new Set(cutOf({}, claim, {}))).toEqual(new Set(["never"]));
  });

  it("of the bind rule cuts the slots that it holds, if the ioctl lets them through", () => {
    const bindLoop = { bind: parse(LOOP) };
    expect(cutOf(bindLoop, "folio_starts_in_slot", { slot_pgoff: 0 })).toEqual([1n, 1n]);
    expect(cutOf(bindLoop, "folio_starts_in_slot", { slot_pgoff: 1 })).toEqual([0n, 0n]);
    expect(cutOf(bindLoop, "folio_starts_in_slot", { slot_pgoff: 0, slot_npages: 0 })).toEqual([0n, 0n]);
    expect(cutOf(bindLoop, "mapping_translates", { slot_pgoff: 0 })).toEqual([1n, 1n, 1n]);
    expect(cutOf(bindLoop, "mapping_translates", { slot_pgoff: 0, slot_npages: 0 })).toEqual([0n, 0n, 0n]);
  });

  it("cuts a pair of slots where it holds either", () => {
    const pair = (values: Record<string, number>) =>
      cutOf({ bind: parse(LOOP) }, "folio_avoids_other_slots", { other_npages: 1, ...values });
    // The upper slot starts where the lower one and the gap end: above, that is the other.
    expect(pair({ slot_pgoff: 1, gap: 0, other_pgoff: 0 }).filter((_, at) => at % 2 === 0)).toEqual([0n, 0n]);
    expect(pair({ slot_pgoff: 0, gap: 0, other_pgoff: 0 }).filter((_, at) => at % 2 === 0)).toEqual([1n, 1n]);
    expect(pair({ other_pgoff: 0 }).filter((_, at) => at % 2 === 1)).toEqual([1n, 1n]);
    expect(pair({ other_pgoff: 1, other_npages: 2 }).filter((_, at) => at % 2 === 1)).toEqual([0n, 0n]);
    expect(pair({ other_pgoff: 0, other_npages: 0, slot_npages: 0 })).toEqual([0n, 0n, 0n, 0n]);
  });

  it("of a map or level rule cuts the mappings that it is asked about", () => {
    const onFrame = (base_gfn: number) => ({ slot_base_gfn: base_gfn, slot_npages: 64, touched: 0 });
    for (const [kind, text] of [["map", MAP_LOOP], ["level", "bool f(u64 base_gfn) { while (!(base_gfn & 1)) base_gfn >>= 1; return false; }"]] as const) {
      const rules = { [kind]: parse(text, kind) };
      expect([kind, cutOf(rules, "mapping_translates", onFrame(0))]).toEqual([kind, [1n, 1n, 1n]]);
      expect([kind, cutOf(rules, "mapping_translates", onFrame(16))]).toEqual([kind, [0n, 0n, 0n]]);
    }
    // The frame lies outside the slot: nobody asks.
    expect(cutOf({ map: parse(MAP_LOOP, "map") }, "mapping_translates", { touched: 16 })).toEqual([0n, 0n, 0n]);
    // The level is forbidden: the map rule is not asked.
    expect(cutOf({ map: parse(MAP_LOOP, "map"), level: parse("order > 0", "level") }, "mapping_translates", onFrame(0))).toEqual(["never", "never", "never"]);
  }); // prettier-ignore
});

describe("premises", () => {
  const ORDERS = ["first_page_order_2", "first_page_order_4", "last_page_order_2", "last_page_order_4"];

  it("are a slot, a large folio, and faults on both ends of a slot with each large order", () => {
    expect(Object.keys(premisesOf(question(), "folio_starts_in_slot"))).toEqual(["slot_accepted", "large_folio", ...ORDERS]);
  }); // prettier-ignore

  it("of a claim on two slots are two slots, of one on mappings a large mapping", () => {
    expect(Object.keys(premisesOf(question(), "folio_avoids_other_slots"))).toContain("two_slots_accepted");
    for (const claim of CLAIM_NAMES) {
      const names = Object.keys(premisesOf(question(), claim));
      expect(names.includes("large_mapping")).toBe(MAPPING_CLAIMS.includes(claim));
      expect(names.includes("two_slots_accepted")).toBe(claim === "folio_avoids_other_slots");
    }
  });

  it("of base pages alone lack the large folio and all that stands on it", () => {
    const premises = premisesOf(question({}, { orders: [0] }), "mapping_translates");
    expect(Object.keys(premises)).toEqual(["slot_accepted", "large_folio", "large_mapping"]);
    expect([premises["large_folio"], premises["large_mapping"]]).toEqual([[FALSE], []]);
    expect(premisesOf(question(), "mapping_translates")["large_folio"]).toEqual([TRUE]);
  });

  it("of a large mapping are as many ways as there are cases", () => {
    const ways = (resize: "any" | "never") =>
      premisesOf(question({}, { resize }), "mapping_translates")["large_mapping"]?.length;
    expect([ways("any"), ways("never")]).toEqual([2, 3]);
  });

  const met = (rules: Partial<Question["rules"]>, claim: ClaimName, values: Record<string, number>[], setting = {}) =>
    [...metBy(values.map(model), premisesOf(question(rules, setting), claim))].toSorted();

  it("are all met by well aligned slots where there is no rule", () => {
    for (const claim of CLAIM_NAMES) {
      const premises = premisesOf(question(), claim);
      expect([...metBy(likelyModels(3, []), premises)].toSorted()).toEqual(Object.keys(premises).toSorted());
    }
  });

  it("of an order are met by a slot that was accepted under it, where it cannot change", () => {
    const rules = { bind: parse("folio_size == 0x4000") };
    const slot = { slot_npages: 4 };
    expect(met(rules, "folio_starts_in_slot", [slot], { resize: "never" })).toEqual([
      "first_page_order_2", "large_folio", "last_page_order_2", "slot_accepted",
    ]);
    expect(met(rules, "folio_starts_in_slot", [{ ...slot, slot_file_order: 1 }])).toEqual([...ORDERS.slice(0, 2), "large_folio", ...ORDERS.slice(2), "slot_accepted"].toSorted());
    expect(met(rules, "folio_starts_in_slot", [{ ...slot, slot_file_order: 0 }])).toEqual(["large_folio"]);
  }); // prettier-ignore

  it("of two slots want two that do not overlap, on either side", () => {
    const two = (slot: [number, number], other: [number, number], bindText = "true") => {
      const values = { slot_pgoff: slot[0], slot_npages: slot[1], other_pgoff: other[0], other_npages: other[1] };
      return met({ bind: parse(bindText) }, "folio_avoids_other_slots", [values]).includes("two_slots_accepted");
    };
    expect([two([0, 4], [4, 2]), two([4, 2], [0, 4]), two([0, 4], [9, 2])]).toEqual([true, true, true]);
    expect([two([0, 4], [3, 2]), two([3, 2], [0, 4]), two([0, 4], [0, 4])]).toEqual([false, false, false]);
    expect([two([0, 4], [4, 0]), two([0, 0], [4, 2])]).toEqual([false, false]);
    expect([two([0, 4], [4, 2], "offset == 0"), two([4, 2], [0, 4], "offset == 0")]).toEqual([false, false]);
  });

  it("of a large mapping want a block that lies in the slot and that the rules allow", () => {
    const large = (rules: Partial<Question["rules"]>, values: Record<string, number>) =>
      met(rules, "mapping_translates", [values]).includes("large_mapping");
    expect(large({}, { slot_npages: 4 })).toBe(true);
    expect([large({}, { slot_npages: 3 }), large({}, { slot_base_gfn: 1, slot_npages: 4 })]).toEqual([false, false]);
    expect(large({ map: byId("order_zero") }, { slot_npages: 16 })).toBe(false);
    expect(large({ level: parse("true", "level") }, { slot_npages: 16 })).toBe(false);
    expect(large({ level: parse("order == 2", "level") }, { slot_npages: 4 })).toBe(false);
    expect(large({ level: parse("order == 2", "level") }, { slot_npages: 16 })).toBe(true);
  });
});
