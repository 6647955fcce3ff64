/** A prover with the catalogue beside it, for tests. */

import type { ClaimName } from "../../model/claim.ts";
import { x86_64 } from "../../model/arch.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Prover } from "../../props/prove/prover.ts";
import type { Proof, Question } from "../../props/prove/question.ts";
import { openProver } from "../../props/prove/prover.ts";
import type { Rulebook } from "../../props/judge/rulebook.ts";
import { openRulebook } from "../../props/judge/rulebook.ts";

type Setting = Partial<Question["setting"]>;

export interface Bench {
  readonly book: Rulebook;
  readonly prover: Prover;
  /** One rule from its text. */
  readonly parse: (text: string, kind?: RuleKind) => Rule;
  /** The default world with this rule in place of the one of its kind. */
  readonly question: (rule: Rule, setting?: Setting) => Question;
  readonly prove: (rule: Rule, claim: ClaimName, setting?: Setting) => Promise<Proof>;
  readonly statusOf: (rule: Rule, claim: ClaimName, setting?: Setting) => Promise<string>;
}

export async function openBench(): Promise<Bench> {
  const [book, prover] = await Promise.all([openRulebook(), openProver()]);
  const question = (rule: Rule, setting: Setting = {}): Question => ({
    rules: {
      bind: book.byId("none"),
      map: book.byId("folio_order"),
      level: book.byId("stock"),
      [rule.kind]: rule,
    },
    setting: { orders: [0, 9, 18], resize: "any", ...setting },
    arch: x86_64,
  });
  return {
    book,
    prover,
    question,
    parse: (text, kind = "bind") => {
      const result = book.parse(text, { id: "rule", kind });
      const rule = result.ok ? result.rules[0] : undefined;
      if (rule === undefined) throw new Error(JSON.stringify(result));
      return rule;
    },
    prove: (rule, claim, setting) => prover.prove(question(rule, setting), claim),
    statusOf: async (rule, claim, setting) => (await prover.prove(question(rule, setting), claim)).status,
  };
}
