/** Premises that mend a rule: what each says as C, of a slot in bytes and of all slots at once; and which sets are weakest. */

import type { ClaimName } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { fixOf, weakestFixes } from "../../../props/prove/fix/fix.ts";
import type { Fix } from "../../../props/prove/fix/fix.ts";
import { fixesForAll } from "../../../props/prove/fix/all.ts";
import type { PremiseName } from "../../../props/prove/fix/premises.ts";
import { PREMISE_NAMES, premiseOf, premisesTerm } from "../../../props/prove/fix/premises.ts";
import { casesOf } from "../../../props/prove/claims.ts";
import { aboutWorld } from "../../../props/prove/ask.ts";
import type { Question } from "../../../props/prove/question.ts";
import type { Answer } from "../../../props/prove/smt/answer.ts";
import { valuation } from "../../../props/prove/smt/value.ts";
import type { Model } from "../../support/prove-models.ts";
import { knowing, model, parse, question } from "../../support/prove-models.ts";

const unknown = (): Answer => ({ answer: "unknown", reason: "gave up" });

describe("a fix", () => {
  it("is C for the bind with the largest folio in it, and sentences", () => {
    expect(fixOf(["congruent"], 18).check).toBe("!((offset ^ gpa) & (SZ_1G - 1))");
    expect(fixOf(["offset_aligned", "size_aligned"], 9).check).toBe(
      "IS_ALIGNED(offset, SZ_2M) && IS_ALIGNED(size, SZ_2M)",
    );
    expect(fixOf(["gpa_aligned"], 4).check).toBe("IS_ALIGNED(gpa, SZ_64K)");
    expect(fixOf(["aligned_to_folio_now"], 4).check).toBe("IS_ALIGNED(offset | size, folio_size)");
    expect(fixOf(["folio_at_most_size", "resize_before_bind"], 18)).toMatchObject({
      premises: ["folio_at_most_size", "resize_before_bind"],
      sentences: ["no folio is larger than the slot", "the file's folio size does not change once a slot is bound"],
      check: "",
    });
  });

  it.each([
    [0, "SZ_4K"],
    [7, "SZ_512K"],
    [8, "SZ_1M"],
    [9, "SZ_2M"],
    [17, "SZ_512M"],
    [18, "SZ_1G"],
  ])("writes a folio of order %i as %s", (largest, text) => {
    expect(fixOf(["offset_aligned"], largest).check).toBe(`IS_ALIGNED(offset, ${text})`);
  });

  it("lets a slot through that meets all of its premises", () => {
    const { accepts } = fixOf(["offset_aligned", "size_aligned"], 9);
    const folio = 2n ** 21n;
    const slot = { offset: folio, gpa: 5n, size: folio, folio };
    expect([accepts(slot), accepts({ ...slot, size: 4096n }), accepts({ ...slot, offset: 4096n })]).toEqual([true, false, false]);
  }); // prettier-ignore

  it("says who has to see to each premise", () => {
    expect(PREMISE_NAMES.map((name) => [name, premiseOf(name).where])).toEqual([
      ["folio_at_most_size", "fault"],
      ["resize_before_bind", "setting"],
      ["congruent", "bind"],
      ["offset_aligned", "bind"],
      ["size_aligned", "bind"],
      ["gpa_aligned", "bind"],
      ["aligned_to_folio_now", "bind"],
    ]);
    expect(PREMISE_NAMES.map((name) => premiseOf(name).sentence)).toEqual([
      "no folio is larger than the slot",
      "the file's folio size does not change once a slot is bound",
      "offset and gpa are congruent modulo the largest folio",
      "offset is a multiple of the largest folio",
      "size is a multiple of the largest folio",
      "gpa is a multiple of the largest folio",
      "offset and size are multiples of the file's folio size at the bind",
    ]);
  });
});

