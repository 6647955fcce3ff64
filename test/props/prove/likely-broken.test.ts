/** What is tried before the solver changes no verdict: a model is one, and where none is, the solver is asked. */

import { expect, it } from "vitest";
import { x86_64 } from "../../../model/arch.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import { casesOf } from "../../../props/prove/claims.ts";
import { likelyBroken, modelAmong } from "../../../props/prove/likely-broken.ts";
import { replayed } from "../../../props/prove/ops.ts";
import { decide } from "../../../props/prove/sat/decide.ts";
import { and, not } from "../../../props/prove/smt/term.ts";
import { openSolvers } from "../../../props/prove/solvers.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { byId } from "../../support/prove-models.ts";

const RULES = ["none", "ctz", "fls64", "size_level", "congruent_2m", "offset_and_size_1g"];
const casesBy = (id: string) => {
  const rules = { bind: byId(id), map: byId("folio_order"), level: byId("stock") };
  const question = { rules, setting: DEFAULT_SETTING, arch: x86_64 };
  return CLAIM_NAMES.flatMap((claim) => casesOf(question, claim));
};

it.each(RULES)(
  "%s: what is likely breaks the claim on the machine, and only where the solver says that it can be",
  (id) => {
    const found = casesBy(id).flatMap((each) => {
      const broken = and(each.broken, not(each.cut));
      const model = modelAmong(likelyBroken(each), broken);
      if (model === undefined) return [];
      expect(decide(broken).answer).toBe("sat");
      // Throws where the machine does not agree.
      return [replayed(each, model).length];
    });
    expect(id === "offset_and_size_1g" || found.length >= 5).toBe(true);
  },
);

it("leaves to the solver what none of them is a model of", async () => {
  const { check } = await openSolvers(["own"]);
  for (const each of casesBy("offset_and_size_1g").filter(({ claim }) => claim === "folio_starts_in_slot")) {
    const broken = and(each.broken, not(each.cut));
    expect(modelAmong(likelyBroken(each), broken)).toBeUndefined();
    expect(check(broken, likelyBroken(each)).answer.answer).toBe("unsat");
  }
});
