/** Which rule a report sets beside a finding. That each keeps its claim, controls.test.ts has proved. */

import { describe, expect, it } from "vitest";
import { ALLOCATION_CLAIMS, CLAIMS, MAPPING_CLAIMS } from "../../../props/claims/always.ts";
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
  for (const claim of CLAIMS) {
    expect(controlFor("map", claim, { orders: [0, 9] })).toBe("congruent_order");
    expect(controlFor("level", claim, { orders: [0, 9] })).toBe("offset_congruent");
  }
});
