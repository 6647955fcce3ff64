/** From ops to a whole finding: the intervals in pages, and nothing told that does not hold when it is run again. */

import type { ClaimName } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../../model/rule/tree.ts";
import { tellCounterexample, violationOf } from "../../../props/judge/finding.ts";
import type { Rules } from "../../../sim/world.ts";
import { worldOf } from "../../../sim/world.ts";
import type { Counterexample } from "../../../sim/counterexample.ts";
import { idOf } from "../../../sim/counterexample.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder, unbind } from "../../../sim/op.ts";
import type { Setting } from "../../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { run } from "../../../sim/trace.ts";
import { byId, parse } from "../../support/prove-models.ts";

const SETTING: Setting = { ...DEFAULT_SETTING, orders: [0, 9] };
const NONE = byId("none");

function tell(
  claim: ClaimName,
  ops: readonly Op[],
  judged: Rule = NONE,
  ruleById: (id: string) => Rule = byId,
): Counterexample {
  const rules: Rules = { bind: NONE, map: byId("folio_order"), level: byId("stock"), [judged.kind]: judged };
  return tellCounterexample(judged, claim, rules, SETTING, ops, ruleById);
}

const BELOW = [bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0)];
const BEHIND = [bind({ npages: 1 }), setOrder(9), fault(0)];
// file page   0 1 2 … 512
// slot 0      [)              the fault's
// slot 0'       [)            of the other VM
// folio       [           )
const NEIGHBOUR = [bind({ npages: 1 }), bind({ npages: 3, pgoff: 1, vm: 1 }), setOrder(9), fault(0)];
// The guest's frames are whole blocks of 2 MiB, their file pages are one page off.
const ONE_OFF = bind({ npages: 512, pgoff: 1 });

describe("the intervals of a broken claim", () => {
  it.each<[ClaimName, Op[], object]>([
    ["folio_starts_in_slot", BELOW, { at: 2, excess: 1, unit: "file pages", expected: { start: 1, npages: 1 }, actual: { start: 0, npages: 512 }, others: [] }],
    ["folio_ends_in_slot", BEHIND, { at: 2, excess: 511, unit: "file pages", expected: { start: 0, npages: 1 }, actual: { start: 0, npages: 512 }, others: [] }],
    ["folio_avoids_other_slots", NEIGHBOUR, { at: 3, excess: 3, unit: "file pages", expected: { start: 0, npages: 1 }, actual: { start: 0, npages: 512 }, others: [{ start: 1, npages: 3 }] }],
    ["mapping_starts_in_binding", [ONE_OFF, setOrder(9), fault(0)], { at: 2, excess: 1, unit: "file pages", expected: { start: 1, npages: 512 }, actual: { start: 0, npages: 512 }, others: [] }],
    ["mapping_ends_in_binding", [ONE_OFF, setOrder(9), fault(511)], { at: 2, excess: 511, unit: "file pages", expected: { start: 1, npages: 512 }, actual: { start: 512, npages: 512 }, others: [] }],
    ["mapping_translates", [bind({ npages: 512, pgoff: 7, base_gfn: 512, ugfn: 512 }), setOrder(9), fault(512)], { at: 2, excess: 7, unit: "file pages", expected: { start: 7, npages: 512 }, actual: { start: 0, npages: 512 }, others: [] }],
  ])("of %s", (claim, ops, violation) => {
    const found = tell(claim, ops);
    expect(found.violation).toMatchObject(violation);
    expect(found).toMatchObject({ id: idOf(ops), claim, ops, rule: NONE, setting: SETTING, userspaceAddrMatters: false });
    expect(found.trace.map(({ op }) => op)).toEqual(ops);
    expect(found.trace.at(-1)?.effect.effect).toBe("faulted");
  }); // prettier-ignore

  it("tells the neighbour that shares the slot's number on another VM, and the one on its own", () => {
    const own = [bind({ npages: 1, slot: 1 }), bind({ npages: 3, pgoff: 1, base_gfn: 9, slot: 2 }), setOrder(9), fault(0)]; // prettier-ignore
    expect(tell("folio_avoids_other_slots", own).violation.others).toEqual([{ start: 1, npages: 3 }]);
    const second = [bind({ npages: 1, vm: 1 }), bind({ npages: 3, pgoff: 1 }), setOrder(9), fault(0, 1)];
    expect(tell("folio_avoids_other_slots", second).violation.others).toEqual([{ start: 1, npages: 3 }]);
  });

  // Two slots of 4 MiB, frames and file pages one off; the last page of the first is touched.
  const two = [bind({ npages: 1024, pgoff: 1 }), bind({ npages: 2, pgoff: 1025, vm: 1 }), setOrder(9), fault(1023)];
  const rules: Rules = { bind: NONE, map: byId("folio_order"), level: byId("stock") };
  const trace = run(worldOf(rules, SETTING).world, two);

  it.each<[ClaimName, object]>([
    ["folio_starts_in_slot", { unit: "file pages", expected: { start: 1, npages: 1024 }, actual: { start: 1024, npages: 512, order: 9 } }],
    ["folio_ends_in_slot", { unit: "file pages", expected: { start: 1, npages: 1024 }, actual: { start: 1024, npages: 512, order: 9 } }],
    ["mapping_starts_in_slot", { unit: "guest frames", expected: { start: 0, npages: 1024 }, actual: { start: 512, npages: 512 } }],
    ["mapping_ends_in_slot", { unit: "guest frames", expected: { start: 0, npages: 1024 }, actual: { start: 512, npages: 512 } }],
    ["mapping_starts_in_binding", { unit: "file pages", expected: { start: 1, npages: 1024 }, actual: { start: 1024, npages: 512 } }],
    ["mapping_ends_in_binding", { unit: "file pages", expected: { start: 1, npages: 1024 }, actual: { start: 1024, npages: 512 } }],
    ["mapping_translates", { unit: "file pages", expected: { start: 513, npages: 512 }, actual: { start: 1024, npages: 512 } }],
  ])("of %s name no neighbour", (claim, ranges) => {
    expect(violationOf(claim, trace, 3, 511)).toEqual({ at: 3, excess: 511, others: [], ...ranges });
  }); // prettier-ignore

  it("are those of a fault: no other step breaks a claim", () => {
    const idle = run(worldOf(rules, SETTING).world, [fault(5)]);
    for (const [some, at] of [[trace, 0], [trace, 2], [trace, 4], [idle, 0]] as const) {
      expect(() => violationOf("folio_ends_in_slot", some, at, 1)).toThrow(
        "folio_ends_in_slot was broken by a step that is no fault",
      );
    }
  }); // prettier-ignore

  it("come with all three rules", () => {
    const found = tell("folio_starts_in_slot", BELOW);
    expect([found.rules.bind.id, found.rules.map.id, found.rules.level.id]).toEqual(["none", "folio_order", "stock"]);
  });
});

