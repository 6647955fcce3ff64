/** Which kernels have the signed end of a guest_memfd binding: one range, from which the families are told. */

import { expect, it } from "vitest";
import { FAMILIES } from "../../../model/kernel/family.ts";
import { hasSignedEnd } from "../../../model/kernel/signed-end.ts";

it.each([
  ["6.7", false],
  ["6.8", true],
  ["6.12", true],
  ["6.12.y", false],
  ["6.18", true],
  ["7.1", true],
  ["7.2", false],
  ["10.0", false],
])("%s: %s", (release, has) => expect(hasSignedEnd(release)).toBe(has));

it("is what the families have", () => {
  const signed = Object.values(FAMILIES).filter(({ guest_memfd }) => guest_memfd.signed_end);
  expect(signed.map(({ name }) => name)).toEqual(["6.17", "6.18"]);
});
