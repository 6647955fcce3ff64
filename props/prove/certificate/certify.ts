/**
 * Certificates: for each query behind a verdict, clauses, a proof that they contradict each other, and which of their
 * variables is which bit of what.
 *
 * The clauses are made apart from the verdict, in a plainer way: nothing is unified, so every bit that is named is a variable of
 * its own. Where the formula is false by folding alone, it is built once more with nothing folded.
 */

import type { ClaimName } from "../../../model/claim.ts";
import { aboutWorld } from "../ask.ts";
import { premisesSummedUp, summedUp } from "../verdict.ts";
import { obligationsOf } from "../obligations.ts";
import type { Question } from "../question.ts";
import type { Blasted } from "../sat/blast.ts";
import { blast } from "../sat/blast.ts";
import type { GateCnf } from "../sat/cnf.ts";
import { gateCnf } from "../sat/cnf.ts";
import { PROPAGATIONS } from "../sat/decide.ts";
import { FALSE_LITERAL } from "../sat/gates.ts";
import type { Cnf } from "../sat/solve.ts";
import { solve } from "../sat/solve.ts";
import type { Term } from "../smt/term.ts";
import { asSaid } from "../smt/term.ts";
import { smtComment, smtText } from "../smt/text.ts";
import { wrongInProof } from "../sat/checker.ts";

/** Literals of a value's bits in DIMACS signs, lowest bit first; 0 where the clauses do not name the bit. */
export type Bits = readonly number[];

export interface CertifiedQuery {
  /** Unique within a certificate. */
  readonly name: string;
  /** What cannot be, in a line. */
  readonly sentence: string;
  readonly cnf: Cnf;
  readonly proof: Int32Array;
  readonly bits: Readonly<Record<string, Bits>>;
  /** The same formula for any SMT solver. */
  readonly smt2: string;
}

/** What must be impossible for a verdict to stand. */
interface Impossible {
  readonly name: string;
  readonly sentence: string;
  readonly term: Term;
}

function bitsOf({ variables }: Blasted, { variable }: GateCnf): Record<string, Bits> {
  const named = [...variables].map(([name, word]): [string, Bits] => [
    name,
    word.map((literal) => variable[literal >> 1] ?? 0),
  ]);
  return Object.fromEntries(named);
}

/**
 * @param asItIs the formula with nothing folded
 * @returns undefined past the solver's limit
 * @throws Error when the formula can be true, or the proof does not hold: then a verdict was wrong
 */
function certified(
  { name, sentence, term }: Impossible,
  asItIs: Term,
  about: readonly string[],
): CertifiedQuery | undefined {
  const folds = blast(term, { folds: true, unifies: false });
  const plain = folds.root === FALSE_LITERAL ? blast(asItIs, { folds: false, unifies: false }) : folds;
  const clauses = gateCnf(plain.gates, plain.root);
  const solved = solve(clauses.cnf, PROPAGATIONS);
  if (solved.answer === "unknown") return undefined;
  if (solved.answer === "sat") throw new Error(`${name} was proved and is possible`);
  const wrong = wrongInProof(clauses.cnf.literals, solved.proof);
  if (wrong !== undefined) throw new Error(`${name}: the solver's proof does not hold: ${wrong}`);
  const smt2 = smtComment([sentence, ...about]) + smtText([plain === folds ? term : asItIs]);
  return { name, sentence, cnf: clauses.cnf, proof: solved.proof, bits: bitsOf(plain, clauses), smt2 };
}

/** Everything that must be impossible, built by `make` twice: as it is solved and as it was said. */
export function certifiedAll(
  make: () => readonly Impossible[],
  about: readonly string[],
): readonly CertifiedQuery[] | undefined {
  const [asSolved, asItIs] = [make(), asSaid(make)];
  const queries: CertifiedQuery[] = [];
  for (const [at, one] of asSolved.entries()) {
    const same = asItIs[at];
    if (same?.name !== one.name) throw new Error(`${one.name} is built otherwise where nothing is folded`);
    const query = certified(one, same.term, about);
    if (query === undefined) return undefined;
    queries.push(query);
  }
  return queries;
}

/** Every way for the claim to break, loops summed up where they are unrolled no further: then none is cut. */
const brokenWays = (question: Question, claim: ClaimName): readonly Impossible[] =>
  summedUp(question, claim).map(({ name, broken }): Impossible => ({
    name,
    sentence: `${claim} is broken, folio and mapping being of these orders`,
    term: broken,
  }));

/** Every way to meet premises that a vacuous verdict says cannot be met. */
const unmetWays = (question: Question, claim: ClaimName, unmet: readonly string[]): readonly Impossible[] =>
  Object.entries(premisesSummedUp(question, claim))
    .filter(([premise]) => unmet.includes(premise))
    .flatMap(([premise, ways]) =>
      ways.map((term, at) => ({ name: `${claim}-${premise}-${at}`, sentence: `${premise} is met`, term })),
    );

/**
 * The certificate of a claim that was proved. @param unmet premises that cannot be met, where it is vacuous
 * @returns undefined where it takes more than the solver's limit
 */
export const certify = (
  question: Question,
  claim: ClaimName,
  unmet: readonly string[],
): readonly CertifiedQuery[] | undefined =>
  certifiedAll(() => [...brokenWays(question, claim), ...unmetWays(question, claim, unmet)], aboutWorld(question));

/** The certificate of what the formulas take for granted of themselves, whatever the rules are. */
export const certifyObligations = (question: Question): readonly CertifiedQuery[] | undefined =>
  certifiedAll(
    () =>
      obligationsOf(question).map(({ name, sentence, wrong }) => ({ name, sentence: `not: ${sentence}`, term: wrong })),
    [],
  );
