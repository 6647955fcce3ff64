/** What a judging is made of: a row a rule, what all pieces share, and who does them. */

import { ownBlocks } from "../../search/blocks.ts";
import type { Executor } from "../../judge/jobs/executor.ts";
import { growing, hasThreads, inThread } from "../../judge/jobs/executor.ts";
import type { Work } from "../../judge/jobs/task.ts";
import type { Row } from "../../judge/jobs/schedule.ts";
import { claimsOf, planOf } from "../../judge/context.ts";
import { provesFirst } from "../../judge/settle.ts";
import { PROPAGATIONS_PER_SECOND } from "../../prove/sat/decide.ts";
import type { Engine } from "../../judge/verdict.ts";
import { solversOf } from "../../judge/verdict.ts";
import type { JudgeContext, Plan } from "./flags.ts";
import type { Resumed } from "./resume-read.ts";

/** A conclusion takes about as long as so many blocks of a hunt. */
export const CONCLUSION_BLOCKS = 50;
/** Fewer pieces than this are done before threads would have started. */
const FEW_PIECES = 3;

/**
 * Of a sharded judging, exhaustion of a rule is one shard's, by the rule's place. Every shard proves: what the prover
 * leaves open is what all of them hunt for.
 */
function enginesOf({ options }: Plan, rule: number): readonly Engine[] {
  const { engines, shard } = options;
  return shard === undefined || rule % shard.of === shard.index ? engines : engines.filter((one) => one !== "exhaust");
}

export function rowsOf(plan: Plan, context: JudgeContext, resumed: Resumed | undefined): Row[] {
  const options = { ...plan.options, prover: () => context.prover(solversOf(plan.options.engines)) };
  return plan.rules.map((rule, at) => ({
    plan: planOf(rule, options),
    claims: claimsOf(rule, plan.options.claims),
    engines: enginesOf(plan, at),
    provesFirst: provesFirst(options),
    ...resumed?.rows[at],
  }));
}

/** A rule's part of the time for the solver, in propagations; no rule gets so little that it is not looked at. */
const provingIn = (milliseconds: number, rules: number): number =>
  Math.max(LEAST_PROVING, Math.round((milliseconds / 1000 / Math.max(rules, 1)) * PROPAGATIONS_PER_SECOND));
const LEAST_PROVING = 500_000;

export function workOf({ rules, options, smt2, time }: Plan): Work {
  const { setting, claims, seed, numRuns, bound, path, shard, smallest } = options;
  return {
    rules,
    options: {
      setting,
      claims,
      seed,
      numRuns,
      ...(bound === undefined ? {} : { bound }),
      ...(path === undefined ? {} : { path }),
      ...(shard === undefined ? {} : { shard }),
      ...(smallest === undefined ? {} : { smallest }),
    },
    ...(time === Infinity ? {} : { proving: provingIn(time, rules.length) }),
    keepQueries: smt2 !== undefined,
  };
}

/** What is proved is done here for a start; several rules that are hunted, or a long hunt, each in a thread of its own. */
export async function executorFor(
  plan: Plan,
  work: Work,
  rows: readonly Row[],
  context: JudgeContext,
): Promise<Executor> {
  const { jobs, options } = plan;
  const blocks = rows.reduce((sum, row) => sum + ownBlocks(row.plan), 0);
  const pieces = Math.max(rows.length, Math.ceil(blocks / CONCLUSION_BLOCKS));
  const solvers = solversOf(options.engines);
  const here = inThread(work, { ruleById: context.book.byId, prover: () => context.prover(solvers) });
  if (jobs === 1 || pieces < FEW_PIECES || !hasThreads()) return here;
  const width = Math.min(jobs, pieces);
  const open = async (): Promise<Executor> => {
    const { inThreads } = await import("../../judge/jobs/threads.ts");
    return inThreads({ work, catalogue: [...context.book.all, ...context.book.made], solvers }, width);
  };
  const { now } = context.io;
  return rows.every((row) => row.provesFirst) ? growing(here, rows.length, { width, open, now }) : open();
}
