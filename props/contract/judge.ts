/**
 * A contract, one verdict a claim: the strongest that an engine earned. The prover is asked first; what it leaves open is
 * hunted. Whoever finds a claim broken, the inputs that are told are the smallest.
 */

import { REFUSED } from "../../model/outcome.ts";
import type { Contract, ContractClaim } from "../../model/rule/contract.ts";
import type { ContractFinding } from "../../sim/contract.ts";
import type { UndefinedInput } from "../../sim/world.ts";
import type { Ask } from "../prove/ask.ts";
import type { Query } from "../prove/question.ts";
import type { Term } from "../prove/smt/term.ts";
import { and, eq, not, TRUE } from "../prove/smt/term.ts";
import { constant } from "../prove/smt/expression.ts";
import { isGiven } from "../prove/unknowns.ts";
import { openSolvers } from "../prove/solvers.ts";
import { asker } from "../prove/ask.ts";
import type { ContractHit, ContractHunt } from "./hunt.ts";
import { huntContract } from "./hunt.ts";
import { findingOf, leastOf } from "./least.ts";
import type { Asker, ContractProof, Premise } from "./prove.ts";
import { aboutContract, askerOf, othersIn, proveContractClaim, provePremise } from "./prove.ts";
import type { Model, TreeTerms } from "./terms.ts";
import { termsOf } from "./terms.ts";
import { findUndefinedIn } from "./undefined.ts";

export type ContractEngine = "prove" | "z3" | "hunt" | "exhaust";

export interface ContractJudgement {
  readonly contract: Contract;
  readonly claim: ContractClaim;
  readonly verdict: "refuted" | "proved" | "sampled" | "vacuous";
  readonly engine: ContractEngine;
  readonly runs?: number;
  readonly seed?: number;
  readonly residual_rate?: number;
  readonly premises?: Readonly<Record<string, boolean>>;
  readonly witnesses: Readonly<Record<string, number>>;
  readonly unmet?: readonly string[];
  readonly inconclusive?: string;
  readonly finding?: ContractFinding;
  /** Engines that were asked for and do not serve a contract. */
  readonly notRun?: readonly ContractEngine[];
}

export interface JudgedContract {
  readonly contract: Contract;
  readonly judgements: readonly ContractJudgement[];
  readonly undefinedInputs: readonly UndefinedInput[];
  readonly queries: readonly Query[];
}

export interface ContractOptions {
  readonly engines: readonly ContractEngine[];
  readonly seed: number;
  readonly runs: number;
  readonly ask: () => Promise<Ask>;
  readonly stop?: () => boolean;
}

/** What has to be possible for a claim to say anything. */
const PREMISE = "requires_met";

/** The share of runs that a claim is broken in is below this, at 95 %. */
const residualRate = (runs: number): number => 3 / runs;

interface Proved {
  readonly premise: Premise;
  readonly proofs: ReadonlyMap<ContractClaim, ContractProof>;
}

async function proveAll(one: Asker, contract: Contract): Promise<Proved> {
  const premise = await provePremise(one, contract);
  const proofs = new Map<ContractClaim, ContractProof>();
  if (premise.status === "impossible") return { premise, proofs };
  // oxlint-disable-next-line no-await-in-loop -- one solver
  for (const claim of contract.claims) proofs.set(claim, await proveContractClaim(one, contract, claim));
  return { premise, proofs };
}

/** A model of the claim's formula with what a run was given. */
async function modelOf(
  one: Asker,
  contract: Contract,
  { name, tree }: ContractClaim,
  hit: ContractHit,
): Promise<{ at: TreeTerms; model: Model }> {
  const at = termsOf(contract, tree);
  const inputs = at.inputs.map(({ name: of, term, type }) => eq(term, constant(type, hit.values.get(of) ?? 0n)));
  const others = hit.given.map((given) => isGiven({ rule: tree, terms: at.terms, when: TRUE }, given));
  const said = await one.ask(`${name}-hit`, "sat: a run broke it", and(brokenIn(at), ...inputs, ...others));
  if (said.answer !== "sat") throw new Error(`${contract.id}: ${name} is broken by a run, and its formula is not`);
  return { at, model: said.model };
}

const brokenIn = ({ terms }: TreeTerms): Term => and(terms.refuses, not(terms.unsure));

