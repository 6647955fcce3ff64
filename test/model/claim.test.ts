/** The table of claims: every blank of its texts is one that is filled, and every family stands together. */

import { describe, expect, it } from "vitest";
import { CLAIMS } from "../../model/built-in-claims.ts";
import {
  ALL_CLAIMS,
  ALLOCATION_CLAIMS,
  BINDING_CLAIMS,
  CLAIM_NAMES,
  filled,
  isClaim,
  MAPPING_CLAIMS,
} from "../../model/claim.ts";
import { brokenBy } from "../../sim/words/claim.ts";

describe.each(ALL_CLAIMS)("%s", (name) => {
  const { expected, short, long } = CLAIMS[name];

  it("has no blank that nobody fills", () => {
    const told = [
      filled(expected, { start: "0x1000", end: "0x2000", range: "[0x1000, 0x2000)" }),
      filled(short, { by: "4 KiB" }),
      filled(long, { actual: "[0x0, 0x2000)", expected: "[0x1000, 0x2000)", by: "4 KiB" }),
    ];
    expect(told.filter((text) => /[{}]/.test(text))).toEqual([]);
    expect(long).toContain("{actual}");
    expect(short).toContain("{by}");
  });

  it("is a claim of one family", () => {
    expect([ALLOCATION_CLAIMS, MAPPING_CLAIMS, BINDING_CLAIMS].filter((family) => family.includes(name))).toHaveLength(
      1,
    );
    expect(isClaim(name)).toBe(true);
  });
});

it("names no claim that there is not", () => {
  expect([isClaim("folio_is_lucky"), isClaim("toString")]).toEqual([false, false]);
  expect([...ALLOCATION_CLAIMS, ...MAPPING_CLAIMS]).toEqual(CLAIM_NAMES);
  expect([...CLAIM_NAMES, ...BINDING_CLAIMS]).toEqual(ALL_CLAIMS);
});

it.each([
  ["folio_starts_in_slot", "folio starts below its slot: 0x1000 bytes below"],
  ["folio_ends_in_slot", "folio ends past its slot: 0x1000 bytes past"],
  ["folio_avoids_other_slots", "folio takes another slot's pages: 0x1000 bytes of them"],
  ["mapping_translates", "maps the wrong file pages: 0x1000 bytes off"],
] as const)("says what is wrong where %s is broken", (claim, headline) => expect(brokenBy(claim, 1)).toBe(headline));
