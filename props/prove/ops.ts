/** A solver's model as ops, and the simulated machine's word on whether they break the claim. */

import { MAPPING_CLAIMS } from "../../model/claim.ts";
import { MAX_I_SIZE_NPAGES } from "../../model/abstract/file.ts";
import type { Evaluator } from "../../model/rule/wasm/module.ts";
import type { Given } from "../../model/given.ts";
import { compileRule } from "../../model/rule/wasm/module.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, setISize, setOrder } from "../../sim/op.ts";
import type { Otherwise } from "../../sim/answers.ts";
import { apply } from "../../sim/step.ts";
import { withAllGiven, worldOf } from "../../sim/world.ts";
import { excess } from "../claims/always.ts";
import type { Case } from "./claims.ts";
import type { FreeSlot } from "./inputs.ts";
import { chosen } from "./inputs.ts";
import type { RuleAsked } from "./scene.ts";
import { answerFrom, givenBy } from "./unknowns.ts";
import type { Term } from "./smt/term.ts";
import { valuation } from "./smt/value.ts";

type Model = ReadonlyMap<string, bigint>;

const readsISize = (...rules: readonly Rule[]): boolean => rules.some(({ reads }) => reads.includes("i_size"));

interface Told {
  readonly ops: readonly Op[];
  /** Which op carries what the rules were given: the bind of a slot, or the last fault. */
  readonly on: readonly (RuleAsked["on"] | undefined)[];
}

/**
 * The ops of a case: for each slot what its bind has to see and the bind, what the fault has to see, the fault. Ops that
 * would change nothing are left out.
 */
function opsOf({ claim, scene, other }: Case, model: Model): Told {
  const ops: Op[] = [];
  const on: (RuleAsked["on"] | undefined)[] = [];
  const push = (op: Op, carries?: RuleAsked["on"]): void => {
    ops.push(op);
    on.push(carries);
  };
  const value = valuation(model);
  const valueOf = (term: Term): number => Number(value(term));
  let order = scene.question.setting.orders[0] ?? 0;
  let i_size = MAX_I_SIZE_NPAGES;
  const see = (to: number, name: string, reads: boolean): void => {
    if (to !== order) push(setOrder((order = to)));
    const size = model.get(name);
    if (reads && size !== undefined && Number(size) !== i_size) push(setISize((i_size = Number(size))));
  };
  const { rules } = scene.question;
  const bound = (slot: FreeSlot, vm: number, carries: "slot" | "other"): void => {
    const { name } = slot;
    see(chosen(slot.order, model), `${name}_i_size`, readsISize(rules.bind));
    const [base_gfn, npages] = [valueOf(slot.base_gfn), valueOf(slot.npages)];
    push(bind({ vm, base_gfn, npages, pgoff: valueOf(slot.pgoff), ugfn: valueOf(slot.ugfn) }), carries);
  };
  const { slot } = scene.bound;
  bound(slot, 0, "slot");
  if (other !== undefined) bound(other.slot, 1, "other");
  const touch = fault(valueOf(scene.gfn));
  const readsNow = readsISize(rules.map, rules.level);
  const isMapping = MAPPING_CLAIMS.includes(claim);
  // Only a mapping can be of a folio that an earlier fault left.
  const now = isMapping ? chosen(scene.now, model) : scene.folio;
  if (now !== scene.folio) {
    see(scene.folio, "i_size_now", readsNow);
    push(touch);
  }
  see(now, "i_size_now", readsNow);
  push(touch, "fault");
  return { ops, on };
}

/** Rules are compiled once. */
const compiled = new WeakMap<Rule, Evaluator>();

export function evaluatorOf(rule: Rule): Evaluator {
  const known = compiled.get(rule);
  if (known !== undefined) return known;
  const made = compileRule(rule);
  compiled.set(rule, made);
  return made;
}

/** The rule, its unknowns answered with these values. */
export const evaluatorGiven = (rule: Rule, given: readonly Given[]): Evaluator => {
  const answer = answerFrom(given);
  return compileRule(rule, (at, times) => {
    const unknown = rule.unknowns[at];
    return unknown === undefined ? 0n : answer({ unknown, times, order: undefined });
  });
};

/** Answers as the model has it, each op's rules for themselves. */
function answersOf({ asked }: Case, { on }: Told, model: Model): Otherwise {
  const given = asked.map((each) => ({ each, values: givenBy(each, model) }));
  const answers = on.map((carries) =>
    answerFrom(given.flatMap(({ each, values }) => (each.on === carries ? values : []))),
  );
  return (unknown) => answers[unknown.op]?.(unknown) ?? unknown.unknown.plain;
}

/**
 * The ops of a model, having broken the claim on the simulated machine at their last op, with all that they were given.
 * @throws Error when they do not: then a formula is wrong, and no verdict may come of it
 */
export function replayed(c: Case, model: Model): readonly Op[] {
  const told = opsOf(c, model);
  const { ops } = told;
  const { rules, setting, arch } = c.scene.question;
  const { world, answers } = worldOf(rules, setting, arch);
  if (answers !== undefined) answers.otherwise = answersOf(c, told, model);
  const vm = newVm(world);
  for (const op of ops) {
    apply(vm, op);
    if (vm.saw.refusal !== undefined) {
      throw new Error(`the proof's ops are refused (${vm.saw.refusal.check}): ${JSON.stringify(ops)}`);
    }
  }
  if (excess(c.claim, vm) === 0) throw new Error(`the proof's ops do not break ${c.claim}: ${JSON.stringify(ops)}`);
  return withAllGiven(ops, { answers });
}
