/** What the prover says of a rule, before anything is searched or after. */

import type { ClaimName } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { UndefinedInput } from "../../sim/world.ts";
import type { Proof } from "../prove/question.ts";
import type { Context, JudgeOptions } from "./context.ts";
import { claimsOf, contextOf, questionOf } from "./context.ts";
import { proves } from "./verdict.ts";

/** Ask the prover about each of the claims; at once, because it may have several threads. */
export async function prove(context: Context, claims: readonly ClaimName[]): Promise<ReadonlyMap<ClaimName, Proof>> {
  const { rule, options } = context;
  if (!proves(options.engines) || claims.length === 0) return new Map();
  options.onProgress?.(rule.id, "prove");
  const prover = await options.prover();
  const question = questionOf(context);
  const proofs = await Promise.all(claims.map(async (claim) => [claim, await prover.prove(question, claim)] as const));
  for (const [claim, { queries }] of proofs) for (const query of queries) options.onQuery?.(rule.id, claim, query);
  return new Map(proofs);
}

/** What the prover says of C that is undefined, and the input if there is one. */
interface Undefinedness {
  readonly status: "defined" | "undefined" | "unknown";
  readonly inputs: readonly UndefinedInput[];
}

/** The judged rule, and those of the user's own that stand beside it. */
const ofUser = ({ rule, rules, options }: Context): readonly Rule[] => [
  rule,
  ...(options.setting.beside ?? []).flatMap(({ kind }) => {
    const beside = rules[kind];
    return beside === undefined || beside === rule ? [] : [beside];
  }),
];

/** Inputs for which C leaves a rule's result undefined, if the solver knows any: one of each rule. */
export async function undefinedByProof(context: Context): Promise<Undefinedness> {
  const { options } = context;
  if (!proves(options.engines)) return { status: "unknown", inputs: [] };
  const inputs: UndefinedInput[] = [];
  let isOpen = false;
  for (const rule of ofUser(context)) {
    if (rule.sites.length === 0) continue;
    const prover = await options.prover(); // oxlint-disable-line no-await-in-loop -- one solver
    const answer = await prover.undefined(questionOf(context), rule.kind); // oxlint-disable-line no-await-in-loop -- one after the other
    if (answer.status === "unknown") isOpen = true;
    if (answer.status !== "undefined") continue;
    const { site, inputs: values, given } = answer;
    inputs.push({ rule: rule.id, site, inputs: values, ...(given !== undefined && { given }) });
  }
  return { status: inputs.length > 0 ? "undefined" : isOpen ? "unknown" : "defined", inputs };
}

/** What the prover came to before anything was searched. Data: it can be sent to a thread. */
export interface Settled {
  readonly proofs: ReadonlyMap<ClaimName, Proof>;
  readonly undefinedness: Undefinedness;
  /** Claims that are left to the searches. */
  readonly open: readonly ClaimName[];
}

/** The prover did not come to an end, or not to one that says that the claim was exercised. */
export const isOpen = (proof: Proof | undefined): boolean =>
  proof === undefined ||
  proof.status === "unknown" ||
  (proof.status === "proved" && proof.undecided !== undefined && proof.undecided.length > 0);

/** Is the prover asked before anything is searched? Where runs are named, these are what is asked for. */
export const provesFirst = ({ engines, path, examples }: JudgeOptions): boolean =>
  proves(engines) && path === undefined && examples === undefined;

/** Who answered stays; what was asked is long, and was told. */
const withoutText = (proof: Proof): Proof => ({
  ...proof,
  queries: proof.queries.map(({ name, answer, by }) => ({
    name,
    answer,
    text: "",
    ...(by === undefined ? {} : { by }),
  })),
});

/** Ask the prover about every claim. The searches have all claims where C is undefined: they may meet more such places. */
export async function settleRule(rule: Rule, options: JudgeOptions): Promise<Settled> {
  const context = contextOf(rule, options);
  const claims = claimsOf(rule, options.claims);
  const proofs = await prove(context, claims);
  const undefinedness = await undefinedByProof(context);
  const isDefined = undefinedness.status === "defined";
  const open = isDefined ? claims.filter((claim) => isOpen(proofs.get(claim))) : claims;
  return { proofs: new Map([...proofs].map(([claim, proof]) => [claim, withoutText(proof)])), undefinedness, open };
}
