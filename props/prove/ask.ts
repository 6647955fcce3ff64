/** Asking the solver: what is asked becomes text, and the text is kept. */

import { orderText } from "../../sim/setting.ts";
import type { Query, Question } from "./prover.ts";
import type { Solver } from "./smt/remote.ts";
import type { Answer } from "./smt/solver.ts";
import type { Term } from "./smt/term.ts";
import { smtComment, smtText } from "./smt/text.ts";

/** Is there a value for every variable that makes the term true? The same words are asked once. */
export type Ask = (name: string, about: readonly string[], term: Term) => Promise<Asked>;
interface Asked {
  readonly query: Query;
  readonly said: Answer;
}

export function asker(solver: Solver): Ask {
  const known = new Map<string, Promise<Answer>>();
  return async (name, about, term) => {
    const text = smtText([term]);
    const asked = known.get(text) ?? solver.check(text);
    known.set(text, asked);
    const said = await asked;
    return { query: { name, text: smtComment(about) + text, answer: said.answer }, said };
  };
}

/** What a saved query says about the world it is asked in. */
export const aboutWorld = ({ rules, setting }: Question): readonly string[] => [
  `orders ${setting.orders.map(orderText).join(",")}, resize ${setting.resize}`,
  ...Object.entries(rules).flatMap(([kind, rule]) => [`${kind} rule ${rule.id}:`, rule.text]),
];

export const LOOP = "a loop that depends on the inputs was not followed to its end";
export const LONG = "the rule is too long to unroll";
