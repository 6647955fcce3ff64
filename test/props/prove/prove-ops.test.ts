/** A model as ops: what each bind and the fault have to see comes before them, and no op that changes nothing. */

import type { ClaimName } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { casesOf } from "../../../props/prove/claims.ts";
import type { Case } from "../../../props/prove/case.ts";
import { evaluatorOf } from "../../../model/rule/wasm/module.ts";
import { replayed } from "../../../props/prove/ops.ts";
import type { Question } from "../../../props/prove/question.ts";
import { opText } from "../../../sim/op.ts";
import { byId, model, parse, question } from "../../support/prove-models.ts";

function caseOf(asked: Question, claim: ClaimName, name: string): Case {
  const found = casesOf(asked, claim).find((c) => c.name === `${claim}-${name}`);
  if (found === undefined) throw new Error(`no case ${name} of ${claim}`);
  return found;
}

const told = (c: Case, values: Record<string, number | bigint>): string[] => replayed(c, model(values)).map(opText);

describe("the ops of a model", () => {
  const any = question();

  it("are a bind and a fault, with the folio's order set between them", () => {
    const c = caseOf(any, "folio_starts_in_slot", "16K");
    expect(told(c, { slot_pgoff: 5, slot_base_gfn: 8, slot_npages: 3, slot_ugfn: 7, touched: 2 })).toEqual([
      "bind_memslot vm=0 slot=0 base_gfn=8 npages=3 pgoff=5 ugfn=7",
      "set_order order=2",
      "fault vm=0 gfn=10",
    ]); // prettier-ignore
  });

  it("set the order that the bind has to see, and no order that the file has", () => {
    const c = caseOf(any, "folio_ends_in_slot", "64K");
    const slot = { slot_npages: 2 };
    const bound = "bind_memslot vm=0 slot=0 base_gfn=0 npages=2 pgoff=0 ugfn=0";
    expect(told(c, { ...slot, slot_file_order: 2 })).toEqual(["set_order order=4", bound, "fault vm=0 gfn=0"]);
    expect(told(c, { ...slot, slot_file_order: 1 })).toEqual([
      "set_order order=2", bound, "set_order order=4", "fault vm=0 gfn=0",
    ]); // prettier-ignore
    expect(told(caseOf(question({}, { orders: [4] }), "folio_ends_in_slot", "64K"), slot)).toEqual([bound, "fault vm=0 gfn=0"]); // prettier-ignore
  });

  it("bind the neighbour on another VM, where its frames never collide", () => {
    const values = { slot_npages: 2, other_pgoff: 9, other_npages: 3, other_base_gfn: 1, other_ugfn: 6, other_file_order: 1 };
    const [below, above] = ["64K-below", "64K-above"].map((name) => caseOf(any, "folio_avoids_other_slots", name));
    if (below === undefined || above === undefined) throw new Error("a neighbour has two sides");
    expect(told(above, { ...values, slot_pgoff: 3, gap: 1 })).toEqual([
      "bind_memslot vm=0 slot=0 base_gfn=0 npages=2 pgoff=3 ugfn=0",
      "set_order order=2",
      "bind_memslot vm=1 slot=0 base_gfn=1 npages=3 pgoff=6 ugfn=6",
      "set_order order=4",
      "fault vm=0 gfn=0",
    ]);
    expect(told(below, { ...values, gap: 0 })).toEqual([
      "bind_memslot vm=0 slot=0 base_gfn=0 npages=2 pgoff=12 ugfn=0",
      "set_order order=2",
      "bind_memslot vm=1 slot=0 base_gfn=1 npages=3 pgoff=9 ugfn=6",
      "set_order order=4",
      "fault vm=0 gfn=0",
    ]);
  }); // prettier-ignore

  it("set an i_size only where a rule reads it, and only one that the file has not", () => {
    const small = { slot_pgoff: 1, slot_npages: 3, slot_i_size: 9, i_size_now: 8 };
    const bound = "bind_memslot vm=0 slot=0 base_gfn=0 npages=3 pgoff=1 ugfn=0";
    const fault = ["set_order order=2", "fault vm=0 gfn=0"];
    const free = question({ bind: parse("offset > 0") });
    expect(told(caseOf(free, "folio_starts_in_slot", "16K"), small)).toEqual([bound, ...fault]);
    const reads = question({ bind: parse("offset > 0 && i_size > 5") });
    const c = caseOf(reads, "folio_starts_in_slot", "16K");
    expect(told(c, small)).toEqual(["set_i_size npages=9", bound, ...fault]);
    expect(told(c, { ...small, slot_i_size: 2n ** 51n - 1n })).toEqual([bound, ...fault]);
    // A model may leave out what may be anything.
    const sizeless = new Map([["slot_pgoff", 1n], ["slot_npages", 3n]]); // prettier-ignore
    expect(replayed(c, sizeless).map(opText)).toEqual([bound, ...fault]);
  });

  it.each(["map", "level"] as const)("set the i_size at the fault where the %s rule reads it", (kind) => {
    const text = kind === "map" ? "i_size < 0x9000" : "i_size >= 0x9000";
    const asked = question({ bind: parse("true"), [kind]: parse(text, kind) });
    const c = caseOf(asked, "mapping_translates", "16K-as-16K");
    expect(told(c, { slot_pgoff: 1, slot_npages: 8, i_size_now: 8, slot_i_size: 7, fault_file_order: 1 })).toEqual([
      "bind_memslot vm=0 slot=0 base_gfn=0 npages=8 pgoff=1 ugfn=0",
      "set_order order=2",
      "set_i_size npages=8",
      "fault vm=0 gfn=0",
    ]);
  });

  it("fault twice for a mapping of a folio that the file would not make now", () => {
    const asked = question({ bind: parse("true"), map: parse("folio_size == 0x1000 && i_size < 0x9000", "map") });
    const c = caseOf(asked, "mapping_translates", "16K-as-16K");
    expect(told(c, { slot_pgoff: 1, slot_npages: 8, touched: 1, i_size_now: 8, fault_file_order: 0 })).toEqual([
      "bind_memslot vm=0 slot=0 base_gfn=0 npages=8 pgoff=1 ugfn=0",
      "set_order order=2",
      "set_i_size npages=8",
      "fault vm=0 gfn=1",
      "set_order order=0",
      "fault vm=0 gfn=1",
    ]);
  });

  it("fault once for an allocation, whatever the model says of the file at the fault", () => {
    const c = caseOf(any, "folio_starts_in_slot", "16K");
    const ops = told(c, { slot_pgoff: 5, slot_npages: 3, fault_file_order: 2 });
    expect(ops.filter((op) => op.startsWith("fault")).length).toBe(1);
    expect(ops).not.toContain("set_order order=4");
  });

  it("set nothing after the first bind where the order is fixed", () => {
    const fixed = question({}, { resize: "before-bind" });
    expect(told(caseOf(fixed, "folio_starts_in_slot", "64K"), { slot_pgoff: 5, slot_npages: 3 })).toEqual([
      "set_order order=4",
      "bind_memslot vm=0 slot=0 base_gfn=0 npages=3 pgoff=5 ugfn=0",
      "fault vm=0 gfn=0",
    ]);
  });
});

describe("a model that the machine does not bear out is an error", () => {
  const c = caseOf(question({ bind: byId("offset_and_size_2m") }), "folio_starts_in_slot", "16K");

  it("when an op is refused", () => {
    expect(() => replayed(c, model({ slot_pgoff: 1, slot_npages: 1 }))).toThrow(
      /^the proof's ops are refused \(rule\): bind_memslot vm=0 slot=0 /,
    );
  });

  it("when the claim holds after them", () => {
    expect(() => replayed(c, model({ slot_pgoff: 512, slot_npages: 512 }))).toThrow(
      /^the proof's ops do not break folio_starts_in_slot: bind_memslot vm=0 slot=0 /,
    );
  });
});

it("compiles a rule once", () => {
  const [one, other] = [parse("true"), parse("true")];
  expect(evaluatorOf(one)).toBe(evaluatorOf(one));
  expect(evaluatorOf(one).rule).toBe(one);
  expect(evaluatorOf(other)).not.toBe(evaluatorOf(one));
});
