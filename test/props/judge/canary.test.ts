/** The canary falls to every engine; a rule that does not fall is no canary, and the run says so. */

import { expect, it } from "vitest";
import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import { checkCanary, enginesOf } from "../../../props/judge/canary.ts";
import { openProver } from "../../../props/prove/prover.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { Engine } from "../../../props/judge/verdict.ts";

const book = await openRulebook();
const prover = (): ReturnType<typeof openProver> => openProver();
const ALL: readonly Engine[] = ["hunt", "exhaust", "prove"];
const falling = (
  engines: readonly Engine[],
  orders: readonly number[],
  claims: readonly ClaimName[] = CLAIM_NAMES,
) => ({
  orders,
  engines,
  claims,
  seed: 1,
  prover,
});
const STRICT = { ...book.canaryWorld, bind: book.byId("offset_and_size_1g") };

it.each([[[0, 9]], [[0, 9, 18]], [[9]], [[0, 18]]])("falls with orders %j", async (orders) => {
  expect(await checkCanary(book.canaryWorld, falling(ALL, orders))).toBe("refuted");
});

it("says so where nothing can be broken", async () => {
  for (const orders of [[0], [0, 4, 8]]) {
    expect(await checkCanary(book.canaryWorld, falling(ALL, orders))).toBe("no large folio in this setting");
  }
});

it.each(ALL)("is missed when it survives %s", async (engine) => {
  await expect(checkCanary(STRICT, falling([engine], [0, 9, 18]))).rejects.toThrow(
    `the canary survived ${engine}: folio_starts_in_slot, folio_ends_in_slot, folio_avoids_other_slots`,
  );
});

it("asks only the engines that earned a verdict", async () => {
  const judgement = { rule: "none", claim: "folio_starts_in_slot", verdict: "sampled", witnesses: {} } as const;
  const earned = (engine: Engine): readonly Engine[] => enginesOf([{ judgements: [{ ...judgement, engine }] }]);
  expect(ALL.map(earned)).toEqual([["hunt"], ["exhaust"], ["prove"]]);
  expect(await checkCanary(STRICT, falling(enginesOf([]), [0, 9, 18]))).toBe("refuted");
});

it("breaks what was asked of it, and something where no rule need break that", async () => {
  const missed = async (claims: readonly ClaimName[]): Promise<string> =>
    checkCanary(STRICT, falling(["hunt"], [0, 9], claims)).catch(String);
  expect(await missed(["mapping_translates"])).toBe("refuted");
  expect(await missed(["folio_ends_in_slot"])).toBe("Error: the canary survived hunt: folio_ends_in_slot");
  expect(await missed(["mapping_starts_in_slot"])).toBe("Error: the canary survived hunt: folio_starts_in_slot");
});
