/* oxlint-disable no-await-in-loop -- one question after the other: the answers come from one solver */
/* oxlint-disable vitest/no-conditional-expect -- refuted is one verdict of three */

import { ALLOCATION_CLAIMS, CLAIM_NAMES } from "../../../model/claim.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { newVm } from "../../../model/abstract/machine.ts";
import { excess } from "../../../props/claims/always.ts";
import type { Proof } from "../../../props/prove/question.ts";
import { claimsOf } from "../../../props/judge/context.ts";
import { recordedVerdict } from "../../../props/judge/recorded.ts";
import { worldOf } from "../../../sim/world.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { apply } from "../../../sim/step.ts";
import type { Bench } from "../../support/prove-bench.ts";
import { openBench } from "../../support/prove-bench.ts";

// A solver shares its machine with other tests: what ends is right, however late.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.prover.close());

const unmet = ({ premises }: Proof): string[] => Object.keys(premises).filter((name) => premises[name] === false);

describe("the catalogue", () => {
  it("comes to the recorded verdicts, each counterexample shown by the machine", async () => {
    const wrong: string[] = [];
    for (const rule of bench.book.all) {
      for (const claim of claimsOf(rule, CLAIM_NAMES)) {
        const wanted = recordedVerdict(rule.id, claim);
        const proof = await bench.prove(rule, claim);
        const pass = unmet(proof).length > 0 ? "vacuous" : "holds";
        const said = proof.status === "proved" ? pass : proof.status;
        if (said !== wanted) wrong.push(`${rule.id} ${claim}: ${said}, recorded ${wanted}`);
        if (proof.status !== "refuted") continue;
        const vm = newVm(worldOf(bench.question(rule).rules, DEFAULT_SETTING).world);
        for (const op of proof.ops) apply(vm, op);
        expect(excess(claim, vm)).toBeGreaterThan(0);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("refutes the canary", async () => {
    for (const claim of ALLOCATION_CLAIMS) expect(await bench.statusOf(bench.book.canary, claim)).toBe("refuted");
  });
});

describe("the setting", () => {
  it("without 1 GiB folios clears a rule that reckons with 2 MiB", async () => {
    const rule = bench.book.byId("offset_and_size_2m");
    expect(await bench.statusOf(rule, "folio_starts_in_slot")).toBe("refuted");
    for (const claim of ALLOCATION_CLAIMS) expect(await bench.statusOf(rule, claim, { orders: [0, 9] })).toBe("proved");
  });

  it("without a change of size after the bind clears the check of the file's folio, below but not above", async () => {
    const rule = bench.book.byId("file_folio");
    for (const resize of ["never", "before-bind"] as const) {
      expect(await bench.statusOf(rule, "folio_starts_in_slot", { resize })).toBe("proved");
      expect(await bench.statusOf(rule, "folio_ends_in_slot", { resize })).toBe("refuted");
    }
  });

  it("with base pages only says nothing: no large folio, no large mapping", async () => {
    const proof = await bench.prove(bench.book.byId("none"), "mapping_translates", { orders: [0] });
    expect(proof.status).toBe("proved");
    expect(unmet(proof)).toEqual(["large_folio", "large_mapping"]);
  });

  it("can have one order alone", async () => {
    expect(await bench.statusOf(bench.book.byId("ctz"), "folio_ends_in_slot", { orders: [9] })).toBe("refuted");
    expect(await bench.statusOf(bench.book.byId("offset_and_size_2m"), "folio_ends_in_slot", { orders: [9] })).toBe(
      "proved",
    );
  });
});

describe("premises", () => {
  it("of a rule that accepts nothing are not met", async () => {
    const proof = await bench.prove(bench.parse("size == 0"), "folio_starts_in_slot");
    expect(proof.status).toBe("proved");
    expect(unmet(proof)).toContain("slot_accepted");
  });

  it("of a rule that accepts one slot lack the second", async () => {
    const proof = await bench.prove(bench.parse("offset == 0"), "folio_avoids_other_slots");
    expect(proof.status).toBe("proved");
    expect(unmet(proof)).toEqual(["two_slots_accepted"]);
  });

  it("of a rule that wants base pages at the bind lack the large orders, where the order cannot change", async () => {
    const rule = bench.parse("folio_size == SZ_4K");
    expect(unmet(await bench.prove(rule, "folio_ends_in_slot"))).toEqual([]);
    expect(unmet(await bench.prove(rule, "folio_ends_in_slot", { resize: "never" }))).toEqual([
      "first_page_order_9",
      "first_page_order_18",
      "last_page_order_9",
      "last_page_order_18",
    ]);
  });

  it("that no well aligned slot meets are asked of the solver", async () => {
    const proof = await bench.prove(
      bench.parse("offset == 0x5000 && gpa == 0x7000 && size == 0x3000"),
      "folio_starts_in_slot",
      {
        orders: [0],
      },
    );
    expect(proof).toMatchObject({ status: "proved", premises: { slot_accepted: true, large_folio: false } });
    expect(proof.queries.map(({ name, answer }) => ({ name, answer }))).toEqual([
      { name: "folio_starts_in_slot-slot_accepted-0", answer: "sat" },
    ]);
  });
});

describe("a rule that reads what changes", () => {
  it("is refuted by an i_size that changes before the bind", async () => {
    const rule = bench.parse("i_size == 0x5000 || IS_ALIGNED(offset | size, SZ_1G)");
    const proof = await bench.prove(rule, "folio_starts_in_slot");
    expect(proof.status === "refuted" && proof.ops.map(({ op }) => op)).toContain("set_i_size");
  });

  it("is refuted by a folio that an earlier fault left, where a map rule reads the file's folio size now", async () => {
    const rule = bench.parse("folio_size == SZ_4K && order == 9", "map");
    const proof = await bench.prove(rule, "mapping_translates");
    expect(proof.status === "refuted" && proof.ops.filter(({ op }) => op === "fault").length).toBe(2);
    expect(await bench.statusOf(rule, "mapping_translates", { resize: "never" })).toBe("proved");
  });
});

describe("a loop", () => {
  it("that some input never leaves binds no slot with it: the rest is judged", async () => {
    const loop = "bool f(u64 offset) { int n = 0; while (!(offset & 1)) { offset >>= 1; n++; } return n >= 30; }";
    const rule = bench.parse(loop);
    expect(await bench.statusOf(rule, "folio_starts_in_slot")).toBe("proved");
    expect(await bench.statusOf(rule, "folio_ends_in_slot")).toBe("refuted");
  });

  it("is known once the loop ends for every input", async () => {
    const loop =
      "bool f(u64 offset, u64 size) { int n = 0; offset |= size; while (!(offset & 1)) { offset >>= 1; n++; } return n >= 30; }";
    expect(await bench.statusOf(bench.parse(loop), "folio_starts_in_slot")).toBe("proved");
  });
});
