/** Can a formula be true? Its gates, its clauses, the solver; and from what the solver says, values of the variables. */

import { wrongInProof } from "./checker.ts";
import type { Answer } from "../smt/answer.ts";
import type { Term } from "../smt/term.ts";
import type { Blasted } from "./blast.ts";
import { isTooLarge, MOST_GATES } from "./size.ts";
import { blast } from "./blast.ts";
import type { GateCnf } from "./cnf.ts";
import { gateCnf } from "./cnf.ts";
import type { Literal } from "./gates.ts";
import { FALSE_LITERAL, TRUE_LITERAL } from "./gates.ts";
import { solve } from "./solve.ts";

/** Propagations: some seconds. The catalogue's hardest query takes a tiny part of it. */
export const PROPAGATIONS = 5_000_000;

/** What is said where the limit was met. */
export const OUT_OF_TIME = "time is up for the solver";
export const LIMIT = `the prover's own solver met its limit of ${PROPAGATIONS} propagations; --engine z3 may settle it`;
const TOO_LARGE = `the formula is too large for the prover's own solver: over ${MOST_GATES / 1_000_000} million gates by estimate; --engine z3 may settle it`;

/** A count, not time, so that every machine gives up at the same place. */
export interface Budget {
  left: number;
}

/** What the solver does in a second, about. */
export const PROPAGATIONS_PER_SECOND = 1_000_000;

/** Gates that stand for bits of several variables. */
function sharedOf(variables: Blasted["variables"]): ReadonlySet<number> {
  const seen = new Set<number>();
  const shared = new Set<number>();
  for (const literal of [...variables.values()].flat()) {
    if (seen.has(literal >> 1)) shared.add(literal >> 1);
    seen.add(literal >> 1);
  }
  return shared;
}

/** Values of the variables; one is missing if no bit of it matters, whatever the others are. */
function modelOf(
  { variables }: Pick<Blasted, "variables">,
  { variable }: Pick<GateCnf, "variable">,
  model: readonly boolean[],
): Map<string, bigint> {
  const shared = sharedOf(variables);
  // A gate that the clauses do not name may be either: it is taken to be false, everywhere.
  const isSet = (literal: Literal): boolean => {
    const at = variable[literal >> 1] as number;
    return (at > 0 && model[at] === true) !== ((literal & 1) === 1);
  };
  const matters = (literal: Literal): boolean =>
    literal <= TRUE_LITERAL || variable[literal >> 1] !== 0 || shared.has(literal >> 1);
  const values = new Map<string, bigint>();
  for (const [name, word] of variables) {
    if (!word.some(matters)) continue;
    const value = word.reduce((sum, literal, place) => (isSet(literal) ? sum | (1n << BigInt(place)) : sum), 0n);
    values.set(name, value);
  }
  return values;
}

/**
 * Every proof is checked before its answer counts, which takes a small part of the time it took to find.
 * @param limit propagations
 * @param budget propagations left for all queries together, from which this one takes
 * @throws Error when its own proof does not hold: then the solver is wrong, and no verdict may come of it
 */
export function decide(term: Term, limit = PROPAGATIONS, budget?: Budget): Answer {
  if (budget !== undefined && budget.left <= 0) return { answer: "unknown", reason: OUT_OF_TIME };
  if (isTooLarge(term)) return { answer: "unknown", reason: TOO_LARGE };
  const blasted = blast(term, { folds: true, unifies: true });
  if (blasted.root === FALSE_LITERAL) return { answer: "unsat" };
  const clauses = gateCnf(blasted.gates, blasted.root);
  const most = Math.min(limit, budget?.left ?? limit);
  const solved = solve(clauses.cnf, most);
  if (budget !== undefined) budget.left -= solved.propagations;
  if (solved.answer === "unknown") return { answer: "unknown", reason: most < limit ? OUT_OF_TIME : LIMIT };
  if (solved.answer === "unsat") {
    const wrong = wrongInProof(clauses.cnf.literals, solved.proof);
    if (wrong !== undefined) throw new Error(`the solver's proof does not hold: ${wrong}`);
    return { answer: "unsat" };
  }
  return { answer: "sat", model: modelOf(blasted, clauses, solved.model) };
}
