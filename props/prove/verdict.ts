/** A claim's verdict: case after case, then its premises. */

import type { ClaimName } from "../../model/claim.ts";
import type { Ask } from "./ask.ts";
import { aboutWorld, LONG, LOOP, UNSURE } from "./ask.ts";
import type { Case } from "./case.ts";
import { casesOf, isBindCut, premisesOf } from "./claims.ts";
import { likelyBroken } from "./likely-broken.ts";
import { replayed } from "./ops.ts";
import { likelyModels, metBy } from "./premises.ts";
import type { Proof, Query, Question, Verdict } from "./question.ts";
import { doubtOf } from "./question.ts";
import { TOO_LONG } from "./smt/expression.ts";
import { alike, isSure, plainly, readsUnknowns } from "./unknowns.ts";
import type { Answer } from "./smt/answer.ts";
import type { Term } from "./smt/term.ts";
import { and, not, isFalse } from "./smt/term.ts";

type Model = ReadonlyMap<string, bigint>;

/** What was asked, and what a failing case's model is. */
export interface Judged {
  readonly verdict: Verdict;
  /** The case that can be, and how. */
  readonly broken?: { readonly case: Case; readonly model: Model };
}

const NOTHING_MORE = and();

type AskTerm = (name: string, what: string, term: Term, likely?: readonly Model[]) => Promise<Answer>;

/** What is asked of a case's unknowns, best first; the last one is all that can be. */
function preferences({ asked }: Case): readonly (readonly [string, Term])[] {
  const sure = isSure(asked);
  if (!readsUnknowns(asked)) return [["", sure]];
  return [
    ["-plain", and(sure, plainly(asked))],
    ["-alike", and(sure, alike(asked))],
    ["", sure],
  ];
}

/** The answer to whether a case can be: of models the one with the plainest values of what no model knows. */
async function askCase(ask: AskTerm, c: Case, narrowed: Term): Promise<Answer> {
  const what = `unsat if ${c.claim} holds, folio and mapping being of these orders`;
  const broken = and(c.broken, not(c.cut), narrowed);
  const ways = preferences(c);
  const [, all = NOTHING_MORE] = ways.at(-1) ?? [];
  const likely = likelyBroken(c);
  const said = await ask(c.name, what, and(broken, all), likely);
  if (said.answer === "unsat") {
    // Whatever undefined C comes to, the claim must hold; a counterexample that rests on it shows nothing.
    const unsure = all === NOTHING_MORE ? said : await ask(`${c.name}-undefined`, what, broken);
    return unsure.answer === "sat" ? { answer: "unknown", reason: UNSURE } : unsure;
  }
  if (said.answer !== "sat") return said;
  for (const [name, preferred] of ways.slice(0, -1)) {
    const plain = await ask(`${c.name}${name}`, "sat if it breaks with plain values", and(broken, preferred), likely); // oxlint-disable-line no-await-in-loop -- the first that can be is taken
    if (plain.answer === "sat") return plain;
  }
  return said;
}

/**
 * Ask case after case until one can be. `also` narrows every case. An input that a loop still holds may come to anything,
 * so it breaks nothing; but then nothing is proved while there is such an input, unless it breaks nothing either where its
 * loops are summed up.
 * @param summed the same cases with all loops summed up
 */
export async function judgeCases(
  ask: AskTerm,
  cases: readonly Case[],
  also: (c: Case) => Term,
  summed?: () => readonly Case[],
): Promise<Judged> {
  let unknown: string | undefined;
  for (const [at, c] of cases.entries()) {
    const narrowed = also(c);
    const exact = await askCase(ask, c, narrowed); // oxlint-disable-line no-await-in-loop -- the first case that breaks ends it
    if (exact.answer === "sat" && c.unreached !== undefined) {
      unknown = c.unreached;
      continue;
    }
    if (exact.answer === "sat") {
      return { verdict: { status: "refuted", ops: replayed(c, exact.model) }, broken: { case: c, model: exact.model } };
    }
    if (exact.answer === "unknown") unknown = exact.reason;
    if (isFalse(c.cut) || unknown !== undefined) continue;
    const loops = await ask(`${c.name}-loops`, "unsat if every loop was followed to its end", and(c.cut, narrowed)); // oxlint-disable-line no-await-in-loop -- the same
    if (loops.answer === "unsat") continue;
    if (!summed) {
      unknown = LOOP;
      continue;
    }
    const whole = summed()[at];
    if (whole?.name !== c.name) throw new Error(`${c.name} is another case where its loops are summed up`);
    const about = `unsat if ${c.claim} holds wherever a loop may end, and whatever it has written by then`;
    const said = await ask(`${c.name}-summed-up`, about, and(whole.broken, also(whole))); // oxlint-disable-line no-await-in-loop -- the same
    if (said.answer !== "unsat") unknown = LOOP;
  }
  return { verdict: unknown === undefined ? { status: "proved" } : { status: "unknown", reason: unknown } };
}

