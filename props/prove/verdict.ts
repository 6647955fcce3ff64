/** A claim's verdict: case after case, then its premises. */

import type { ClaimName } from "../../model/claim.ts";
import type { Ask } from "./ask.ts";
import { aboutWorld, LONG, LOOP } from "./ask.ts";
import type { Case } from "./claims.ts";
import { casesOf, premisesOf } from "./claims.ts";
import { replayed } from "./ops.ts";
import { likelyModels, metBy } from "./premises.ts";
import type { Proof, Query, Question, Verdict } from "./prover.ts";
import { TOO_LONG } from "./smt/expression.ts";
import type { Answer } from "./smt/answer.ts";
import type { Term } from "./smt/term.ts";
import { and, FALSE, not } from "./smt/term.ts";

type Model = ReadonlyMap<string, bigint>;

/** What was asked, and what a failing case's model is. */
export interface Judged {
  readonly verdict: Verdict;
  /** The case that can be, and how. */
  readonly broken?: { readonly case: Case; readonly model: Model };
}

/**
 * Ask case after case until one can be. `also` narrows every case. An input that a loop still holds may come to anything,
 * so it breaks nothing; but then nothing is proved while there is such an input.
 */
export async function judgeCases(
  ask: (name: string, what: string, term: Term) => Promise<Answer>,
  cases: readonly Case[],
  also: (c: Case) => Term,
): Promise<Judged> {
  let unknown: string | undefined;
  for (const c of cases) {
    const narrowed = also(c);
    const what = `unsat if ${c.claim} holds, folio and mapping being of these orders`;
    const said = await ask(c.name, what, and(c.broken, not(c.cut), narrowed)); // oxlint-disable-line no-await-in-loop -- the first case that breaks ends it
    if (said.answer === "sat") {
      return { verdict: { status: "refuted", ops: replayed(c, said.model) }, broken: { case: c, model: said.model } };
    }
    if (said.answer === "unknown") unknown = said.reason;
    if (c.cut === FALSE || unknown !== undefined) continue;
    const loops = await ask(`${c.name}-loops`, "unsat if every loop was followed to its end", and(c.cut, narrowed)); // oxlint-disable-line no-await-in-loop -- the same
    if (loops.answer !== "unsat") unknown = LOOP;
  }
  return { verdict: unknown === undefined ? { status: "proved" } : { status: "unknown", reason: unknown } };
}

/** Which premises are possible: those that a model shows, then those that the solver finds possible. */
async function possible(
  ask: (name: string, what: string, term: Term) => Promise<Answer>,
  claim: ClaimName,
  premises: Readonly<Record<string, readonly Term[]>>,
  models: readonly Model[],
): Promise<Record<string, boolean>> {
  const met = metBy(models, premises);
  const answers: Record<string, boolean> = {};
  for (const [name, ways] of Object.entries(premises)) {
    let yes = met.has(name);
    for (const [at, way] of ways.entries()) {
      if (yes || way === FALSE) continue;
      const said = await ask(`${claim}-${name}-${at}`, `sat if ${name} is possible`, way); // oxlint-disable-line no-await-in-loop -- the first way that is possible will do
      yes = said.answer === "sat";
    }
    answers[name] = yes;
  }
  return answers;
}

const NOTHING_MORE = and();

export async function proveClaim(ask: Ask, question: Question, claim: ClaimName): Promise<Proof> {
  const queries: Query[] = [];
  const about = aboutWorld(question);
  const kept = async (name: string, what: string, term: Term): Promise<Answer> => {
    const { query, said } = await ask(name, [what, ...about], term);
    queries.push(query);
    return said;
  };
  try {
    const { verdict, broken } = await judgeCases(kept, casesOf(question, claim), () => NOTHING_MORE);
    const models = likelyModels(question.setting.orders.length, broken === undefined ? [] : [broken.model]);
    const premises = await possible(kept, claim, premisesOf(question, claim), models);
    return { ...verdict, premises, queries };
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    return { status: "unknown", reason: LONG, premises: {}, queries };
  }
}