/** With the prover's own solver, whichever engines were asked: what is smallest does not depend on who found it. */
async function told(
  one: Asker,
  contract: Contract,
  claim: ContractClaim,
  { at, model }: { at: TreeTerms; model: Model },
): Promise<Pick<ContractJudgement, "finding">> {
  const ask = (name: string, term: Term): ReturnType<Asker["ask"]> =>
    one.ask(name, "sat if smaller inputs break it", term);
  const least = await leastOf(ask, contract, at, brokenIn(at), model, REFUSED, claim.name);
  const finding = findingOf(contract, claim, least, othersIn(at, least.model));
  return { finding };
}

export async function judgeContract(contract: Contract, options: ContractOptions): Promise<JudgedContract> {
  const { engines, seed, runs, stop } = options;
  const proves = engines.includes("prove") || engines.includes("z3");
  const prover = engines.includes("prove") ? "prove" : "z3";
  const one = askerOf(proves ? await options.ask() : asker(await openSolvers(["own"])), aboutContract(contract));
  const { premise, proofs } = proves
    ? await proveAll(one, contract)
    : { premise: undefined, proofs: new Map<ContractClaim, ContractProof>() };
  const isOpen = (claim: ContractClaim): boolean => {
    if (premise?.status === "impossible") return false;
    const status = proofs.get(claim)?.status;
    return status === undefined || status === "unknown" || (status === "proved" && premise?.status === "unknown");
  };
  const open = contract.claims.filter(isOpen);
  const hunted =
    engines.includes("hunt") && open.length > 0
      ? huntContract(contract, open, { seed, runs, ...(stop && { stop }) })
      : undefined;
  const judgements: ContractJudgement[] = [];
  for (const claim of contract.claims) {
    const proof = proofs.get(claim);
    const hit = hunted?.hits.get(claim.name);
    if (proof?.status === "proved" && hit !== undefined)
      throw new Error(`${contract.id}: ${claim.name} was proved, and a run breaks it`);
    const witnesses = { [PREMISE]: hunted?.met ?? (premise?.status === "possible" ? 1 : 0) };
    const head = { contract, claim, witnesses };
    if (proof?.status === "refuted") {
      judgements.push({ ...head, verdict: "refuted", engine: prover, ...(await told(one, contract, claim, proof)) }); // oxlint-disable-line no-await-in-loop -- one solver
    } else if (hit !== undefined) {
      const found = await modelOf(one, contract, claim, hit); // oxlint-disable-line no-await-in-loop -- the same
      const least = await told(one, contract, claim, found); // oxlint-disable-line no-await-in-loop -- the same
      judgements.push({ ...head, verdict: "refuted", engine: "hunt", runs: hit.run, seed, ...least });
    } else {
      const passed = passedBy(prover, premise, proof, hunted);
      const idle = passed.verdict === "sampled" && engines.includes("exhaust");
      judgements.push({ ...head, ...passed, ...(idle && { notRun: ["exhaust"] }) });
    }
  }
  const surely = proves ? await findUndefinedIn(one, contract) : { inputs: [] };
  const undefinedInputs = firstOf([...surely.inputs, ...(hunted?.undefinedInputs ?? [])]);
  return { contract, judgements, undefinedInputs, queries: one.queries };
}

function passedBy(
  prover: "prove" | "z3",
  premise: Premise | undefined,
  proof: ContractProof | undefined,
  hunted: ContractHunt | undefined,
): Pick<ContractJudgement, "verdict" | "engine" | "premises" | "unmet" | "inconclusive" | "runs" | "residual_rate"> {
  if (premise?.status === "impossible") {
    return { verdict: "vacuous", engine: prover, premises: { [PREMISE]: false }, unmet: [PREMISE] };
  }
  if (proof?.status === "proved" && (premise?.status === "possible" || (hunted?.met ?? 0) > 0)) {
    return { verdict: "proved", engine: prover, premises: { [PREMISE]: true } };
  }
  const reason =
    proof?.status === "unknown" ? proof.reason : premise?.status === "unknown" ? premise.reason : undefined;
  if (hunted === undefined) return { verdict: "sampled", engine: prover, inconclusive: reason ?? "nothing was asked" };
  const { runs, met } = hunted;
  const unmet = met === 0 ? "no run met what is required" : undefined;
  const inconclusive = reason ?? unmet;
  return {
    verdict: "sampled",
    engine: "hunt",
    runs,
    ...(inconclusive === undefined ? { residual_rate: residualRate(runs) } : { inconclusive }),
  };
}

function firstOf(inputs: readonly UndefinedInput[]): UndefinedInput[] {
  const seen = new Set<string>();
  return inputs.filter(({ site: { line, column, what } }) => {
    const key = `${line}:${column}:${what}`;
    return !seen.has(key) && seen.add(key);
  });
}
