/** What a judging is asked, and one rule in its world. */

import { archOf } from "../../sim/setting.ts";
import type { ClaimName } from "../../model/claim.ts";
import { isAllocation, isBinding, isMapping, isOwn } from "../../model/claim.ts";
import { idOf } from "./none.ts";
import { MUST_ACCEPT } from "../claims/controls.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Op } from "../../sim/op.ts";
import type { Setting } from "../../sim/setting.ts";
import type { CompiledWorld, Rules, UndefinedInput } from "../../sim/world.ts";
import { decidingIn, worldOf } from "../../sim/world.ts";
import type { HuntPlan, Shard } from "../search/blocks.ts";
import type { Bound } from "../search/grid.ts";
import type { Prover } from "../prove/prover.ts";
import type { Query, Question } from "../prove/question.ts";
import type { Engine } from "./verdict.ts";

export interface JudgeOptions {
  readonly setting: Setting;
  readonly claims: readonly ClaimName[];
  readonly engines: readonly Engine[];
  readonly seed: number;
  readonly numRuns: number;
  /** How far the exhaustive search goes. */
  readonly bound?: Bound;
  readonly path?: string;
  /** Of the hunt, run this shard's part only. */
  readonly shard?: Shard;
  readonly examples?: readonly (readonly Op[])[];
  /** Have the prover show that no smaller counterexample exists, or find it. */
  readonly smallest?: boolean;
  /** A catalogue rule by its id. */
  readonly ruleById: (id: string) => Rule;
  /** The prover, loaded when it is first needed. */
  readonly prover: () => Promise<Prover>;
  readonly stop?: () => boolean;
  /** Told before each engine starts on a claim. */
  readonly onProgress?: (rule: string, engine: Engine, claim?: ClaimName) => void;
  /** Told of each query that the prover answered. */
  readonly onQuery?: (rule: string, claim: ClaimName, query: Query) => void;
}

/** The judged rule in the world that the setting completes. */
export function rulesOf(
  rule: Rule,
  {
    setting,
    ruleById,
    claims = [],
  }: Pick<JudgeOptions, "setting" | "ruleById"> & Partial<Pick<JudgeOptions, "claims">>,
): Rules {
  const own = claims.filter(isOwn);
  const rules = {
    ...(own.length > 0 && { own: own.map(ruleById) }),
    bind: ruleById(setting.bind_rule),
    map: ruleById(idOf("map", setting.map_rule)),
    level: ruleById(idOf("level", setting.level_rule)),
    ...(setting.order_rule !== undefined && { order: ruleById(setting.order_rule) }),
    ...(setting.must_accept !== undefined && rule.kind === "bind" && { must: ruleById(MUST_ACCEPT) }),
  };
  return { ...rules, [rule.kind]: rule };
}

export interface Context {
  readonly rule: Rule;
  readonly rules: Rules;
  readonly compiled: CompiledWorld;
  /** What was run on it met these inputs for which C is undefined. */
  readonly met: readonly UndefinedInput[];
  readonly options: JudgeOptions;
  readonly plan: HuntPlan;
}

export const questionOf = ({ rules, options }: Context): Question => ({
  rules,
  setting: options.setting,
  arch: archOf(options.setting),
});

/** The claims that a rule of this kind has a say in: what may be mapped has none in what is allocated, nor the other way round. */
export const claimsOf = (rule: Rule, claims: readonly ClaimName[]): readonly ClaimName[] =>
  rule.kind === "bind" ? claims : claims.filter(rule.kind === "order" ? isAllocation : isMapping);

export function contextOf(rule: Rule, options: JudgeOptions): Context {
  const rules = rulesOf(rule, options);
  let compiled: CompiledWorld | undefined;
  return {
    rule,
    rules,
    // Nothing is run on it where the prover settles all.
    get compiled() {
      return (compiled ??= worldOf(rules, options.setting));
    },
    get met() {
      return compiled === undefined ? [] : [...compiled.undefinedInputs.values()];
    },
    options,
    plan: planOf(rule, options),
  };
}

/** The hunt of a rule, as its blocks are numbered. */
export function planOf(rule: Rule, options: JudgeOptions): HuntPlan {
  const { seed, numRuns, path, examples, shard, claims } = options;
  const rules = rulesOf(rule, options);
  return {
    seed,
    numRuns,
    withISize: claims.some(isBinding) || decidingIn(rules).some(({ reads }) => reads.includes("i_size")),
    ...(path === undefined ? {} : { path }),
    ...(examples === undefined ? {} : { examples }),
    ...(shard === undefined ? {} : { shard }),
  };
}