describe("the control", () => {
  it.each<[string, ClaimName, Op[], Rule, string, string]>([
    ["a bind rule", "folio_starts_in_slot", BELOW, NONE, "offset_and_size_2m", "refused"],
    ["a bind rule", "mapping_translates", [ONE_OFF, setOrder(9), fault(0)], NONE, "congruent_2m", "refused"],
    ["a map rule", "mapping_translates", [ONE_OFF, setOrder(9), fault(0)], byId("folio_order"), "congruent_order", "done"],
    ["a level rule", "mapping_translates", [ONE_OFF, setOrder(9), fault(0)], byId("stock"), "offset_congruent", "done"],
  ])("of %s is one of its kind that keeps %s with the same ops", (_, claim, ops, judged, id, first) => {
    const { control } = tell(claim, ops, judged);
    expect(control.rule.id).toBe(id);
    expect(control.trace.map(({ op }) => op)).toEqual(ops);
    expect(control.trace[0]?.effect.effect).toBe(first);
  }); // prettier-ignore
});

describe("a userspace address", () => {
  it("matters where the claim holds once it is 0", () => {
    const rule = parse("userspace_addr != 0");
    const ops = [bind({ npages: 1, pgoff: 1, ugfn: 7 }), setOrder(9), fault(0)];
    expect(tell("folio_starts_in_slot", ops, rule).userspaceAddrMatters).toBe(true);
    expect(tell("folio_starts_in_slot", ops).userspaceAddrMatters).toBe(false);
  });
});

describe("a finding is not told", () => {
  it("when the claim holds", () => {
    const kept = [bind({ npages: 512 }), setOrder(9), fault(0)];
    expect(() => tell("folio_starts_in_slot", kept)).toThrow(
      "folio_starts_in_slot: the minimised ops break it at step -1, not at the last",
    );
  });

  it("when it breaks before the last op", () => {
    expect(() => tell("folio_starts_in_slot", [...BELOW, fault(0)])).toThrow(
      "folio_starts_in_slot: the minimised ops break it at step 2, not at the last",
    );
  });

  it("when an op is idle, the first or another", () => {
    const idle = "is not needed";
    expect(() => tell("folio_starts_in_slot", [setOrder(0), ...BELOW])).toThrow(`folio_starts_in_slot: op 0 ${idle}`);
    expect(() => tell("folio_starts_in_slot", [...BELOW.slice(0, 2), unbind(3), fault(0)])).toThrow(`op 2 ${idle}`);
    const far = [...NEIGHBOUR.slice(0, 2), bind({ npages: 1, pgoff: 600, base_gfn: 8, slot: 5 }), ...NEIGHBOUR.slice(2)];
    expect(() => tell("folio_avoids_other_slots", far)).toThrow(`op 2 ${idle}`);
  }); // prettier-ignore

  it("when the control breaks too", () => {
    expect(() => tell("folio_starts_in_slot", BELOW, NONE, () => NONE)).toThrow(
      "folio_starts_in_slot: the control none does not keep it",
    );
  });
});
