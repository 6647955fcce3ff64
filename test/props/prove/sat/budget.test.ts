/** A limit on all that the solver is asked together, which `--time` sets. */

import { expect, it } from "vitest";
import { x86_64 } from "../../../../model/arch.ts";
import { perform } from "../../../../props/judge/jobs/task.ts";
import { openProver } from "../../../../props/prove/prover.ts";
import { decide, OUT_OF_TIME } from "../../../../props/prove/sat/decide.ts";
import { apply, bits, eq, variable } from "../../../../props/prove/smt/term.ts";
import { DEFAULT_SETTING } from "../../../../sim/setting.ts";
import { byId, parse } from "../../../support/prove-models.ts";

const product = apply("bvmul", variable("a", 24), variable("b", 24));
const HARD = eq(product, bits(24, 0x123457));

it("is taken from by each query, and what is asked when nothing is left is open", () => {
  const budget = { left: 100_000 };
  expect(decide(HARD, undefined, budget).answer).toBe("sat");
  expect(budget.left).toBeLessThan(100_000);
  const left = { left: 3 };
  expect(decide(HARD, undefined, left)).toEqual({ answer: "unknown", reason: OUT_OF_TIME });
  expect(decide(HARD, undefined, left)).toEqual({ answer: "unknown", reason: OUT_OF_TIME });
});

it("holds for one piece of a judging: the rule is inconclusive, and the prover is whole again for the next", async () => {
  const prover = await openProver();
  const rule = parse(
    "return ((offset * 0x9e3779b97f4a7c15) ^ (gpa * 0xc2b2ae3d27d4eb4f)) * 0x165667b19e3779f9 >> 40 == 0x123456;",
  );
  const claims = ["folio_starts_in_slot"] as const;
  const options = { setting: DEFAULT_SETTING, claims, seed: 1, numRuns: 10 };
  const work = { rules: [rule], options, keepQueries: false, proving: 10 };
  const asks = { ruleById: byId, prover: () => Promise.resolve(prover) };
  const done = await perform(work, { task: "settle", rule: 0, engines: ["prove"] }, asks);
  expect(done).toMatchObject({ judged: { judgements: [{ verdict: "sampled", inconclusive: OUT_OF_TIME }] } });
  const question = {
    rules: { bind: byId("congruent_1g"), map: byId("folio_order"), level: byId("stock") },
    setting: DEFAULT_SETTING,
    arch: x86_64,
  };
  expect((await prover.prove(question, "mapping_translates")).status).toBe("proved");
});
