/**
 * The prover's own solver on every query of the catalogue, its proofs being checked as it answers, and on some of them
 * against z3.
 */

import { expect, it } from "vitest";
import { x86_64 } from "../../../../model/arch.ts";
import { CLAIM_NAMES } from "../../../../model/claim.ts";
import { claimsOf } from "../../../../props/judge/context.ts";
import { openRulebook } from "../../../../props/judge/rulebook.ts";
import { asker } from "../../../../props/prove/ask.ts";
import { obligationsOf } from "../../../../props/prove/obligations.ts";
import type { Question } from "../../../../props/prove/question.ts";
import { decide } from "../../../../props/prove/sat/decide.ts";
import type { Answer } from "../../../../props/prove/smt/answer.ts";
import { smtText } from "../../../../props/prove/smt/text.ts";
import { proveClaim } from "../../../../props/prove/verdict.ts";
import { openZ3 } from "../../../support/z3.ts";

const [book, z3] = await Promise.all([openRulebook(), openZ3()]);

const DEFAULT: Question = {
  rules: { bind: book.byId("none"), map: book.byId("folio_order"), level: book.byId("stock") },
  setting: { orders: [0, 9, 18], resize: "any" },
  arch: x86_64,
};

/** z3 takes its time: it is asked about every so many. */
const EVERY = 20;

it("answers every query of the catalogue, and as z3 does", async () => {
  const said: Record<Answer["answer"], number> = { sat: 0, unsat: 0, unknown: 0 };
  const texts = new Set<string>();
  const differ: string[] = [];
  for (const rule of book.all) {
    const ask = asker({
      names: "both",
      check: (term) => {
        const answer = decide(term);
        const text = smtText([term]);
        if (!texts.has(text)) {
          texts.add(text);
          said[answer.answer]++;
          const other = texts.size % EVERY === 0 ? z3.check(text).answer : answer.answer;
          if (other !== answer.answer) differ.push(`${rule.id}: ${answer.answer}, z3 ${other}\n${text}`);
        }
        return { answer, by: "own" };
      },
    });
    const question = { ...DEFAULT, rules: { ...DEFAULT.rules, [rule.kind]: rule } };
    for (const claim of claimsOf(rule, CLAIM_NAMES)) await proveClaim(ask, question, claim);
  }
  expect(differ).toEqual([]);
  expect(said.unknown).toBe(0);
  expect(said.sat + said.unsat).toBeGreaterThan(120);
  expect(Math.min(said.sat, said.unsat)).toBeGreaterThan(60);
});

it("finds nothing wrong in what the formulas take for granted", () => {
  const obligations = obligationsOf(DEFAULT);
  expect(obligations.length).toBe(20);
  expect(new Set(obligations.map(({ name }) => name)).size).toBe(20);
  expect(obligations[0]?.name).toBe("starts-file-2M-distances");
  for (const { wrong, sentence } of obligations) {
    expect([sentence, decide(wrong)]).toEqual([sentence, { answer: "unsat" }]);
  }
});
