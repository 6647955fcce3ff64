/** The ways in which a claim of the user's own can break: any folio that there can be, at any level, beside any other slot. */

import type { OwnClaim } from "../../model/claim.ts";
import { isAboutOthers, isMapping, nameOf } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { orderText } from "../../sim/setting.ts";
import type { Case, Neighbour } from "./case.ts";
import { askedOf, besideOther } from "./case.ts";
import type { Question } from "./question.ts";
import type { Bound, RuleAsked, Scene } from "./scene.ts";
import { askedAt, mappingLevels, offsetInBlock, pagesOf, scene } from "./scene.ts";
import type { Inputs } from "./smt/expression.ts";
import { ruleTerms } from "./smt/rule.ts";
import type { Term } from "./smt/term.ts";
import { add, and, bits, FALSE, not, or, sub } from "./smt/term.ts";

/** What the claim reads, where the mapping is of this order. */
function wordsOf({ bound, index, gfn, folio }: Scene, other: Bound | undefined, order: number): Inputs {
  const { pgoff, base_gfn, npages } = bound.slot;
  const folio_start = sub(index, offsetInBlock(index, folio));
  return {
    folio_start,
    folio_end: add(folio_start, pagesOf(folio)),
    binding_start: pgoff,
    binding_end: add(pgoff, npages),
    ...(other && { other_start: other.slot.pgoff, other_end: add(other.slot.pgoff, other.slot.npages) }),
    index,
    map_pgoff: sub(index, offsetInBlock(index, order)),
    slot_start: base_gfn,
    slot_end: add(base_gfn, npages),
    gfn,
    map_gfn: sub(gfn, offsetInBlock(gfn, order)),
    map_npages: pagesOf(order),
    order: bits(32, folio),
  };
}

/** One folio in one place. */
interface Place {
  readonly name: string;
  readonly scene: Scene;
  readonly other?: Bound;
  readonly unreached?: string;
}

const ruleOf = ({ rules }: Question, claim: OwnClaim): Rule => {
  const rule = rules.own?.find(({ id }) => id === claim);
  if (rule === undefined) throw new Error(`nobody read the claim ${claim}`);
  return rule;
};

function casesAt(question: Question, claim: OwnClaim, { name, scene: s, other, unreached }: Place): readonly Case[] {
  const { slot, rule } = s.bound;
  const bound = [askedOf(question, s.bound, "slot"), ...(other ? [askedOf(question, other, "other")] : [])];
  const cutAtBind = or(and(slot.allowed, rule.cut), other ? and(other.slot.allowed, other.rule.cut) : FALSE);
  const happens = other ? and(s.happens, other.accepted) : s.happens;
  const own = ruleOf(question, claim);
  // Where C does not say whether it holds, it does not.
  const fails = (order: number): Term => not(ruleTerms(own, wordsOf(s, other, order), "claim").accepts);
  const made = (as: string, order: number, when: Term, cut: Term, asked: readonly RuleAsked[]): Case => ({
    name: `${nameOf(claim)}-${name}${as}`,
    claim,
    scene: s,
    ...(other && { other }),
    broken: and(happens, when, fails(order)),
    cut: or(cutAtBind, cut),
    asked: [...bound, ...asked],
    ...(unreached !== undefined && { unreached }),
  });
  if (!isMapping(claim)) return [made("", 0, happens, FALSE, [])];
  const levels = mappingLevels(s);
  const asked = levels.flatMap((level) => askedAt(question, level));
  const isBase = and(...levels.map(({ mapped }) => not(mapped)));
  const cut = or(...levels.map((level) => level.cut));
  return [
    ...levels.map((level) => made(`-as-${orderText(level.order)}`, level.order, level.mapped, level.cut, asked)),
    made(`-as-${orderText(0)}`, 0, isBase, cut, asked),
  ];
}

/** Of any page number. */
const PAGE_BITS = 52;

const FELL_BACK =
  "a base page in a large folio's place may break it, and which operations would put one there is not known";
const LEFT_BEHIND = "it may break for some folio, and which of them the order rule lets faults have is not known";

const SIDES: readonly Neighbour[] = ["above", "below"];

/**
 * A folio of each order that the file may take, and the base page that any of them falls back to where a page is in the way, or
 * that comes of a folio which would not lie in the file. Which ops make such a page is not asked, so that one of them may break
 * the claim leaves it open.
 */
export function ownCases(question: Question, claim: OwnClaim): readonly Case[] {
  const { orders, resize } = question.setting;
  const at = (folio: number, fellBack?: readonly number[]): readonly Place[] => {
    const name = fellBack ? "fell-back" : orderText(folio);
    // What an order rule allows is not asked: it gives no folio that there is no case for.
    const open = (fellBack ?? question.rules.order) && { unreached: fellBack ? FELL_BACK : LEFT_BEHIND };
    if (!isAboutOthers(claim)) return [{ name, scene: scene(question, folio, undefined, fellBack), ...open }];
    return SIDES.map((side) => ({
      name: `${name}-${side}`,
      ...besideOther(question, side, folio, PAGE_BITS, fellBack),
      ...open,
    }));
  };
  const large = orders.filter((order) => order > 0);
  // Where the order can be a base page's at any time, that is no other state.
  const isSame = resize === "any" && orders.includes(0);
  const places = [...orders.flatMap((order) => at(order)), ...(isSame ? [] : at(0, large.length > 0 ? large : orders))];
  return places.flatMap((place) => casesAt(question, claim, place));
}
