import { describe, expect, it } from "vitest";
import { migrate } from "../../../props/scenarios/migration.ts";
import type { Part } from "../../../props/scenarios/scenario.ts";
import { differences, runPart } from "../../../props/scenarios/scenario.ts";
import { SCENARIOS } from "../../../props/scenarios/thread.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";

const book = await openRulebook();

const parts = SCENARIOS.flatMap((scenario) =>
  scenario.parts.map((part) => ({ name: scenario.name, title: part.title, part })),
);

it("answers the ten questions of the mail", () => {
  expect(SCENARIOS.map(({ name }) => name)).toEqual([
    "seed-1g",
    "gpa-2m-offset-1m",
    "qemu-below-above-4g",
    "resize-after-bind",
    "neighbour",
    "small-range-big-folio",
    "tail",
    "migration",
    "holes",
    "snp-trace",
  ]);
});

describe("each run comes to what its scenario says", () => {
  it.each(parts)("$name: $title", ({ part }) => {
    expect(differences(runPart(part, book.byId))).toEqual([]);
  });

  it("and a scenario that says something else is noticed", () => {
    const [first] = parts;
    if (first === undefined) throw new Error("no part");
    expect(differences(runPart({ ...first.part, breaks: [], charged: 1 }, book.byId))).toEqual([
      "breaks folio_starts_in_slot, mapping_starts_in_binding, mapping_translates, not nothing",
      "262144 pages charged, not 1",
    ]);
  });
});

describe("a run differs from its part", () => {
  const slot = bind({ npages: 512, pgoff: 256 });
  const part: Part = { title: "t", rule: "none", ops: [slot, setOrder(9), fault(0)], breaks: [] };
  const low = ["folio_starts_in_slot", "mapping_starts_in_binding", "mapping_translates"] as const;
  const of = (over: Partial<Part>): string[] => differences(runPart({ ...part, ...over }, book.byId));

  it.each<[string, Partial<Part>, string[]]>([
    ["not at all, whatever the order in which its claims are named", { breaks: low.toReversed() }, []],
    [
      "in the claims it breaks",
      { breaks: ["folio_ends_in_slot"] },
      [`breaks ${low.join(", ")}, not folio_ends_in_slot`],
    ],
    ["in some of them", { breaks: low.slice(1) }, [`breaks ${low.join(", ")}, not ${low.slice(1).join(", ")}`]],
    [
      "in that it breaks none",
      { ops: [slot], breaks: ["folio_ends_in_slot"] },
      ["breaks nothing, not folio_ends_in_slot"],
    ],
    ["in a refusal more", { ops: [slot, setOrder(3)] }, ['refusals {"1":"order_unknown"}, not {}']],
    ["in a refusal less", { ops: [slot], refused: { 0: "rule" } }, ['refusals {}, not {"0":"rule"}']],
    [
      "in the check that refuses",
      { rule: "ctz", ops: [bind({ base_gfn: 2, npages: 1, pgoff: 1 })], refused: { 0: "empty_slot" } },
      ['refusals {"0":"rule"}, not {"0":"empty_slot"}'],
    ],
    ["in what is charged", { breaks: low, charged: 1 }, ["512 pages charged, not 1"]],
    ["not in what is charged, if it is right", { breaks: low, charged: 512 }, []],
    ["not in what is charged to nobody", { ops: [slot], charged: 0 }, []],
  ])("%s", (_how, over, expected) => {
    expect(of(over)).toEqual(expected);
  });

  it("tells each claim at the step that broke it first, and every step with what it did", () => {
    const { broken, trace, refused, charged } = runPart(
      { ...part, ops: [slot, setOrder(9), setOrder(1), fault(0), fault(511)] },
      book.byId,
    );
    expect(broken).toEqual([
      { claim: "folio_starts_in_slot", at: 3, pages: 256 },
      { claim: "mapping_starts_in_binding", at: 3, pages: 256 },
      { claim: "mapping_translates", at: 3, pages: 256 },
      { claim: "folio_ends_in_slot", at: 4, pages: 256 },
      { claim: "mapping_ends_in_binding", at: 4, pages: 256 },
    ]);
    expect(refused).toStrictEqual({ 2: "order_unknown" });
    expect(trace.map(({ effect }) => effect.effect)).toEqual(["done", "done", "refused", "faulted", "faulted"]);
    expect(charged).toBe(1024);
  });

  it("runs in the setting that it names, and in the default one for what that does not say", () => {
    const ops = [slot, setOrder(9), setOrder(18), fault(0)];
    expect(runPart({ ...part, ops, setting: { orders: [0, 9] } }, book.byId).refused).toEqual({ 2: "order_unknown" });
    expect(runPart({ ...part, ops, setting: { resize: "never" } }, book.byId).refused).toEqual({
      1: "order_fixed",
      2: "order_fixed",
    });
    const mapped = (setting: Part["setting"]) =>
      runPart({ ...part, ops: [slot, setOrder(9), fault(0)], ...(setting && { setting }) }, book.byId).trace[2]?.effect;
    expect(mapped(undefined)).toMatchObject({ mapping: { order: 9 } });
    expect(mapped({ map_rule: "order_zero" })).toMatchObject({ mapping: { order: 0 } });
    expect(mapped({ level_rule: "offset_congruent" })).toMatchObject({ mapping: { order: 0 } });
  });
});

describe("seed-1g", () => {
  // file      0        0x4000    0x8000                      1G      1G + 0x4000
  // slot               [---------------------------------------------)
  // fault                        ^
  // folio     [------------------------------------------------)
  it("starts the folio at 0, four pages below the slot", () => {
    const [part] = SCENARIOS[0]?.parts ?? [];
    if (part === undefined) throw new Error("no part");
    const { trace, broken } = runPart(part, book.byId);
    const { effect } = trace[2] ?? {};
    expect(effect).toMatchObject({ effect: "faulted", index: 8, folio: { start: 0, npages: 262144, order: 18 } });
    expect(broken[0]).toEqual({ claim: "folio_starts_in_slot", at: 2, pages: 4 });
  });
});

describe("migration", () => {
  it("tells which slots stop being safe on a host with 1 GiB pages, and where they would go", () => {
    const lost = migrate(book.byId).filter(({ safe }) => safe.there && !safe.here);
    expect(lost.map(({ layout, pgoff, right }) => [layout, pgoff, right.pgoff])).toContainEqual([
      "crosvm",
      3328 * 256,
      4 * 262144,
    ]);
    // A slot that was safe is lost only if its offset or its size is no multiple of 1 GiB.
    expect(lost.every(({ pgoff, npages }) => pgoff % 262144 !== 0 || npages % 262144 !== 0)).toBe(true);
  });
});
