import fc from "fast-check";
import { arbitraries, claims, openWorld, run } from "foliofence";
import { expect, it } from "vitest";

const safe = await openWorld("IS_ALIGNED(offset | size, SZ_1G)");
const unsafe = await openWorld("fls64(offset) >= fls64(gpa)");

it("keeps every folio inside the slot", () => {
  const inside = fc.property(arbitraries.ops(), (ops) => claims.folio_starts_in_slot(safe, ops));
  fc.assert(inside, { seed: 1, numRuns: 1000 });
});

it("is no good when it compares magnitudes", () => {
  const inside = fc.property(arbitraries.ops(), (ops) => claims.folio_starts_in_slot(unsafe, ops));
  const { failed, counterexample } = fc.check(inside, { seed: 1, numRuns: 1000 });
  expect(failed).toBe(true);
  expect(run(unsafe, counterexample?.[0] ?? []).at(-1)).toMatchObject({ effect: { effect: "faulted" } });
});
