/** That no counterexample is smaller, by the solver itself: of one rule and another, and of the whole catalogue. */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { x86_64 } from "../../../model/arch.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import { claimsOf, rulesOf } from "../../../props/judge/context.ts";
import { judgeRule } from "../../../props/judge/judge.ts";
import { compareOps } from "../../../sim/op-order.ts";
import { openProver, type Prover } from "../../../props/prove/prover.ts";
import type { Question } from "../../../props/prove/question.ts";
import { openRulebook, type Rulebook } from "../../../props/judge/rulebook.ts";
import { brokenAt } from "../../../props/claims/run.ts";
import type { Judgement } from "../../../props/judge/verdict.ts";
import { worldOf } from "../../../sim/world.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import { DEFAULT_SETTING, type Setting } from "../../../sim/setting.ts";
import { proposals } from "../../support/agree-rules.ts";

let book: Rulebook;
let prover: Prover;
beforeAll(async () => {
  [book, prover] = await Promise.all([openRulebook(), openProver()]);
});
afterAll(() => prover.close());

const TWO: Setting = { ...DEFAULT_SETTING, orders: [0, 9] };

function questionOf(rule: Rule, setting = TWO): Question {
  return { rules: rulesOf(rule, { setting, ruleById: book.byId }), setting, arch: x86_64 };
}

function parsed(text: string, kind: "bind" | "map" | "level" = "bind"): Rule {
  const result = book.parse(text, { id: "given", kind });
  if (!result.ok) throw new Error(result.error.message);
  const [rule] = result.rules;
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

const canonical = async (rule: Rule, claim: ClaimName, setting = TWO): Promise<readonly Op[]> => {
  const { judgements } = await judgeRule(rule, {
    setting,
    claims: [claim],
    engines: ["hunt"],
    seed: 1,
    numRuns: 3000,
    ruleById: book.byId,
    prover: () => Promise.reject(new Error("not asked")),
  });
  const ops = judgements[0]?.counterexample?.ops;
  if (ops === undefined) throw new Error(`${rule.id} ${claim} is not refuted`);
  return ops;
};

describe("the solver", () => {
  it.each([
    ["ctz", "folio_starts_in_slot"],
    ["size_level", "folio_ends_in_slot"],
    ["ffs64", "mapping_starts_in_binding"],
    ["or_offset", "mapping_translates"],
  ] as const)("knows none smaller than the canonical one of %s, %s", async (id, claim) => {
    const rule = book.byId(id);
    const { status, queries } = await prover.smallest(questionOf(rule), claim, await canonical(rule, claim));
    expect(status).toBe("smallest");
    expect(queries.length).toBeGreaterThan(0);
    for (const { name, answer } of queries)
      expect([name, answer]).toEqual([expect.stringContaining("-lighter-than-"), "unsat"]);
  });

  it("finds a smaller one below any that is not, as ops that break the claim", async () => {
    const rule = book.byId("none");
    const { world } = worldOf(rulesOf(rule, { setting: TWO, ruleById: book.byId }), TWO);
    const larger: readonly (readonly Op[])[] = [
      [setOrder(9), setOrder(0), setOrder(9), bind({ npages: 1, pgoff: 1 }), fault(0)],
      [bind({ npages: 2, pgoff: 1 }), setOrder(9), fault(0)],
      [bind({ npages: 1, pgoff: 2 }), setOrder(9), fault(0)],
      [bind({ npages: 1, pgoff: 1, ugfn: 1 }), setOrder(9), fault(0)],
      [bind({ npages: 1, pgoff: 3 }), setOrder(9), fault(0)],
    ];
    for (const ops of larger) {
      expect(brokenAt(newVm(world), "folio_starts_in_slot", ops)).toBe(ops.length - 1);
      const answer = await prover.smallest(questionOf(rule), "folio_starts_in_slot", ops);
      if (answer.status !== "smaller") throw new Error(answer.status);
      expect(compareOps(answer.ops, ops)).toBeLessThan(0);
      expect(brokenAt(newVm(world), "folio_starts_in_slot", answer.ops)).toBe(answer.ops.length - 1);
    }
  });

  it("finds the way to the page that a rule's constant hides from every search", async () => {
    const rule = parsed("offset == 0x123456789000ULL");
    const claim = "folio_starts_in_slot";
    const { status } = await prover.smallest(questionOf(rule), claim, [
      bind({ npages: 1, pgoff: 0x123456789 }),
      setOrder(9),
      fault(0),
    ]);
    expect(status).toBe("smallest");
  });

  it("says so where there are two slots", async () => {
    const claim = "folio_avoids_other_slots";
    const answer = await prover.smallest(
      questionOf(book.byId("none")),
      claim,
      await canonical(book.byId("none"), claim),
    );
    expect(answer).toEqual({ status: "unknown", reason: "there are two slots", queries: [] });
  });
});

it("where only a model shows it, the smallest is told, asked for or not", async () => {
  // A random rule whose slot the templates do not try.
  const { kind, text } = proposals(7, 60)[25] ?? {};
  const rule = parsed(text ?? "", kind);
  const setting: Setting = { ...DEFAULT_SETTING, orders: [0, 9, 18], resize: "before-bind" };
  const judged = async (smallest: boolean): Promise<Judgement | undefined> =>
    (
      await judgeRule(rule, {
        setting,
        claims: ["mapping_translates"],
        engines: ["hunt", "prove"],
        seed: 1,
        numRuns: 2000,
        smallest,
        ruleById: book.byId,
        prover: () => Promise.resolve(prover),
      })
    ).judgements[0];
  const [found, told] = [await judged(false), await judged(true)];
  expect([found?.verdict, found?.smallest, told?.verdict, told?.smallest]).toEqual([
    "refuted",
    undefined,
    "refuted",
    "proved",
  ]);
  const [before, after] = [found?.counterexample?.ops ?? [], told?.counterexample?.ops ?? []];
  expect(after.length).toBeGreaterThan(0);
  expect(compareOps(after, before)).toBe(0);
  expect(after).toEqual([setOrder(18), bind({ npages: 2 ** 18, pgoff: 2 ** 18 + 512 }), fault(0)]);
});

// Every second rule; `judge --smallest` tells of all.
it("counterexamples of one slot in the catalogue are the smallest", { timeout: 600_000 }, async () => {
  const larger: string[] = [];
  let shown = 0;
  for (const rule of book.all.filter((_, at) => at % 2 === 0)) {
    const { judgements } = await judgeRule(rule, {
      setting: TWO,
      claims: claimsOf(rule, CLAIM_NAMES),
      engines: ["hunt", "prove"],
      seed: 1,
      numRuns: 3000,
      smallest: true,
      ruleById: book.byId,
      prover: () => Promise.resolve(prover),
    });
    for (const { claim, counterexample, smallest } of judgements) {
      if (counterexample === undefined || smallest?.startsWith("unknown")) continue;
      shown++;
      const found = await canonical(rule, claim).catch(() => counterexample.ops);
      if (smallest !== "proved" || compareOps(found, counterexample.ops) !== 0) larger.push(`${rule.id} ${claim}`);
    }
  }
  expect(larger).toEqual([]);
  expect(shown).toBeGreaterThan(25);
});
