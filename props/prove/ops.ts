/** A solver's model as ops, and the simulated machine's word on whether they break the claim. */

import { isBinding, isMapping as isOfMapping } from "../../model/claim.ts";
import { largestISize } from "../../model/abstract/file.ts";
import type { Evaluator } from "../../model/rule/wasm/module.ts";
import type { Given } from "../../model/given.ts";
import { compileRule } from "../../model/rule/wasm/module.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, opText, setISize, setOrder } from "../../sim/op.ts";
import type { Otherwise } from "../../sim/answers.ts";
import { apply } from "../../sim/step.ts";
import { withAllGiven, worldOf } from "../../sim/world.ts";
import { excess } from "../claims/always.ts";
import type { Case } from "./case.ts";
import type { FreeSlot } from "./inputs.ts";
import { chosen, fileOf } from "./inputs.ts";
import type { Question } from "./question.ts";
import type { RuleAsked } from "./scene.ts";
import { answerFrom, givenBy } from "./unknowns.ts";
import type { Term } from "./smt/term.ts";
import { valuation } from "./smt/value.ts";

type Model = ReadonlyMap<string, bigint>;

const readsISize = (...rules: readonly Rule[]): boolean => rules.some(({ reads }) => reads.includes("i_size"));

/** When does the file's size have to be as the model says? One that is fixed has to be set before the first bind. */
export function iSizeMatters(question: Question): { readonly atBind: boolean; readonly now: boolean } {
  const { rules, setting } = question;
  const file = fileOf(setting.file);
  const ofOrder = rules.order === undefined ? [] : [rules.order];
  if (file.i_size === "any")
    return { atBind: readsISize(rules.bind), now: readsISize(rules.map, rules.level, ...ofOrder) };
  return { atBind: file.folio_in_i_size || readsISize(rules.bind, rules.map, rules.level, ...ofOrder), now: false };
}

/** Has the model a value for all that the term is made of? */
const isSaid = ({ name, args }: Term, model: Model): boolean =>
  name === undefined ? args.every((arg) => isSaid(arg, model)) : model.has(name);

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
  const file = fileOf(scene.question.setting.file);
  let i_size = largestISize(file);
  const see = (to: number, size: Term, reads: boolean): void => {
    if (to !== order) push(setOrder((order = to)));
    // A size that the model says nothing of may be any: it stays as it is.
    if (!reads || !isSaid(size, model)) return;
    const npages = valueOf(size);
    if (npages !== i_size) push(setISize((i_size = npages)));
  };
  const matters = iSizeMatters(scene.question);
  const bound = (slot: FreeSlot, vm: number, carries: "slot" | "other"): void => {
    see(chosen(slot.order, model), slot.i_size_npages, isBinding(claim) || matters.atBind);
    const [base_gfn, npages] = [valueOf(slot.base_gfn), valueOf(slot.npages)];
    push(bind({ vm, base_gfn, npages, pgoff: valueOf(slot.pgoff), ugfn: valueOf(slot.ugfn) }), carries);
  };
  const { slot } = scene.bound;
  bound(slot, 0, "slot");
  if (isBinding(claim)) return { ops, on };
  if (other !== undefined) bound(other.slot, 1, "other");
  const touch = fault(valueOf(scene.gfn));
  const isMapping = isOfMapping(claim);
  const { order: orderRule } = scene.question.rules;
  const now = isMapping || orderRule !== undefined ? chosen(scene.now, model) : scene.folio;
  // Only a mapping can be of a folio that an earlier fault left; a folio smaller than the file's order is what a rule allows.
  if (now !== scene.folio && orderRule === undefined) {
    see(scene.folio, scene.i_size_now, matters.now);
    push(touch);
  }
  see(now, scene.i_size_now, matters.now);
  push(touch, "fault");
  return { ops, on };
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
  // What keeps its value for a run has it from the first op on, whichever rule asks first.
  const answers = on.map((carries) =>
    answerFrom(given.flatMap(({ each, values }) => values.filter(({ times }) => times === 0 || each.on === carries))),
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
    if (vm.saw.refusal !== undefined && excess(c.claim, vm) === 0) {
      throw new Error(`the proof's ops are refused (${vm.saw.refusal.check}): ${ops.map(opText).join("; ")}`);
    }
  }
  if (excess(c.claim, vm) === 0)
    throw new Error(`the proof's ops do not break ${c.claim}: ${ops.map(opText).join("; ")}`);
  return withAllGiven(ops, { answers });
}