describe("a premise of the bind is the same as C, as a predicate and as a formula", () => {
  const [one] = casesOf(question(), "folio_starts_in_slot").slice(-1);
  const PAGES = [1, 4, 8, 16, 17, 20, 32];
  const slots = [0, ...PAGES].flatMap((pgoff) => [0, 8, 16, 17, 24].flatMap((gfn) => PAGES.map((n) => [pgoff, gfn, n] as const)));
  const bytes = (pages: number): bigint => BigInt(pages) << 12n;

  it.each(["congruent", "offset_aligned", "size_aligned", "gpa_aligned", "aligned_to_folio_now"] as const)("%s", (name) => {
    if (one === undefined) throw new Error("there is a case");
    const term = premisesTerm([name], one, 4);
    const rule = parse(fixOf([name], 4).check.replace("folio_size", "SZ_64K"));
    const asked = casesOf(question({ bind: rule }), "folio_starts_in_slot").at(-1);
    const met = { yes: 0, no: 0 };
    for (const [pgoff, gfn, npages] of slots) {
      const at = model({ slot_pgoff: pgoff, slot_base_gfn: gfn, slot_npages: npages, slot_file_order: 2 });
      const holds = premiseOf(name).holds({ offset: bytes(pgoff), gpa: bytes(gfn), size: bytes(npages), folio: bytes(16) });
      const value = valuation(at);
      const said = { formula: value(term) === 1n, c: asked !== undefined && value(asked.scene.bound.rule.accepts) === 1n };
      expect({ name, pgoff, gfn, npages, ...said }).toEqual({ name, pgoff, gfn, npages, formula: holds, c: holds });
      met[holds ? "yes" : "no"] += 1;
    }
    expect(Math.min(met.yes, met.no)).toBeGreaterThan(20);
  });

  it("and of two slots holds for both", () => {
    const two = casesOf(question(), "folio_avoids_other_slots").find((c) => c.name.endsWith("64K-below"));
    if (two === undefined) throw new Error("there is a slot below");
    const holds = (other_pgoff: number, other_npages: number, gap: number) =>
      valuation(model({ other_pgoff, other_npages, gap, slot_npages: 1 }))(premisesTerm(["offset_aligned"], two, 4));
    expect([holds(16, 16, 0), holds(15, 16, 1), holds(16, 15, 0), holds(16, 8, 8)]).toEqual([1n, 0n, 0n, 1n]);
  });

  it("while a folio no larger than the slot is for the fault to see to", () => {
    if (one === undefined) throw new Error("there is a case");
    const term = premisesTerm(["folio_at_most_size"], one, 4);
    const value = (slot_npages: number) => valuation(model({ slot_npages }))(term);
    expect([value(15), value(16), value(17)]).toEqual([0n, 1n, 1n]);
    expect(premiseOf("folio_at_most_size").holds({ offset: 1n, gpa: 1n, size: 1n, folio: 16n })).toBe(true);
    expect(premiseOf("resize_before_bind").holds({ offset: 1n, gpa: 1n, size: 1n, folio: 16n })).toBe(true);
    expect(premiseOf("folio_at_most_size").text).toBeUndefined();
  });
}); // prettier-ignore

/** Slots of a few shapes, touched on their first page, in a file of either order at the bind. */
const SHAPES: readonly Model[] = [16, 4, 5, 1].flatMap((slot_npages) =>
  [0, 1, 4, 16].flatMap((slot_pgoff) =>
    [0, 1, 4].flatMap((slot_base_gfn) =>
      [0, 1, 2].map((slot_file_order) => model({ slot_pgoff, slot_base_gfn, slot_npages, slot_file_order, other_npages: 16, other_pgoff: 32 })),
    ),
  ),
); // prettier-ignore

const weakest = (asked: Question, claim: ClaimName, models = SHAPES, otherwise?: (name: string) => Answer) => {
  const { ask, asked: said } = knowing(models, otherwise);
  return weakestFixes(ask, asked, claim).then((fixes) => ({ fixes, said }));
};
const sets = (fixes: readonly Fix[]): string[] => fixes.map(({ premises }) => premises.join(" + "));

