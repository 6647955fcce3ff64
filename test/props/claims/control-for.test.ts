/** Which rule a report sets beside a finding. That each keeps its claim, controls.test.ts has proved. */

import { ALLOCATION_CLAIMS, CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { controlFor } from "../../../props/claims/controls.ts";

describe("the control of a bind rule", () => {
  it.each([
    [[0], "2m"],
    [[0, 4, 9], "2m"],
    [[0, 9, 10], "1g"],
    [[0, 9, 18], "1g"],
  ])("reckons with the largest of the orders %j", (orders, unit) => {
    for (const claim of ALLOCATION_CLAIMS)
      expect(controlFor("bind", claim, { orders })).toBe(`offset_and_size_${unit}`);
    for (const claim of MAPPING_CLAIMS) expect(controlFor("bind", claim, { orders })).toBe(`congruent_${unit}`);
  });
});

it("is one for all sizes where the mapping is judged, or the level", () => {
  for (const claim of CLAIM_NAMES) {
    expect(controlFor("map", claim, { orders: [0, 9] })).toBe("congruent_order");
    expect(controlFor("level", claim, { orders: [0, 9] })).toBe("offset_congruent");
  }
});
