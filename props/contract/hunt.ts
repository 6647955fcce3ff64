/** Tries inputs, with no solver: so what the prover says can be wrong in one way only if this is in the same. */

import { ACCEPTED, REFUSED, UNDEFINED } from "../../model/outcome.ts";
import type { Given } from "../../model/given.ts";
import type { Contract, ContractClaim } from "../../model/rule/contract.ts";
import type { Unknown } from "../../model/rule/tree.ts";
import { wrapTo } from "../../model/rule/tree.ts";
import { placeOf } from "../../sim/answers.ts";
import type { UndefinedInput } from "../../sim/world.ts";
import { constantsIn, drawer, numbersFrom } from "./draw.ts";
import type { Answer, Runner } from "./run.ts";
import { runnerOf } from "./run.ts";

export interface ContractHit {
  /** From 1. */
  readonly run: number;
  readonly values: ReadonlyMap<string, bigint>;
  readonly given: readonly Given[];
}

export interface ContractHunt {
  readonly runs: number;
  /** Runs in which what is required was met and the function came to an end. */
  readonly met: number;
  readonly hits: ReadonlyMap<string, ContractHit>;
  readonly undefinedInputs: readonly UndefinedInput[];
}

export interface HuntOptions {
  readonly seed: number;
  readonly runs: number;
  readonly stop?: () => boolean;
}

/** Of several inputs, which unknowns are they? In the order of the text. */
function inputsOf({ premise, claims }: Contract): Unknown[] {
  const all = [premise, ...claims.map(({ tree }) => tree)].flatMap(({ unknowns }) => unknowns);
  const byName = new Map(all.filter(({ is }) => is === "input").map((each) => [each.text, each]));
  return [...byName.values()];
}

const RARELY = 4n;

/** Remembers what was answered. */
function answering(next: () => bigint, draw: ReturnType<typeof drawer>["draw"]): { answer: Answer; given: Given[] } {
  const given: Given[] = [];
  const known = new Map<string, bigint>();
  const answer: Answer = (unknown, times) => {
    const key = `${times === 0 ? "" : placeOf(unknown)} ${unknown.text} ${times}`;
    const value =
      known.get(key) ?? wrapTo(unknown.type, next() % RARELY === 0n ? unknown.plain : draw(unknown.type, []));
    if (!known.has(key)) {
      const { text, pointer } = unknown;
      given.push({ at: placeOf(unknown), text, times, value, ...(pointer && { pointer }) });
    }
    known.set(key, value);
    return value;
  };
  return { answer, given };
}

export function huntContract(
  contract: Contract,
  open: readonly ContractClaim[],
  { seed, runs, stop = () => false }: HuntOptions,
): ContractHunt {
  const inputs = inputsOf(contract);
  const beside = constantsIn(contract.premise);
  const next = numbersFrom(BigInt(seed));
  const { draw } = drawer(next);
  const premise = runnerOf(contract.premise, contract);
  const left = new Map<ContractClaim, Runner>(open.map((claim) => [claim, runnerOf(claim.tree, contract)]));
  const hits = new Map<string, ContractHit>();
  const undefinedInputs = new Map<string, UndefinedInput>();
  let met = 0;
  let run = 0;
  const note = (runner: Runner, values: ReadonlyMap<string, bigint>, answer: Answer, given: readonly Given[]): void => {
    const { site } = runner.look(values, answer);
    if (site === undefined) return;
    const key = `${site.line}:${site.column}:${site.what}`;
    if (undefinedInputs.has(key)) return;
    const told = Object.fromEntries([...values].map(([name, value]) => [name, BigInt.asUintN(64, value)]));
    undefinedInputs.set(key, { rule: contract.id, site, inputs: told, ...(given.length > 0 && { given: [...given] }) });
  };
  while (run < runs && (left.size > 0 || run < MOST_FOR_PREMISE) && !(run % 1024 === 0 && stop())) {
    run += 1;
    const values = new Map<string, bigint>();
    for (const { text, type } of inputs) values.set(text, draw(type, [...beside, ...values.values()]));
    const { answer, given } = answering(next, draw);
    const came = premise.run(values, answer);
    if (came === ACCEPTED) met += 1;
    if (came === UNDEFINED) note(premise, values, answer, given);
    if (came === REFUSED) continue;
    for (const [claim, runner] of left) {
      const outcome = runner.run(values, answer);
      if (outcome === UNDEFINED) note(runner, values, answer, given);
      if (outcome !== REFUSED) continue;
      hits.set(claim.name, { run, values, given: [...given] });
      left.delete(claim);
    }
  }
  return { runs: run, met, hits, undefinedInputs: [...undefinedInputs.values()] };
}

/** So many runs are made even where every claim is broken: what is undefined is met, too. */
const MOST_FOR_PREMISE = 256;
