import type { ClaimName } from "../../../model/claim.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RuleKind } from "../../../model/rule/parameters.ts";
import type { Undefinedness } from "../../../props/prove/question.ts";
import type { Bench } from "../../support/prove-bench.ts";
import { openBench } from "../../support/prove-bench.ts";

// A solver shares its machine with other tests: what ends is right, however late.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.prover.close());

const find = (text: string, kind: RuleKind = "bind"): Promise<Undefinedness> =>
  bench.prover.undefined(bench.question(bench.parse(text, kind)), kind);

const relate = async (first: string, second: string, kind: RuleKind = "bind"): Promise<string> =>
  (
    await bench.prover.compare(
      bench.parse(first, kind),
      bench.parse(second, kind),
      bench.question(bench.book.byId("none")),
    )
  ).relation;

const fix = async (id: string, claim: ClaimName): Promise<string[]> =>
  (await bench.prover.fixes(bench.question(bench.book.byId(id)), claim)).fixes.map(({ premises }) =>
    premises.join(" + "),
  );

describe("undefined C", () => {
  it("is found with its place and inputs", async () => {
    expect(await find("__ffs64(offset) >= __ffs64(gpa)")).toMatchObject({
      status: "undefined",
      site: { line: 1 },
      inputs: { offset: expect.any(BigInt), gpa: expect.any(BigInt) },
    });
    expect(await find("((u64)1 << (gfn - base_gfn)) != 0", "map")).toMatchObject({ status: "undefined" });
    expect(await find("(1 << (ugfn & 63)) != 5", "level")).toMatchObject({ status: "undefined" });
  });

  it("counts for slots that only a later check refuses", async () => {
    expect(await find("10 / (gpa != 0x7ffffffffffff000)")).toMatchObject({ status: "undefined" });
  });

  it("is absent where a test stands before it, or the ioctl's own checks", async () => {
    expect(await find("!gpa || __ffs64(gpa) > 12")).toMatchObject({ status: "defined" });
    expect(await find("gpa / size > 3")).toMatchObject({ status: "defined" });
    expect(await find("1 << order != 0", "map")).toMatchObject({ status: "defined" });
  });
});

describe("two rules", () => {
  it("are the same, one is stricter, or each takes what the other does not", async () => {
    expect(await relate("IS_ALIGNED(offset | size, SZ_2M)", "!(offset % SZ_2M) && !(size % SZ_2M)")).toBe("equivalent");
    expect(await relate("IS_ALIGNED(offset, SZ_1G)", "IS_ALIGNED(offset, SZ_2M)")).toBe("first_implies_second");
    expect(await relate("offset >= gpa", "offset > gpa")).toBe("second_implies_first");
    expect(await relate("fls64(offset) >= fls64(gpa)", "ffs64(offset) <= ffs64(gpa)")).toBe("neither");
    expect(await relate("IS_ALIGNED(npages, nr_pages)", "!(size & ((nr_pages << 12) - 1))", "map")).toBe("equivalent");
  });

  it("are told apart by an input that the evaluator takes for one of them only", async () => {
    const said = await bench.prover.compare(
      bench.book.byId("ctz"),
      bench.book.byId("ctz_levels"),
      bench.question(bench.book.byId("none")),
    );
    expect(said).toMatchObject({ relation: "first_implies_second" });
  });
});

describe("the weakest fix", () => {
  it("is what the thread was looking for", async () => {
    expect(await fix("size_level", "folio_starts_in_slot")).toEqual([
      "folio_at_most_size",
      "offset_aligned",
      "size_aligned",
      "resize_before_bind + aligned_to_folio_now",
      "congruent + gpa_aligned",
    ]);
    expect(await fix("ctz", "mapping_translates")).toEqual(["congruent", "gpa_aligned"]);
    expect(await fix("file_folio", "folio_starts_in_slot")).toContain("resize_before_bind");
  });

  it("is nothing for a rule that holds", async () => {
    const said = await bench.prover.fixes(
      bench.question(bench.book.byId("offset_and_size_1g")),
      "folio_starts_in_slot",
    );
    expect(said).toMatchObject({ holds: true, fixes: [] });
  });

  it("can be written into the rule, and then holds", async () => {
    const { fixes } = await bench.prover.fixes(bench.question(bench.book.byId("fls64")), "folio_ends_in_slot");
    const first = fixes.find(({ premises }) => !premises.includes("resize_before_bind"));
    expect(first?.check).toBe("IS_ALIGNED(offset, SZ_1G) && IS_ALIGNED(size, SZ_1G)");
    expect(
      await bench.statusOf(bench.parse(`fls64(offset) >= fls64(gpa) && ${first?.check ?? ""}`), "folio_ends_in_slot"),
    ).toBe("proved");
    const slot = { offset: 2n ** 31n, gpa: 2n ** 32n, size: 2n ** 31n, folio: 2n ** 30n };
    expect([first?.accepts(slot), first?.accepts({ ...slot, size: 2n ** 21n })]).toEqual([true, false]);
  });

  it("is not known where a store may leave another slot than the one bound, and nothing holds as it is", async () => {
    const text = (result: string): string =>
      `bool f(struct kvm_memory_slot *slot, u64 offset, u64 size) { u64 *p = &slot->npages; *p = 1; return ${result}; }`;
    for (const result of ["true", "!((offset | size) & (SZ_1G - 1))"]) {
      const said = await bench.prover.fixes(bench.question(bench.parse(text(result))), "folio_ends_in_slot"); // oxlint-disable-line no-await-in-loop -- one after the other
      expect(said).toMatchObject({ holds: false, fixes: [] });
      expect(said.undecided.length).toBeGreaterThan(0);
    }
  });
});