/**
 * Which premises are possible: those that a model shows, then those that the solver finds possible. An input that a loop
 * still holds meets none, so where a loop was cut a premise is impossible only if it is so with all loops summed up, too.
 * @param summed the same premises with all loops summed up; undefined where no loop was cut
 */
async function possible(
  ask: AskTerm,
  claim: ClaimName,
  premises: Readonly<Record<string, readonly Term[]>>,
  models: readonly Model[],
  summed: (() => Readonly<Record<string, readonly Term[]>>) | undefined,
): Promise<Pick<Proof, "premises" | "undecided">> {
  const met = metBy(models, premises);
  const answers: Record<string, boolean> = {};
  const undecided: string[] = [];
  for (const [name, ways] of Object.entries(premises)) {
    let is: Answer["answer"] = met.has(name) ? "sat" : "unsat";
    for (const [at, way] of ways.entries()) {
      if (is === "sat" || isFalse(way)) continue;
      const said = await ask(`${claim}-${name}-${at}`, `sat if ${name} is possible`, way); // oxlint-disable-line no-await-in-loop -- the first way that is possible will do
      if (said.answer !== "unsat") is = said.answer;
    }
    if (is === "unsat" && summed) {
      for (const [at, way] of (summed()[name] ?? []).entries()) {
        if (is !== "unsat" || isFalse(way)) continue;
        const about = `unsat if ${name} is impossible wherever a loop may end, and whatever it has written by then`;
        const said = await ask(`${claim}-${name}-${at}-summed-up`, about, way); // oxlint-disable-line no-await-in-loop -- the first way that may be possible will do
        if (said.answer !== "unsat") is = "unknown";
      }
    }
    if (is === "unknown") undecided.push(name);
    else answers[name] = is === "sat";
  }
  return { premises: answers, ...(undecided.length > 0 && { undecided }) };
}

/** Every way for the claim to break, and some more: none of them cuts a loop. */
export const summedUp = (question: Question, claim: ClaimName): readonly Case[] =>
  casesOf({ ...question, loops: "summed up" }, claim);

/** What is needed for the claim to say anything, and some more. */
export const premisesSummedUp = (question: Question, claim: ClaimName): ReturnType<typeof premisesOf> =>
  premisesOf({ ...question, loops: "summed up" }, claim);

export async function proveClaim(ask: Ask, question: Question, claim: ClaimName): Promise<Proof> {
  const queries: Query[] = [];
  const about = aboutWorld(question);
  const kept: AskTerm = async (name, what, term, likely) => {
    const { query, said } = await ask(name, [what, ...about], term, likely);
    queries.push(query);
    return said;
  };
  try {
    const cases = casesOf(question, claim);
    const isCut = !cases.every(({ cut }) => isFalse(cut)) || isBindCut(question);
    const { verdict, broken } = await judgeCases(
      kept,
      cases,
      () => NOTHING_MORE,
      () => summedUp(question, claim),
    );
    const doubt = verdict.status === "proved" ? doubtOf(question) : undefined;
    if (doubt !== undefined) return { status: "unknown", reason: doubt, premises: {}, queries };
    const models = likelyModels(question.setting.orders.length, broken === undefined ? [] : [broken.model]);
    const summed = isCut ? () => premisesSummedUp(question, claim) : undefined;
    return { ...verdict, ...(await possible(kept, claim, premisesOf(question, claim), models, summed)), queries };
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    return { status: "unknown", reason: LONG, premises: {}, queries };
  }
}
