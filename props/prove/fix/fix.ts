/**
 * The weakest fix: which premises, added to a rule, make a claim hold? The smallest sets that are proved, none of which
 * contains another.
 *
 * A set is not asked about when a counterexample in hand meets all its premises: one counterexample refutes many sets.
 */

import type { ClaimName } from "../../../model/claim.ts";
import type { FixInputs, PremiseName } from "./premises.ts";
import { PREMISE_NAMES, premiseOf, premisesTerm } from "./premises.ts";
import type { Ask } from "../ask.ts";
import { aboutWorld } from "../ask.ts";
import type { Case } from "../case.ts";
import { casesOf } from "../claims.ts";
import { judgeCases } from "../verdict.ts";
import type { Query, Question } from "../question.ts";
import { doubtOf } from "../question.ts";
import { TOO_LONG } from "../smt/expression.ts";
import type { Answer } from "../smt/answer.ts";
import type { Term } from "../smt/term.ts";
import { and } from "../smt/term.ts";
import { valuation } from "../smt/value.ts";

export interface Fix {
  readonly premises: readonly PremiseName[];
  readonly sentences: readonly string[];
  /** What the bind has to check besides the rule, in C; empty if the fix is not the bind's. */
  readonly check: string;
  /** Does the fix let this slot through? `folio` is the largest folio there can be, in bytes. */
  readonly accepts: (slot: FixInputs) => boolean;
}

export interface Fixes {
  readonly claim: ClaimName;
  /** The rule needs no fix. */
  readonly holds: boolean;
  /** Smallest first. Empty: no set of at most MOST premises will do. */
  readonly fixes: readonly Fix[];
  /** Sets that the solver did not decide. */
  readonly undecided: readonly (readonly PremiseName[])[];
  readonly queries: readonly Query[];
}

/** Premises in one set. */
const MOST = 3;

/** Subsets of the names in order of size, then of the names. */
function subsets(names: readonly PremiseName[]): readonly (readonly PremiseName[])[] {
  const all: (readonly PremiseName[])[] = [[]];
  let level: (readonly PremiseName[])[] = names.map((name) => [name]);
  for (let size = 1; size <= MOST; size++) {
    all.push(...level);
    level = level.flatMap((set) => names.slice(names.indexOf(set.at(-1) ?? "congruent") + 1).map((n) => [...set, n]));
  }
  return all;
}

/** C for a number of bytes, as kernel people write it. */
function bytesText(order: number): string {
  const shift = order + 12;
  const [unit, name] = shift >= 30 ? [30, "G"] : shift >= 20 ? [20, "M"] : [10, "K"];
  return `SZ_${2 ** (shift - unit)}${name}`;
}

/** A fix by its premises. */
export function fixOf(names: readonly PremiseName[], largest: number): Fix {
  const all = names.map(premiseOf);
  return {
    premises: names,
    sentences: all.map(({ sentence }) => sentence),
    check: all.flatMap(({ text }) => (text === undefined ? [] : [text(bytesText(largest))])).join(" && "),
    accepts: (slot) => all.every(({ holds }) => holds(slot)),
  };
}

/** The sets tried in one world, with the counterexamples met so far. */
interface Ground {
  readonly cases: readonly Case[];
  /** Is every premise in the set true of some counterexample? */
  readonly refuted: (names: readonly PremiseName[]) => boolean;
  readonly met: (c: Case, model: ReadonlyMap<string, bigint>) => void;
}

function groundOf(question: Question, claim: ClaimName, largest: number): Ground {
  const known: ((names: readonly PremiseName[]) => boolean)[] = [];
  return {
    cases: casesOf(question, claim),
    refuted: (names) => known.some((holds) => holds(names)),
    met: (c, model) => {
      const value = valuation(model);
      known.push((names) => value(premisesTerm(names, c, largest)) === 1n);
    },
  };
}

export async function weakestFixes(ask: Ask, question: Question, claim: ClaimName): Promise<Fixes> {
  const { setting } = question;
  const largest = Math.max(...setting.orders);
  const fixed: Question = { ...question, setting: { ...setting, resize: "before-bind" } };
  const queries: Query[] = [];
  const fixes: Fix[] = [];
  const undecided: (readonly PremiseName[])[] = [];
  const isDoubted = doubtOf(question) !== undefined;
  const asking =
    (world: Question, names: readonly PremiseName[]) =>
    async (name: string, what: string, term: Term): Promise<Answer> => {
      const about = [what, ...aboutWorld(world), `premises added: ${names.join(", ") || "none"}`];
      const { query, said } = await ask([name, ...names].join("-with-"), about, term);
      queries.push(query);
      return said;
    };
  try {
    const [asItIs, asFixed] = [groundOf(question, claim, largest), groundOf(fixed, claim, largest)];
    for (const names of subsets(PREMISE_NAMES.filter((n) => n !== "resize_before_bind" || setting.resize === "any"))) {
      if (fixes.some(({ premises }) => premises.every((name) => names.includes(name)))) continue;
      const isFixed = names.includes("resize_before_bind");
      const ground = isFixed ? asFixed : asItIs;
      if (ground.refuted(names)) continue;
      const say = asking(isFixed ? fixed : question, names);
      const also = (c: Case): Term => premisesTerm(names, c, largest);
      const { verdict, broken } = await judgeCases(say, ground.cases, also); // oxlint-disable-line no-await-in-loop -- what is asked next depends on it
      if (names.length === 0 && verdict.status === "proved" && !isDoubted)
        return { claim, holds: true, fixes, undecided, queries };
      if (broken !== undefined) ground.met(broken.case, broken.model);
      else if (verdict.status === "unknown" || isDoubted) undecided.push(names);
      else if (await isPossible(say, ground.cases, also)) fixes.push(fixOf(names, largest)); // oxlint-disable-line no-await-in-loop -- the same
    }
  } catch (error) {
    if (error !== TOO_LONG) throw error;
  }
  return { claim, holds: false, fixes, undecided, queries };
}

/** A fix that no slot and fault meet fixes nothing. */
async function isPossible(
  say: (name: string, what: string, term: Term) => Promise<Answer>,
  cases: readonly Case[],
  also: (c: Case) => Term,
): Promise<boolean> {
  for (const c of cases) {
    const met = and(c.scene.happens, ...(c.other === undefined ? [] : [c.other.accepted]), also(c));
    const said = await say(`${c.name}-possible`, "sat if the premises can be met", met); // oxlint-disable-line no-await-in-loop -- the first case that is possible will do
    if (said.answer === "sat") return true;
  }
  return false;
}
