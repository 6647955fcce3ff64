/** The pieces that judging is cut into: data in, data out, so that any thread can do any of them. */

import type { ClaimName } from "../../../model/claim.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Hunt, Stretch } from "../../search/blocks.ts";
import type { JudgeOptions } from "../context.ts";
import type { Judged } from "../judge.ts";
import type { Settled } from "../settle.ts";
import { concludeRule, huntRule } from "../judge.ts";
import { settleRule } from "../settle.ts";
import type { Prover } from "../../prove/prover.ts";
import type { Query } from "../../prove/question.ts";
import type { Engine } from "../verdict.ts";

/** What all pieces of one judging share. */
export interface Work {
  /** The rules that are judged; pieces name them by position. */
  readonly rules: readonly Rule[];
  readonly options: Pick<
    JudgeOptions,
    "setting" | "claims" | "seed" | "numRuns" | "bound" | "path" | "shard" | "smallest"
  >;
  /** Propagations of the solver for each piece, where time is limited. */
  readonly proving?: number;
  /** Send back what the solver was asked. */
  readonly keepQueries: boolean;
}

export type Task =
  /** The prover's part; all of the rule's, where that leaves nothing to hunt for. */
  | { readonly task: "settle"; readonly rule: number; readonly engines: readonly Engine[] }
  | { readonly task: "hunt"; readonly rule: number; readonly stretch: Stretch }
  /** Everything but the hunt, which came to `hunted`, and what the prover said before it. */
  | {
      readonly task: "conclude";
      readonly rule: number;
      readonly engines: readonly Engine[];
      readonly hunted?: Hunt;
      readonly settled?: Settled;
    };

export interface AskedQuery {
  readonly rule: string;
  readonly claim: ClaimName;
  readonly query: Query;
}

export interface Concluded {
  readonly judged: Judged;
  readonly queries: readonly AskedQuery[];
}

export type Done =
  | { readonly task: "hunt"; readonly part: Hunt }
  | { readonly task: "settle"; readonly settled: Settled; readonly queries: readonly AskedQuery[] }
  | ({ readonly task: "conclude" } & Concluded);

function ruleAt({ rules }: Work, at: number): Rule {
  const rule = rules[at];
  if (rule === undefined) throw new Error(`there is no rule ${at} to judge`);
  return rule;
}

/** Who can be asked from a piece. */
export interface Asks {
  /** A catalogue rule, for the world or as a control. */
  readonly ruleById: (id: string) => Rule;
  readonly prover: () => Promise<Prover>;
}

/** Do one piece, and let the solver take no more than its part of the time. */
export async function perform(work: Work, task: Task, asks: Asks): Promise<Done> {
  if (work.proving === undefined || task.task === "hunt") return performWhole(work, task, asks);
  const { proving } = work;
  let asked: Prover | undefined;
  const prover = async (): Promise<Prover> => {
    asked = await asks.prover();
    asked.limitTo?.(proving);
    return asked;
  };
  try {
    return await performWhole(work, task, { ...asks, prover });
  } finally {
    asked?.limitTo?.(Infinity);
  }
}

async function performWhole(work: Work, task: Task, { ruleById, prover }: Asks): Promise<Done> {
  const rule = ruleAt(work, task.rule);
  const queries: AskedQuery[] = [];
  const options: JudgeOptions = {
    ...work.options,
    engines: [],
    ruleById,
    prover,
    onQuery: (id, claim, query) => {
      if (work.keepQueries) queries.push({ rule: id, claim, query });
    },
  };
  if (task.task === "hunt") return { task: "hunt", part: await huntRule(rule, options, task.stretch) };
  const { engines } = task;
  const asked = { ...options, engines };
  const settled = task.task === "settle" ? await settleRule(rule, asked) : task.settled;
  const hunts = engines.includes("hunt") && settled !== undefined && settled.open.length > 0;
  if (task.task === "settle" && settled !== undefined && hunts) return { task: "settle", settled, queries };
  const hunted = task.task === "settle" ? undefined : task.hunted;
  return { task: "conclude", judged: await concludeRule(rule, asked, hunted, settled), queries };
}
