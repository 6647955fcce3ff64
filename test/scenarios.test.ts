import { describe, expect, it } from "vitest";
import { migrate } from "../props/scenarios/migration.ts";
import { differences, runPart } from "../props/scenarios/scenario.ts";
import { SCENARIOS } from "../props/scenarios/thread.ts";
import { openRulebook } from "../props/rulebook.ts";

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
