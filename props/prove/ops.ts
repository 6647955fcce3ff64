/** A solver's model as ops, and the simulated machine's word on whether they break the claim. */

import { MAPPING_CLAIMS } from "../../model/claim.ts";
import { MAX_I_SIZE_NPAGES } from "../../model/abstract/file.ts";
import type { Evaluator } from "../../model/rule/wasm/module.ts";
import { compileRule } from "../../model/rule/wasm/module.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { World } from "../../model/abstract/machine.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, setISize, setOrder } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";
import { excess } from "../claims/always.ts";
import type { Case } from "./claims.ts";
import type { FreeSlot } from "./inputs.ts";
import { chosen } from "./inputs.ts";
import type { Question } from "./prover.ts";
import type { Term } from "./smt/term.ts";
import { valuation } from "./smt/value.ts";

type Model = ReadonlyMap<string, bigint>;

const readsISize = (...rules: readonly Rule[]): boolean => rules.some(({ reads }) => reads.includes("i_size"));

/**
 * The ops of a case: for each slot what its bind has to see and the bind, what the fault has to see, the fault. Ops that
 * would change nothing are left out.
 */
function opsOf({ claim, scene, other }: Case, model: Model): readonly Op[] {
  const ops: Op[] = [];
  const value = valuation(model);
  const valueOf = (term: Term): number => Number(value(term));
  let order = scene.question.setting.orders[0] ?? 0;
  let i_size = MAX_I_SIZE_NPAGES;
  const see = (to: number, name: string, reads: boolean): void => {
    if (to !== order) ops.push(setOrder((order = to)));
    const size = model.get(name);
    if (reads && size !== undefined && Number(size) !== i_size) ops.push(setISize((i_size = Number(size))));
  };
  const { rules } = scene.question;
  const bound = (slot: FreeSlot, vm: number): void => {
    const { name } = slot;
    see(chosen(slot.order, model), `${name}_i_size`, readsISize(rules.bind));
    ops.push(
      bind({
        vm,
        base_gfn: valueOf(slot.base_gfn),
        npages: valueOf(slot.npages),
        pgoff: valueOf(slot.pgoff),
        ugfn: valueOf(slot.ugfn),
      }),
    );
  };
  const { slot } = scene.bound;
  bound(slot, 0);
  if (other !== undefined) bound(other.slot, 1);
  const touch = fault(valueOf(scene.gfn));
  const readsNow = readsISize(rules.map, rules.level);
  const isMapping = MAPPING_CLAIMS.includes(claim);
  // Only a mapping can be of a folio that an earlier fault left.
  const now = isMapping ? chosen(scene.now, model) : scene.folio;
  if (now !== scene.folio) {
    see(scene.folio, "i_size_now", readsNow);
    ops.push(touch);
  }
  see(now, "i_size_now", readsNow);
  ops.push(touch);
  return ops;
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

const worldOf = ({ rules, setting, arch }: Question): World => ({
  arch,
  bind_rule: evaluatorOf(rules.bind).bind,
  map_rule: evaluatorOf(rules.map).map,
  level_rule: evaluatorOf(rules.level).level,
  orders: setting.orders,
  resize: setting.resize,
});

/**
 * The ops of a model, having broken the claim on the simulated machine at their last op.
 * @throws Error when they do not: then a formula is wrong, and no verdict may come of it
 */
export function replayed(c: Case, model: Model): readonly Op[] {
  const ops = opsOf(c, model);
  const vm = newVm(worldOf(c.scene.question));
  for (const op of ops) {
    apply(vm, op);
    if (vm.saw.refusal !== undefined) {
      throw new Error(`the proof's ops are refused (${vm.saw.refusal.check}): ${JSON.stringify(ops)}`);
    }
  }
  if (excess(c.claim, vm) === 0) throw new Error(`the proof's ops do not break ${c.claim}: ${JSON.stringify(ops)}`);
  return ops;
}
