/**
 * What does not matter in a counterexample: which other offsets, guest addresses, sizes and pages break the claim alike, all
 * else being as it is. Each sentence is asked of the solver as its opposite, so what is said is proved; what is not said may
 * hold or not. The scene is that of scene.ts with the counterexample's values in place of everything but what is freed.
 */

import { folioNpages } from "../../model/units.ts";
import type { ClaimName } from "../../model/claim.ts";
import { isAboutOthers } from "../../model/claim.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";
import { decidingIn, hasUnknowns, worldOf } from "../../sim/world.ts";
import type { Ask } from "./ask.ts";
import { aboutWorld } from "./ask.ts";
import type { Case } from "./case.ts";
import { casesOf } from "./claims.ts";
import { page } from "./inputs.ts";
import type { Query, Question } from "./question.ts";
import type { Scene } from "./scene.ts";
import { offsetInBlock } from "./scene.ts";
import { TOO_LONG } from "./smt/expression.ts";
import type { Term } from "./smt/term.ts";
import { and, eq, not, or, substitution, TRUE, ule, ult } from "./smt/term.ts";
import { isSure } from "./unknowns.ts";

/** What may be another in a counterexample; `page` is the touched one, counted from the slot's start. */
export const FREED = ["offset", "gpa", "size", "page"] as const;

/** Values that do as well; all bounds are the counterexample's own values, in pages. */
export interface Freed {
  readonly of: (typeof FREED)[number];
  readonly at_least?: number;
  readonly at_most?: number;
  /** No multiple of a folio of this order. */
  readonly no_multiple_of?: number;
}

export interface General {
  /** All of them at once, in any combination; empty where every value may matter. */
  readonly freed: readonly Freed[];
  readonly queries: readonly Query[];
}

interface Values {
  readonly offset: number;
  readonly gpa: number;
  readonly size: number;
  readonly page: number;
  readonly ugfn: number;
  readonly folio: number;
  readonly atBind: number;
  readonly i_size: number;
}

const NOTHING: General = { freed: [], queries: [] };

/** One slot, one fault, and nothing done to the file but its folio size: what the scene has by itself. */
const isPlain = ({ rules, setting }: Question, claim: ClaimName, ops: readonly Op[]): boolean =>
  setting.file === undefined &&
  rules.order === undefined &&
  !isAboutOthers(claim) &&
  !decidingIn(rules).some(hasUnknowns) &&
  ops.every(({ op }) => op === "bind_memslot" || op === "set_order" || op === "fault") &&
  ops.filter(({ op }) => op === "bind_memslot").length === 1 &&
  ops.filter(({ op }) => op === "fault").length === 1;

function valuesOf({ rules, setting, arch }: Question, ops: readonly Op[]): Values | undefined {
  const vm = newVm(worldOf(rules, setting, arch).world);
  let [atBind, i_size] = [0, 0];
  for (const op of ops) {
    if (op.op === "bind_memslot") [atBind, i_size] = [vm.file.order, vm.file.i_size_npages];
    apply(vm, op);
    if (vm.saw.refusal !== undefined) return undefined;
  }
  const { slot, folio_order: folio, gfn } = vm.saw;
  if (slot === undefined) return undefined;
  const { pgoff, base_gfn, npages, ugfn } = slot;
  return { offset: pgoff, gpa: base_gfn, size: npages, page: gfn - base_gfn, ugfn, folio, atBind, i_size };
}

/** Other values that there are, all else being as it is: a slot holds the touched page. */
function reachOf(of: Freed["of"], values: Values, freed: readonly Freed[]): readonly [least: number, most: number] {
  if (of === "size") return [values.page + 1, Infinity];
  if (of !== "page") return [0, Infinity];
  const size = freed.find((each) => each.of === "size");
  return [0, size === undefined || size.at_most !== undefined ? values.size - 1 : Infinity];
}