describe("the weakest fixes", () => {
  const plain = question({ bind: parse("true") });

  it("of a rule that takes anything are an aligned offset, or a folio size that stays, with an offset aligned to it", async () => {
    const { fixes } = await weakest(plain, "folio_starts_in_slot");
    expect(fixes).toMatchObject({ claim: "folio_starts_in_slot", holds: false, undecided: [] });
    expect(sets(fixes.fixes)).toEqual(["offset_aligned", "resize_before_bind + aligned_to_folio_now", "congruent + gpa_aligned"]);
  }); // prettier-ignore

  it("of a file whose size is fixed need not fix it", async () => {
    const { fixes, said } = await weakest(question({ bind: parse("true") }, { resize: "before-bind" }), "folio_starts_in_slot");
    expect(said.filter(({ name }) => name.includes("resize_before_bind"))).toEqual([]);
    expect(sets(fixes.fixes)).toEqual(["offset_aligned", "aligned_to_folio_now", "congruent + gpa_aligned"]);
  }); // prettier-ignore

  it("are none for a rule that holds, which is asked first, with nothing added", async () => {
    const { fixes, said } = await weakest(question({ bind: parse("!(offset & (SZ_64K - 1))") }), "folio_starts_in_slot");
    expect(fixes).toMatchObject({ holds: true, fixes: [], undecided: [] });
    expect(said.map(({ name }) => name)).toEqual(["folio_starts_in_slot-16K", "folio_starts_in_slot-64K"]);
    expect(said[0]?.about).toEqual([
      "unsat if folio_starts_in_slot holds, folio and mapping being of these orders",
      ...aboutWorld(question({ bind: parse("!(offset & (SZ_64K - 1))") })),
      "premises added: none",
    ]);
    expect(fixes.queries.length).toBe(2);
  }); // prettier-ignore

  it("are asked with their premises in name and words, and in the world that they make", async () => {
    const { said } = await weakest(plain, "folio_starts_in_slot");
    const asked = said.find(({ name }) => name === "folio_starts_in_slot-64K-with-resize_before_bind-with-aligned_to_folio_now"); // prettier-ignore
    expect(asked?.about).toContain("orders 4K,16K,64K, resize before-bind");
    expect(asked?.about).toContain("premises added: resize_before_bind, aligned_to_folio_now");
    const other = said.find(({ name }) => name === "folio_starts_in_slot-64K-with-offset_aligned");
    expect(other?.about).toContain("orders 4K,16K,64K, resize any");
  });

  it("are checked to be possible: what no slot meets mends nothing", async () => {
    // Of a rule that takes slots of one page only, an aligned size leaves nothing.
    const { fixes, said } = await weakest(question({ bind: parse("size == 0x1000") }), "folio_ends_in_slot");
    expect(sets(fixes.fixes)).toEqual([]);
    const possible = said.filter(({ name }) => name.includes("-possible"));
    expect(possible.map(({ name, answer }) => [name, answer])).toContainEqual([
      "folio_ends_in_slot-16K-possible-with-size_aligned", "unsat",
    ]);
    expect(possible[0]?.about[0]).toBe("sat if the premises can be met");
  }); // prettier-ignore

  it("do not ask again what a counterexample in hand refutes", async () => {
    const { said } = await weakest(plain, "folio_starts_in_slot");
    const names = said.map(({ name }) => name);
    // 16 pages at page 1 meet a folio at most the size, and an aligned size, and both.
    expect(names).toContain("folio_starts_in_slot-16K");
    expect(names.filter((name) => /with-folio_at_most_size$|with-size_aligned$|with-folio_at_most_size-with-size_aligned$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  }); // prettier-ignore

  it("are undecided where the solver gives up", async () => {
    const { fixes } = await weakest(plain, "folio_starts_in_slot", SHAPES, (name) =>
      name.includes("offset_aligned") ? unknown() : { answer: "unsat" },
    );
    expect(sets(fixes.fixes)).toEqual(["resize_before_bind + aligned_to_folio_now", "congruent + gpa_aligned"]);
    expect(fixes.undecided[0]).toEqual(["offset_aligned"]);
  });

  it("have at most three premises", async () => {
    const { said } = await weakest(plain, "folio_starts_in_slot", [], (name) =>
      name.includes("-possible") ? { answer: "unsat" } : unknown(),
    );
    const most = Math.max(...said.map(({ name }) => name.split("-with-").length - 1));
    expect(most).toBe(3);
    expect(new Set(said.map(({ name }) => name.split("-with-").slice(1).join("+"))).size).toBe(1 + 7 + 21 + 35);
  });

  it("of an end are more premises at once, which may share some", async () => {
    const last: readonly Model[] = SHAPES.concat(SHAPES.map((one) => new Map([...one, ["slot_npages", 17n]]))).map(
      (one) => new Map([...one, ["touched", (one.get("slot_npages") ?? 0n) - 1n]]),
    );
    const { fixes } = await weakest(plain, "folio_ends_in_slot", last);
    expect(sets(fixes.fixes)).toEqual([
      "resize_before_bind + aligned_to_folio_now",
      "offset_aligned + size_aligned",
      "congruent + size_aligned + gpa_aligned",
    ]);
  });

  it("of two slots want both to be possible", async () => {
    const slot = { slot_npages: 1, gap: 0 };
    const broken = model({ ...slot, other_npages: 1 });
    const aligned = (other_npages: number) => model({ slot_npages: 16, gap: 0, other_npages, other_pgoff: 16 });
    const mended = (models: readonly Model[]) =>
      weakest(plain, "folio_avoids_other_slots", models).then(({ fixes }) => sets(fixes.fixes));
    expect(await mended([broken, aligned(16)])).toContain("size_aligned");
    expect(await mended([broken, aligned(0)])).toEqual([]);
  });

  it("of a rule that is too long are not known", async () => {
    const long = `bool f(u64 offset) { u64 x = 0; for (int i = 0; i < 900; i++) { ${"x++; ".repeat(100)} } return x == offset; }`;
    const { fixes } = await weakest(question({ bind: parse(long) }), "folio_starts_in_slot");
    expect(fixes).toEqual({ claim: "folio_starts_in_slot", holds: false, fixes: [], undecided: [], queries: [] });
  });

  it("fail where the ask fails", async () => {
    const failing = (): Promise<never> => Promise.reject(new Error("no solver"));
    await expect(weakestFixes(failing, plain, "folio_starts_in_slot")).rejects.toThrow("no solver");
  });
});

describe("fixes for several claims at once", () => {
  const fix = (...premises: PremiseName[]): Fix => fixOf(premises, 9);
  const all = (...perClaim: Fix[][]): string[] => sets(fixesForAll(perClaim, 9));

  it("are the unions, those that contain no other", () => {
    expect(all([fix("offset_aligned")], [fix("size_aligned")])).toEqual(["offset_aligned + size_aligned"]);
    expect(all([fix("offset_aligned"), fix("gpa_aligned")], [fix("size_aligned")], [fix("offset_aligned")])).toEqual([
      "offset_aligned + size_aligned",
    ]);
    expect(all([fix("congruent")], [fix("congruent"), fix("size_aligned")])).toEqual(["congruent"]);
  });

  it("are told smallest first, then in the order of the premises", () => {
    const some = [fix("gpa_aligned"), fix("offset_aligned", "size_aligned"), fix("congruent"), fix("folio_at_most_size", "size_aligned")]; // prettier-ignore
    expect(all(some)).toEqual([
      "congruent",
      "gpa_aligned",
      "folio_at_most_size + size_aligned",
      "offset_aligned + size_aligned",
    ]);
    expect(all(some.toReversed())).toEqual(all(some));
  });

  it("are none where a claim has none, and where no claim needs one", () => {
    expect([all([fix("congruent")], []), all()]).toEqual([[], []]);
  });

  it("are checks for the largest folio", () => {
    expect(fixesForAll([[fix("congruent")]], 18)[0]?.check).toBe("!((offset ^ gpa) & (SZ_1G - 1))");
  });
});
