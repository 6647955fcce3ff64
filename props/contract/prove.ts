/** Does a claim of a contract hold for every value that is let through? */

import type { Contract, ContractClaim } from "../../model/rule/contract.ts";
import { ACCEPTED } from "../../model/outcome.ts";
import type { Given } from "../../model/given.ts";
import type { RuleTree } from "../../model/rule/tree.ts";
import type { Ask } from "../prove/ask.ts";
import { LONG, LOOP, UNSURE } from "../prove/ask.ts";
import type { Query } from "../prove/question.ts";
import { TOO_LONG } from "../prove/smt/expression.ts";
import type { RuleTerms } from "../prove/smt/rule.ts";
import type { Term } from "../prove/smt/term.ts";
import { and, isFalse, not, TRUE } from "../prove/smt/term.ts";
import { givenBy } from "../prove/unknowns.ts";
import { givenAnswer, runnerOf } from "./run.ts";
import type { AskTerm } from "./smallest.ts";
import type { Model, TreeTerms } from "./terms.ts";
import { inputsIn, termsOf } from "./terms.ts";

export type ContractProof =
  | { readonly status: "proved" }
  | { readonly status: "refuted"; readonly at: TreeTerms; readonly model: Model }
  | { readonly status: "unknown"; readonly reason: string };

/** Can what is required be met, and does the function come to an end then? */
export type Premise =
  | { readonly status: "possible" }
  | { readonly status: "impossible" }
  | { readonly status: "unknown"; readonly reason: string };

/** Asks in the name of a contract, and keeps what was asked. */
export interface Asker {
  readonly ask: (name: string, what: string, term: Term) => ReturnType<AskTerm>;
  readonly queries: Query[];
}

/** What a saved query is about. */
export const aboutContract = ({ id, text, requires }: Contract, claim?: ContractClaim): readonly string[] => [
  `contract of ${id}`,
  ...requires.map((each) => `requires(${each.text})`),
  ...(claim === undefined ? [] : [`${claim.name}: ensures(${claim.text})`]),
  text,
];

export function askerOf(ask: Ask, about: readonly string[]): Asker {
  const queries: Query[] = [];
  return {
    queries,
    ask: async (name, what, term) => {
      const { query, said } = await ask(name, [what, ...about], term);
      queries.push(query);
      return said;
    },
  };
}

/** Surely true, or surely false, whatever C leaves open. */
const surely = (terms: RuleTerms, way: "accepts" | "refuses"): Term => and(terms[way], not(terms.unsure));

/** Values of what is no input, where the evaluation comes to it. */
export const othersIn = ({ tree, terms }: TreeTerms, model: Model): Given[] => {
  const isInput = new Set(tree.unknowns.filter(({ is }) => is === "input").map(({ text }) => text));
  return givenBy({ rule: tree, terms, when: TRUE }, model).filter(({ text }) => !isInput.has(text));
};

/** @throws Error where the machine code comes to something else than the formula says */
export function checkRun(contract: Contract, at: TreeTerms, model: Model, outcome: number): void {
  const values = new Map(inputsIn(model, at.inputs).map(({ name, value }) => [name, value]));
  const came = runnerOf(at.tree, contract).run(values, givenAnswer(othersIn(at, model)));
  if (came !== outcome) throw new Error(`${contract.id} comes to ${came}, where a formula says ${outcome}`);
}

/**
 * Is the tree ever so? Where it is not as far as loops were followed, and with them summed up neither, it never is.
 * @returns a model, "never", or why nobody knows
 */
async function ever(
  { ask }: Asker,
  contract: Contract,
  tree: RuleTree,
  way: "accepts" | "refuses",
  name: string,
): Promise<{ readonly at: TreeTerms; readonly model: Model } | "never" | { readonly reason: string }> {
  try {
    const at = termsOf(contract, tree);
    const { terms } = at;
    const said = await ask(name, `sat if it ${way}`, surely(terms, way));
    if (said.answer === "unknown") return { reason: said.reason };
    if (said.answer === "sat") return { at, model: said.model };
    if (!isFalse(terms.unsure)) {
      const perhaps = await ask(`${name}-unsure`, `sat if it ${way} where C is undefined for some value`, terms[way]);
      if (perhaps.answer !== "unsat") return { reason: perhaps.answer === "sat" ? UNSURE : perhaps.reason };
    }
    if (isFalse(terms.cut)) return "never";
    const loops = await ask(`${name}-loops`, "unsat if every loop was followed to its end", terms.cut);
    if (loops.answer === "unsat") return "never";
    const whole = termsOf(contract, tree, "summed up").terms;
    const summed = await ask(`${name}-summed-up`, `unsat if it never ${way}, wherever a loop may end`, whole[way]);
    return summed.answer === "unsat" ? "never" : { reason: LOOP };
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    return { reason: LONG };
  }
}

export async function provePremise(asker: Asker, contract: Contract): Promise<Premise> {
  const said = await ever(asker, contract, contract.premise, "accepts", "requires");
  if (said === "never") return { status: "impossible" };
  if ("reason" in said) return { status: "unknown", reason: said.reason };
  checkRun(contract, said.at, said.model, ACCEPTED);
  return { status: "possible" };
}

export async function proveContractClaim(
  asker: Asker,
  contract: Contract,
  claim: ContractClaim,
): Promise<ContractProof> {
  const said = await ever(asker, contract, claim.tree, "refuses", claim.name);
  if (said === "never") return { status: "proved" };
  return "reason" in said ? { status: "unknown", reason: said.reason } : { status: "refuted", ...said };
}
