/** The pieces that judging is cut into: data in, data out, so that any thread can do any of them. */

import type { ClaimName } from "../../../model/claim.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Hunt, Stretch } from "../../search/blocks.ts";
import type { Judged, JudgeOptions } from "../judge.ts";
import { concludeRule, huntRule } from "../judge.ts";
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
  /** Send back what the solver was asked. */
  readonly keepQueries: boolean;
}

export type Task =
  | { readonly task: "hunt"; readonly rule: number; readonly stretch: Stretch }
  /** Everything but the hunt, which came to `hunted`. */
  | { readonly task: "conclude"; readonly rule: number; readonly engines: readonly Engine[]; readonly hunted?: Hunt };

export interface AskedQuery {
  readonly rule: string;
  readonly claim: ClaimName;
  readonly query: Query;
}

export interface Concluded {
  readonly judged: Judged;
  readonly queries: readonly AskedQuery[];
}

export type Done = { readonly task: "hunt"; readonly part: Hunt } | ({ readonly task: "conclude" } & Concluded);

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

/** Do one piece. */
export async function perform(work: Work, task: Task, { ruleById, prover }: Asks): Promise<Done> {
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
  if (task.task === "hunt") return { task: "hunt", part: huntRule(rule, options, task.stretch) };
  return {
    task: "conclude",
    judged: await concludeRule(rule, { ...options, engines: task.engines }, task.hunted),
    queries,
  };
}
