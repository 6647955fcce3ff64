/** Proving without a solver: a world of small mapping levels, and an ask that tries a few models. */

import type { Arch } from "../../model/arch.ts";
import { MAX_I_SIZE_NPAGES } from "../../model/abstract/file.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Ask } from "../../props/prove/ask.ts";
import type { Question } from "../../props/prove/question.ts";
import type { Answer } from "../../props/prove/smt/answer.ts";
import { smtComment, smtText } from "../../props/prove/smt/text.ts";
import { valuation } from "../../props/prove/smt/value.ts";
import { rulebook } from "../../props/judge/rulebook.ts";
import { loadGrammar } from "../../sim/c/syntax/grammar.ts";

/** A guest is mapped by 4 and by 16 pages: what x86-64 shows with thousands of pages shows here with a few. */
export const SMALL: Arch = { name: "small", page_shift: 12, levels: [4, 2] };

const book = rulebook(await loadGrammar());

export const byId = (id: string): Rule => book.byId(id);

export function parse(text: string, kind: RuleKind = "bind", id = "rule"): Rule {
  const result = book.parse(text, { id, kind });
  const rule = result.ok ? result.rules[0] : undefined;
  if (rule === undefined) throw new Error(JSON.stringify(result));
  return rule;
}

type Rules = Question["rules"];

/** The default world, with small levels and these rules in it. */
export const question = (
  rules: Partial<Rules> = {},
  setting: Partial<Question["setting"]> = {},
  arch: Arch = SMALL,
): Question => ({
  rules: { bind: byId("none"), map: byId("folio_order"), level: byId("stock"), ...rules },
  setting: { orders: [0, 2, 4], resize: "any", ...setting },
  arch,
});

export type Model = ReadonlyMap<string, bigint>;
/** Values of variables; a file that nobody truncated is as large as can be. */
export const model = (values: Readonly<Record<string, number | bigint>>): Model => {
  const [slot_i_size, other_i_size, i_size_now] = [MAX_I_SIZE_NPAGES, MAX_I_SIZE_NPAGES, MAX_I_SIZE_NPAGES];
  const all = Object.entries({ slot_i_size, other_i_size, i_size_now, ...values });
  return new Map(all.map(([name, value]) => [name, BigInt(value)]));
};

export interface Asked {
  readonly name: string;
  readonly about: readonly string[];
  readonly answer: Answer["answer"];
}

/**
 * It answers sat with the first of the models that makes the formula true, else what `otherwise` says. Sound for what is
 * true, and as good as the choice of models for what is not.
 */
export function knowing(
  models: readonly Model[],
  otherwise: (name: string) => Answer = () => ({ answer: "unsat" }),
): { readonly ask: Ask; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const ask: Ask = (name, about, term) => {
    const found = models.find((one) => valuation(one)(term) === 1n);
    const said: Answer = found === undefined ? otherwise(name) : { answer: "sat", model: found };
    asked.push({ name, about, answer: said.answer });
    const text = smtComment(about) + smtText([term]);
    return Promise.resolve({ query: { name, text, answer: said.answer }, said });
  };
  return { ask, asked };
}
