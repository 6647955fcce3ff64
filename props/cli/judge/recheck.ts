/** From a verdict that was read to the whole judgement: its counterexample is run again, so no file is believed. */

import { withOwnClaims } from "../../judge/own-claims.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import type { Setting } from "../../../sim/setting.ts";
import { rulesOf } from "../../judge/context.ts";
import { withBeside } from "../../judge/beside.ts";
import { withMustAccept } from "../../judge/must-accept.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import { brokenAt } from "../../claims/run.ts";
import { tellCounterexample } from "../../judge/finding.ts";
import type { Judgement } from "../../judge/verdict.ts";
import { worldOf } from "../../../sim/world.ts";
import type { ReadJudgement } from "./read.ts";

/** @throws RangeError when the counterexample is none */
export function recheck(read: ReadJudgement, rule: Rule, setting: Setting, plain: Rulebook): Judgement {
  const { judgement, counterexample } = read;
  if (counterexample === undefined) return judgement;
  const { claim } = judgement;
  const book = withOwnClaims(withMustAccept(withBeside(plain, setting), setting), [claim]);
  const { ops, control } = counterexample;
  const rules = rulesOf(rule, { setting, ruleById: book.byId, claims: [claim] });
  if (!book.has(control, rule.kind)) throw new RangeError(`"${control}" is no ${rule.kind} rule of the catalogue`);
  const { world } = worldOf(rules, setting);
  if (brokenAt(newVm(world), claim, ops) !== ops.length - 1) {
    throw new RangeError(`the counterexample to ${rule.id}, ${claim} does not break it`);
  }
  try {
    const told = tellCounterexample(rule, claim, rules, setting, ops, book.byId);
    return { ...judgement, counterexample: told };
  } catch (error) {
    // Ops of our own are minimal; these are not ours.
    throw new RangeError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
