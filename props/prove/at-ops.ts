/**
 * Ops as formulas over their rules' unknowns alone: everything else is a number by then. The machine runs the ops and
 * says what each rule was asked about; what the rules come to is left to their unknowns.
 */

import { cutBySlot } from "../../model/kvm/mapping.ts";
import type { Memslot } from "../../model/kvm/memslots.ts";
import { folioNpages } from "../../model/units.ts";
import type { BackingFile } from "../../model/abstract/file.ts";
import type { OrderRule, Vm } from "../../model/abstract/machine.ts";
import { ACCEPTED } from "../../model/outcome.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";
import { worldOf } from "../../sim/world.ts";
import type { ClaimName } from "../../model/claim.ts";
import { isAllocation, isBinding } from "../../model/claim.ts";
import { excess } from "../claims/always.ts";
import { choice, page, slotInputs } from "./inputs.ts";
import type { Question } from "./question.ts";
import type { Inputs } from "./smt/expression.ts";
import { ruleTerms } from "./smt/rule.ts";
import type { Term } from "./smt/term.ts";
import { and, bits, FALSE, not, or, TRUE } from "./smt/term.ts";
import type { AskedRule } from "./unknowns.ts";

/** A rule that is asked, and on which of the ops its values stand. */
export interface AskedAt extends AskedRule {
  readonly op: number;
}

export interface AtOps {
  readonly asked: readonly AskedAt[];
  /** The last op breaks the claim. */
  readonly broken: Term;
  /** A loop was not followed to its end. */
  readonly cut: Term;
}

/** What a rule reads of this slot, with the file as it is. */
function inputsAt(
  { file }: { readonly file: Pick<BackingFile, "order" | "i_size_npages"> },
  slot: Pick<Memslot, "pgoff" | "base_gfn" | "npages" | "ugfn">,
): Inputs {
  const { pgoff, base_gfn, npages, ugfn } = slot;
  const order = choice("order", [file.order]);
  const i_size_npages = page(file.i_size_npages);
  const terms = { pgoff: page(pgoff), base_gfn: page(base_gfn), npages: page(npages), ugfn: page(ugfn) };
  return slotInputs({ ...terms, name: "", order, i_size_npages, allowed: TRUE }, order, i_size_npages);
}

/** The mapping of the last fault, level by level. */
function mapped({ rules, arch }: Question, claim: ClaimName, vm: Vm, bind: number, fault: number): AtOps {
  const { saw } = vm;
  const { slot } = saw;
  if (slot === undefined) throw new Error("the last op is no fault into a slot");
  const inputs = { ...inputsAt(vm, slot), gfn: page(saw.gfn), index: page(saw.index) };
  const asked: AskedAt[] = [];
  let undecided: Term = TRUE;
  let [broken, cut]: [Term, Term] = [FALSE, FALSE];
  const breaksAt = (order: number): boolean => {
    saw.mapped_order = order;
    return excess(claim, vm) > 0;
  };
  for (const order of arch.levels) {
    if (order > saw.folio_order || (arch.maps_cut_blocks !== true && cutBySlot(slot, saw.gfn, order))) continue;
    const at = { ...inputs, order: bits(32, order), nr_pages: page(folioNpages(order)) };
    const level = ruleTerms(rules.level, at, `op_${bind}_level_${order}`);
    const map = ruleTerms(rules.map, at, `op_${fault}_map_${order}`);
    const mapAsked = and(undecided, level.refuses);
    const here = and(mapAsked, map.accepts);
    asked.push({ rule: rules.level, terms: level, op: bind, order, when: undecided });
    asked.push({ rule: rules.map, terms: map, op: fault, order, when: mapAsked });
    cut = or(cut, and(undecided, level.cut), and(mapAsked, map.cut));
    if (breaksAt(order)) broken = or(broken, here);
    undecided = and(undecided, not(here));
  }
  if (breaksAt(0)) broken = or(broken, undecided);
  return { asked, broken, cut };
}

/** What the order rule said of an order. */
interface OrderSaid {
  readonly order: number;
  readonly allowed: boolean;
}

const noted =
  (rule: OrderRule, said: OrderSaid[]): OrderRule =>
  (...args) => {
    const outcome = rule(...args);
    said.push({ order: args[7], allowed: outcome === ACCEPTED });
    return outcome;
  };

/**
 * Which values of the unknowns make the last of these ops, a fault or a bind, break the claim.
 * @param ops none is refused, and the last one breaks the claim, when run with what they were given
 */
export function atOps(question: Question, claim: ClaimName, ops: readonly Op[]): AtOps {
  const { rules, setting, arch } = question;
  const { world } = worldOf(rules, setting, arch);
  const said: OrderSaid[] = [];
  const vm = newVm(world.order_rule === undefined ? world : { ...world, order_rule: noted(world.order_rule, said) });
  const asked: AskedAt[] = [];
  const accepted: Term[] = [];
  const bound = new Map<number, number>();
  for (const [at, op] of ops.entries()) {
    if (op.op === "bind_memslot") {
      const terms = ruleTerms(rules.bind, inputsAt(vm, op), `op_${at}`);
      asked.push({ rule: rules.bind, terms, op: at, when: TRUE });
      accepted.push(terms.accepts);
      bound.set(op.pgoff, at);
    }
    said.length = 0;
    const before = { order: vm.file.order, i_size_npages: vm.file.i_size_npages };
    apply(vm, op);
    const { slot, index } = vm.saw;
    // The same orders are allowed and refused, so the same folio comes of it.
    for (const { order, allowed } of said) {
      if (slot === undefined || rules.order === undefined) throw new Error("no order rule was to be asked");
      const inputs = { ...inputsAt({ file: before }, slot), index: page(index) };
      const of = { ...inputs, order: bits(32, order), nr_pages: page(folioNpages(order)) };
      const terms = ruleTerms(rules.order, of, `op_${at}_order_${order}`);
      asked.push({ rule: rules.order, terms, op: at, order, when: TRUE });
      accepted.push(allowed ? terms.accepts : not(terms.accepts));
    }
    if (vm.saw.refusal !== undefined && excess(claim, vm) === 0)
      throw new Error(`op ${at} of a counterexample is refused`);
  }
  if (excess(claim, vm) === 0) throw new Error(`the ops do not break ${claim}`);
  const cutSoFar = or(...asked.map(({ terms }) => terms.cut));
  if (claim === "accepts") {
    return { asked, broken: and(...accepted.slice(0, -1), not(accepted.at(-1) ?? FALSE)), cut: cutSoFar };
  }
  if (isBinding(claim) || (isAllocation(claim) && rules.order !== undefined)) {
    return { asked, broken: and(...accepted), cut: cutSoFar };
  }
  const last = mapped(question, claim, vm, bound.get(vm.saw.slot?.pgoff ?? -1) ?? -1, ops.length - 1);
  return { asked: [...asked, ...last.asked], broken: and(...accepted, last.broken), cut: or(last.cut, cutSoFar) };
}
