/** Map rules that hand out an order: what they find there at first is any order that a folio can have. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { openProver } from "../../../props/prove/prover.ts";
import type { Prover } from "../../../props/prove/prover.ts";
import { parse, question } from "../../support/prove-models.ts";

let prover: Prover;
beforeAll(async () => void (prover = await openProver()));
afterAll(() => prover.close());

const clamped = (mask: string): string => `static void clamp(struct kvm_memory_slot *slot, gfn_t gfn, int *max_order)
{
	u64 index = gfn - slot->base_gfn + slot->gmem.pgoff;
	while (*max_order > 0 && (index & ${mask}) != (gfn & ${mask}))
		*max_order -= 1;
}`;

it.each([
  ["((1ULL << *max_order) - 1)", "proved"],
  ["((1ULL << (*max_order - 1)) - 1)", "refuted"],
])("proves or refutes a loop that lowers it: index & %s", async (mask, status) => {
  const asked = question({ map: parse(clamped(mask), "map") });
  const proof = await prover.prove(asked, "mapping_translates");
  expect(proof.status).toBe(status);
});
