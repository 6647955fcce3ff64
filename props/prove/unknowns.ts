/** Unknowns of the rules that are asked in a formula: which values a model gives them, and what is preferred of them. */

import { isOf, placeOf } from "../../sim/answers.ts";
import type { AskedUnknown } from "../../sim/answers.ts";
import type { Given } from "../../model/given.ts";
import type { RuleTree, Unknown } from "../../model/rule/tree.ts";
import { wrapTo } from "../../model/rule/tree.ts";
import { constant } from "./smt/expression.ts";
import type { RuleTerms } from "./smt/rule.ts";
import type { Term } from "./smt/term.ts";
import { add, and, bits, eq, ite, not, or } from "./smt/term.ts";
import { valuation } from "./smt/value.ts";

type Model = ReadonlyMap<string, bigint>;

/** A rule that is asked, and what of its unknowns stands in the formula. */
export interface AskedRule {
  readonly rule: Pick<RuleTree, "unknowns">;
  readonly terms: RuleTerms;
  /** Of a map or level rule. */
  readonly order?: number;
  /** It is asked. */
  readonly when: Term;
}

interface Entry {
  readonly unknown: Unknown;
  readonly term: Term;
  readonly when: Term;
}

const entriesOf = ({ rule, terms }: AskedRule): Entry[] =>
  terms.unknowns.flatMap(({ unknown: at, term, when }) => {
    const unknown = rule.unknowns[at];
    return unknown === undefined ? [] : [{ unknown, term, when }];
  });

export const readsUnknowns = (asked: readonly AskedRule[]): boolean =>
  asked.some(({ terms }) => terms.unknowns.length > 0);

/** What the evaluations come to under a model, in the order in which they come to it. */
export function givenBy(asked: AskedRule, model: Model): Given[] {
  const value = valuation(model);
  const reached = new Map<Unknown, number>();
  const given: Given[] = [];
  for (const { unknown, term, when } of entriesOf(asked)) {
    if (value(when) === 0n) continue;
    const isRun = unknown.lifetime === "run";
    const times = isRun ? 0 : (reached.get(unknown) ?? 0) + 1;
    if (isRun && reached.has(unknown)) continue;
    reached.set(unknown, times);
    const { text, type, pointer } = unknown;
    const { order } = asked;
    given.push({
      at: placeOf(unknown),
      text,
      times,
      ...(order !== undefined && !isRun && { order }),
      value: wrapTo(type, value(term)),
      ...(pointer && { pointer }),
    });
  }
  return given;
}

/** Answers from the values that a rule was given; what is not there is as where nothing goes wrong. */
export const answerFrom =
  (given: readonly Given[]) =>
  ({ unknown, times, order }: Omit<AskedUnknown, "op">): bigint =>
    given.find((each) => isOf(each, unknown, times, order))?.value ?? unknown.plain;

/** Numbers of evaluations; no formula comes to an unknown more often. */
const COUNT = 20;

/** The evaluation comes to the unknown of this value, and it is another; else it is true. */
export function isGiven(asked: AskedRule, given: Given): Term {
  const conditions: Term[] = [];
  let reached = bits(COUNT, 0);
  for (const { unknown, term, when } of entriesOf(asked)) {
    if (!isOf(given, unknown, given.times, asked.order)) continue;
    const here = given.times === 0 ? when : and(when, eq(reached, bits(COUNT, given.times - 1)));
    conditions.push(or(not(here), eq(term, constant(unknown.type, given.value))));
    reached = ite(when, add(reached, bits(COUNT, 1)), reached);
  }
  return and(...conditions);
}

/** Every unknown is as where nothing goes wrong. */
export const plainly = (asked: readonly AskedRule[]): Term =>
  and(...asked.flatMap(entriesOf).map(({ unknown, term }) => eq(term, constant(unknown.type, unknown.plain))));

/** Unknowns of the same text have the same value. */
export function alike(asked: readonly AskedRule[]): Term {
  const first = new Map<string, Term>();
  return and(
    ...asked.flatMap(entriesOf).map(({ unknown, term }) => {
      const name = `${unknown.type} ${unknown.text}`;
      const other = first.get(name) ?? term;
      first.set(name, other);
      return eq(other, term);
    }),
  );
}

/** The C is defined, whatever the unknowns are. */
export const isSure = (asked: readonly AskedRule[]): Term =>
  not(or(...asked.map(({ terms, when }) => and(when, terms.unsure))));
