/** Claims for tests of one's own: op lists in, broken claims out, and a predicate a claim. */

import type { BuiltInClaim } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import { brokenBy } from "../../../sim/words/claim.ts";
import { describe, expect, it } from "vitest";
import { x86World } from "../../../model/abstract/machine.ts";
import { checkOps, claims } from "../../../props/library/check-ops.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";

const world = x86World({
  bind_rule: () => 1,
  map_rule: () => 1,
  level_rule: () => 0,
  orders: [0, 9, 18],
  resize: "any",
});

/** Frames 512 to 1536 on file pages 100 to 1124, beside another VM's slot: every claim that a machine can break. */
const story: readonly Op[] = [
  bind({ vm: 1, npages: 7, pgoff: 93 }),
  bind({ base_gfn: 512, npages: 1024, pgoff: 100 }),
  setOrder(18),
  fault(600),
  fault(1100),
];

describe("what a list of ops breaks", () => {
  it("is told a claim, with the first step that breaks it and the pages there", () => {
    expect(checkOps(world, story)).toEqual([
      { claim: "folio_starts_in_slot", at: 3, pages: 100 },
      { claim: "folio_ends_in_slot", at: 3, pages: 2 ** 18 - 1124 },
      { claim: "folio_avoids_other_slots", at: 3, pages: 7 },
      { claim: "mapping_starts_in_binding", at: 3, pages: 100 },
      // Frame 600 is page 188, so the first fault maps [0, 512) and ends well inside.
      { claim: "mapping_translates", at: 3, pages: 100 },
    ]);
  });

  it("is told of the claims that are asked alone, in the order asked", () => {
    const asked: BuiltInClaim[] = ["mapping_translates", "folio_starts_in_slot"];
    expect(checkOps(world, story, asked).map(({ claim }) => claim)).toEqual(asked);
    expect(checkOps(world, story, ["mapping_starts_in_slot"])).toEqual([]);
  });

  it("is nothing where no guest frame is touched, or none that has a slot", () => {
    expect(checkOps(world, story.slice(0, 3))).toEqual([]);
    expect(checkOps(world, [fault(0), ...story.slice(0, 3), fault(2 ** 30), fault(0, 1)])).toEqual([
      // The other VM's fault on its own frame 0: the folio begins below its range and ends past it.
      { claim: "folio_starts_in_slot", at: 5, pages: 93 },
      { claim: "folio_ends_in_slot", at: 5, pages: 2 ** 18 - 100 },
      { claim: "folio_avoids_other_slots", at: 5, pages: 1024 },
    ]);
  });
});

describe("each claim as a predicate", () => {
  // A file page past the slot's is mapped where the last block of frames is whole and the file's is not.
  const past = [bind({ npages: 1024, pgoff: 509 }), setOrder(9), fault(1023)];

  it.each(CLAIM_NAMES)("%s", (claim) => {
    expect(claims[claim](world, story.slice(0, 3))).toBe(true);
    const whole = [story, past].filter((ops) => checkOps(world, ops, [claim]).length === 0);
    expect(whole.every((ops) => claims[claim](world, ops))).toBe(true);
    for (const ops of [story, past].filter((one) => !whole.includes(one))) {
      const [{ at, pages } = { at: -1, pages: 0 }] = checkOps(world, ops, [claim]);
      expect(() => claims[claim](world, ops)).toThrow(`${claim} is broken by op ${at}: ${brokenBy(claim, pages)}`);
    }
  });

  it("breaks in one of the two lists, but for the frames, which a slot's ends keep in", () => {
    const broken = new Set([story, past].flatMap((ops) => checkOps(world, ops).map(({ claim }) => claim)));
    expect(CLAIM_NAMES.filter((claim) => !broken.has(claim))).toEqual([
      "mapping_starts_in_slot",
      "mapping_ends_in_slot",
    ]);
  });
});
