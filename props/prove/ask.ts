/** Asking the solver: what is asked can be saved as text, which any other solver reads. */

import { orderText } from "../../sim/setting.ts";
import type { Query, Question } from "./question.ts";
import type { Answer } from "./smt/answer.ts";
import type { Solvers } from "./solvers.ts";
import type { Term } from "./smt/term.ts";
import { smtComment, smtText } from "./smt/text.ts";

type Model = ReadonlyMap<string, bigint>;

/** Is there a value for every variable that makes the term true? Perhaps one of those that are likely. */
export type Ask = (
  name: string,
  about: readonly string[],
  term: Term,
  likely?: readonly Model[],
) => Promise<AnsweredQuery>;
interface AnsweredQuery {
  readonly query: Query;
  readonly said: Answer;
}

export function asker(solvers: Solvers): Ask {
  return (name, about, term, likely = []) => {
    const { answer: said, by } = solvers.check(term, likely);
    const query: Query = {
      name,
      // Made where somebody reads it.
      get text() {
        return smtComment(about) + smtText([term]);
      },
      answer: said.answer,
      ...(by === "z3" ? { by } : {}),
    };
    return Promise.resolve({ query, said });
  };
}

/** What a saved query says about the world it is asked in. */
export const aboutWorld = ({ rules, setting }: Question): readonly string[] => [
  `orders ${setting.orders.map(orderText).join(",")}, resize ${setting.resize}${setting.file === undefined ? "" : `, file ${setting.file}`}`,
  ...(["bind", "map", "level", "order", "must"] as const).flatMap((kind) => {
    const rule = rules[kind];
    return rule === undefined ? [] : [`${kind} rule ${rule.id}:`, rule.text];
  }),
  ...(rules.own ?? []).map(({ id }) => `claim ${id}`),
];

export const LOOP = "a loop that depends on the inputs was not followed to its end";
export const LONG = "the rule is too long to unroll";
export const UNSURE = "it breaks only where the C is undefined for some value of an arbitrary name";
