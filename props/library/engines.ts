/** The engines one by one, for tests of your own; what they are given is looked at first. */

import type { Vm, World } from "../../model/abstract/machine.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Arch } from "../../model/arch.ts";
import type { Op } from "../../sim/op.ts";
import type { OpLiteral } from "../../sim/schema/op.ts";
import { opFromJson, opsFromJson } from "../../sim/schema/op.ts";
import { parseInput, whole } from "../../sim/schema/parse.ts";
import type { Setting } from "../../sim/setting.ts";
import type { Effect } from "../../sim/step.ts";
import { step as stepOf } from "../../sim/step.ts";
import type { Trace } from "../../sim/trace.ts";
import { run as runIn } from "../../sim/trace.ts";
import type { CompiledWorld, Rules } from "../../sim/world.ts";
import { worldOf as compiledWorld } from "../../sim/world.ts";
import type { ClaimName } from "../../model/claim.ts";
import { brokenAt } from "../claims/run.ts";
import type { JudgeOptions } from "../judge/context.ts";
import type { Judged } from "../judge/judge.ts";
import { judgeRule as judgeOne } from "../judge/judge.ts";
import type { Exhausted } from "../search/exhaust.ts";
import { exhaust as exhaustIn, exhaustGrids as exhaustGridsIn } from "../search/exhaust.ts";
import type { Bound, Grid } from "../search/grid.ts";
import { DEFAULT_BOUND } from "../search/grid.ts";
import type { Hunted, HuntOptions } from "../search/hunt.ts";
import { hunt as huntIn } from "../search/hunt.ts";
import { minimise as minimised } from "../shrink/minimise.ts";
import { isGenerated } from "./arbitraries.ts";
import { claimsAsked, faultClaimsAsked, huntAsked, judgeAsked, settingAsked } from "./asked.ts";
import { checkedWorld, trusted } from "./worlds.ts";

const opsOf = (ops: readonly OpLiteral[]): readonly Op[] => (isGenerated(ops) ? ops : opsFromJson(ops));

/**
 * The random search: op lists until every claim is broken or the runs are used up.
 * @throws RangeError for a world, claim or option that is none; TypeError for a rule that answers no number
 */
export function hunt(world: World, claims: readonly ClaimName[], options: HuntOptions): Hunted {
  huntAsked(options);
  const { examples } = options;
  const read = examples === undefined ? options : { ...options, examples: examples.map(opsOf) };
  return huntIn(checkedWorld(world), claimsAsked(claims), read);
}

/**
 * The exhaustive search, of every state within a bound. It is about faults: a claim about a bind is none for it.
 * @throws RangeError for a world, claim or bound that is none; TypeError for a rule that answers no number
 */
export function exhaust(world: World, claims: readonly ClaimName[], bound: Bound = DEFAULT_BOUND): Exhausted {
  parseInput(whole(1, 3), bound, "bound");
  return exhaustIn(checkedWorld(world), faultClaimsAsked(claims), bound);
}

/** The exhaustive search, of every state of grids of your own. @throws as `exhaust` */
export const exhaustGrids = (world: World, claims: readonly ClaimName[], grids: readonly Grid[]): Exhausted =>
  exhaustGridsIn(checkedWorld(world), faultClaimsAsked(claims), grids);

/** Run ops on an empty machine, and tell what each did. @throws RangeError for a world or an op that is none */
export const run = (world: World, ops: readonly OpLiteral[]): Trace => runIn(checkedWorld(world), opsOf(ops));

/** Apply an op and tell what it did. @throws RangeError for what is no op */
export const step = (vm: Vm, op: OpLiteral): Effect => stepOf(vm, opFromJson(op));

/**
 * The canonical counterexample of a claim, given any. What it returns breaks the claim at its last op, and with any op
 * left out it does not.
 * @throws RangeError for ops that do not break the claim
 */
export function minimise(vm: Vm, claim: ClaimName, found: readonly OpLiteral[], withISize = false): readonly Op[] {
  claimsAsked([claim]);
  const ops = opsOf(found);
  if (brokenAt(vm, claim, ops) < 0) throw new RangeError(`these ops do not break ${claim}: nothing to minimise`);
  return minimised(vm, claim, ops, withISize);
}

/** Compile rules and put them into a world. @throws RangeError for a setting that is none */
export function worldOf(rules: Rules, over: Partial<Setting> = {}, arch?: Arch): CompiledWorld {
  const setting = settingAsked(over);
  const made = compiledWorld(rules, setting, arch);
  trusted(made.world, { rules, setting });
  return made;
}

/**
 * Judge one parsed rule; `judge` does all of it for C text.
 * @throws RangeError that names the option which is wrong
 */
export function judgeRule(rule: Rule, options: JudgeOptions): Promise<Judged> {
  const { setting, claims, engines, seed, numRuns, path, examples } = options;
  judgeAsked({ rule: rule.id, setting, claims, engines, seed, numRuns, path, examples });
  return judgeOne(rule, options);
}
