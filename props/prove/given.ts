/**
 * Which of the values that ops were given does their counterexample rest on? A smallest set of them that breaks the
 * claim whatever all other values are.
 */

import type { Given } from "../../model/given.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { giving, givenOf, opText } from "../../sim/op.ts";
import { worldOf } from "../../sim/world.ts";
import type { ClaimName } from "../../model/claim.ts";
import { brokenAt } from "../claims/run.ts";
import type { Ask } from "./ask.ts";
import { aboutWorld, LONG } from "./ask.ts";
import type { AtOps } from "./at-ops.ts";
import { atOps } from "./at-ops.ts";
import type { Value } from "./least-set.ts";
import { leastSet } from "./least-set.ts";
import type { LeastGiven, Query, Question } from "./question.ts";
import { TOO_LONG } from "./smt/expression.ts";
import { and, not, or } from "./smt/term.ts";
import { valuation } from "./smt/value.ts";
import { answerFrom, givenBy, isGiven, isSure } from "./unknowns.ts";

interface OpValue extends Value {
  readonly op: number;
  readonly given: Given;
}

const valuesOf = ({ asked }: AtOps, ops: readonly Op[]): readonly OpValue[] =>
  ops.flatMap((op, at) =>
    givenOf(op).map((given) => ({
      op: at,
      given,
      text: opText(giving(op, [given])),
      term: and(...asked.filter((each) => given.times === 0 || each.op === at).map((each) => isGiven(each, given))),
    })),
  );

const withOnly = (ops: readonly Op[], values: readonly OpValue[]): readonly Op[] =>
  ops.map((op, at) => {
    const chosen = new Set(values.filter((value) => value.op === at).map(({ given }) => given));
    return giving(
      op,
      givenOf(op).filter((given) => chosen.has(given)),
    );
  });

/** @throws Error where the machine breaks the claim with values that the formula says keep it */
function checkKept(
  { rules, setting, arch }: Question,
  claim: ClaimName,
  ops: readonly Op[],
  at: AtOps,
  model: ReadonlyMap<string, bigint>,
): void {
  // Nobody knows what a loop that was not followed to its end comes to.
  if (valuation(model)(isSure(at.asked)) === 0n || valuation(model)(at.cut) === 1n) return;
  const { world, answers } = worldOf(rules, setting, arch);
  if (answers === undefined) throw new Error("no rule has unknowns");
  const ofOps = ops.map((_, op) =>
    answerFrom(at.asked.filter((each) => each.op === op).flatMap((each) => givenBy(each, model))),
  );
  answers.otherwise = (asked) => ofOps[asked.op]?.(asked) ?? asked.unknown.plain;
  const bare = ops.map((op) => giving(op, []));
  if (brokenAt(newVm(world), claim, bare) === ops.length - 1) {
    throw new Error(`${claim} breaks with values that a formula says keep it: ${bare.map(opText).join("; ")}`);
  }
}

/** @param ops with all that they were given; the last one breaks the claim */
export async function leastGiven(
  ask: Ask,
  question: Question,
  claim: ClaimName,
  ops: readonly Op[],
): Promise<LeastGiven> {
  const queries: Query[] = [];
  const inFull = (reason: string): LeastGiven => ({ status: "unknown", ops, reason, queries });
  try {
    const at = atOps(question, claim, ops);
    const kept = or(not(at.broken), at.cut);
    const about = ["unsat if these values break the claim whatever the others are", ...aboutWorld(question)];
    const chosen = await leastSet(
      valuesOf(at, ops),
      async (terms, tries) => {
        const { query, said } = await ask(`${claim}-given-${tries}`, about, and(kept, ...terms));
        queries.push(query);
        return said;
      },
      (model) => checkKept(question, claim, ops, at, model),
    );
    return typeof chosen === "string" ? inFull(chosen) : { status: "least", ops: withOnly(ops, chosen), queries };
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    return inFull(LONG);
  }
}