/** Weakest first; each holds for the value itself, and for another. */
function candidates(of: Freed["of"], values: Values, freed: readonly Freed[]): readonly Freed[] {
  const value = values[of];
  const [least, most] = reachOf(of, values, freed);
  if (least === most) return [];
  const isAligned = value % folioNpages(values.folio) === 0;
  const aligned = of === "page" || isAligned ? [] : [{ no_multiple_of: values.folio }];
  const bounds = [...(value < most ? [{ at_least: value }] : []), ...(value > least ? [{ at_most: value }] : [])];
  const ways: readonly Omit<Freed, "of">[] = [
    {},
    ...aligned,
    ...bounds,
    ...aligned.flatMap((way) => bounds.map((bound) => ({ ...way, ...bound }))),
  ];
  return ways.map((way) => ({ of, ...way }));
}

function holds({ at_least, at_most, no_multiple_of }: Freed, term: Term): Term {
  return and(
    at_least === undefined ? TRUE : ule(page(at_least), term),
    at_most === undefined ? TRUE : ule(term, page(at_most)),
    no_multiple_of === undefined ? TRUE : not(eq(offsetInBlock(term, no_multiple_of), page(0))),
  );
}

/** The scene's variables, each with the counterexample's value, but for those that are freed. */
function constantsOf({ scene: s }: Case, values: Values, freed: readonly Freed[]): ReadonlyMap<string, bigint> {
  const { slot } = s.bound;
  const choices = [
    [slot.order, values.atBind],
    [s.now, values.folio],
  ] as const;
  const terms = [
    [slot.ugfn, values.ugfn],
    [slot.i_size_npages, values.i_size],
    [s.i_size_now, values.i_size],
    ...FREED.filter((of) => !freed.some((each) => each.of === of)).map((of) => [termOf(s, of), values[of]] as const),
  ] as const;
  return new Map([
    ...choices.map(([{ name, orders }, order]) => [name, BigInt(orders.indexOf(order))] as const),
    // Each is one variable with zeros before it.
    ...terms.map(([term, value]) => [term.name ?? term.args[0]?.name ?? "", BigInt(value)] as const),
  ]);
}

function termOf({ bound: { slot }, touched }: Scene, of: Freed["of"]): Term {
  return { offset: slot.pgoff, gpa: slot.base_gfn, size: slot.npages, page: touched }[of];
}

/** @param ops a counterexample of the claim in this world */
export async function general(ask: Ask, question: Question, claim: ClaimName, ops: readonly Op[]): Promise<General> {
  if (!isPlain(question, claim, ops)) return NOTHING;
  const values = valuesOf(question, ops);
  if (values === undefined) return NOTHING;
  const queries: Query[] = [];
  const about = aboutWorld(question);
  let freed: readonly Freed[] = [];
  try {
    const cases = casesOf(question, claim).filter(({ scene }) => scene.folio === values.folio);
    const [first] = cases;
    if (first === undefined) return NOTHING;
    const breaks = or(...cases.map((c) => and(c.broken, not(c.cut), isSure(c.asked))));
    const { slot } = first.scene.bound;
    const happens = and(slot.allowed, ult(first.scene.touched, slot.npages));
    const isProved = async (name: string, wider: readonly Freed[]): Promise<boolean> => {
      const pin = substitution(constantsOf(first, values, wider));
      const meant = wider.map((each) => holds(each, termOf(first.scene, each.of)));
      const counter = and(...meant, pin(happens), not(pin(breaks)));
      const { query, said } = await ask(name, ["unsat if each of these breaks it", ...about], counter);
      queries.push(query);
      return said.answer === "unsat";
    };
    // The counterexample itself; else the formula is not about it.
    if (!(await isProved(`${claim}-itself`, []))) return { freed: [], queries };
    for (const of of FREED) {
      for (const [at, way] of candidates(of, values, freed).entries()) {
        const wider = [...freed, way];
        if (!(await isProved(`${claim}-any-${of}-${at}`, wider))) continue; // oxlint-disable-line no-await-in-loop -- the first that holds is taken
        freed = wider;
        break;
      }
    }
    return { freed, queries };
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    return { freed: [], queries };
  }
}
