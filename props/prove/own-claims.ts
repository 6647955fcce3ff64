/** The ways in which a claim of the user's own can break: any folio that there can be, at any level, beside any other slot. */

import type { OwnClaim } from "../../model/claim.ts";
import { isAboutOthers, isMapping, nameOf } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { orderText } from "../../sim/setting.ts";
import type { Case, Neighbour } from "./case.ts";
import { askedOf, besideOther } from "./case.ts";
import type { Question } from "./question.ts";
import type { Bound, Granted, RuleAsked, Scene } from "./scene.ts";
import { askedAt, grantedIn, mappingLevels, offsetInBlock, ordersFor, pagesOf, scene } from "./scene.ts";
import type { Inputs } from "./smt/expression.ts";
import { ruleTerms } from "./smt/rule.ts";
import type { Term } from "./smt/term.ts";
import { add, and, bits, FALSE, not, or, sub, TRUE, ult } from "./smt/term.ts";

/** What the claim reads, where the mapping is of this order. */
export function wordsOf({ bound, index, gfn, folio }: Scene, other: Bound | undefined, order: number): Inputs {
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

/** How a fault comes by its folio: when, and which rule is asked for it. */
interface Way extends Pick<Granted, "cut" | "asked"> {
  readonly name: string;
  readonly when: Term;
  /** Which ops make it so is not known, and why. */
  readonly unreached?: string;
}

/** One folio in one place. */
export interface Place {
  readonly name: string;
  readonly scene: Scene;
  readonly other?: Bound;
}

/** The claim as it was read. */
export const ruleOf = ({ rules }: Question, claim: OwnClaim): Rule => {
  const rule = rules.own?.find(({ id }) => id === claim);
  if (rule === undefined) throw new Error(`nobody read the claim ${claim}`);
  return rule;
};

function casesAt(question: Question, claim: OwnClaim, { name, scene: s, other }: Place, way: Way): readonly Case[] {
  const { slot, rule } = s.bound;
  const { unreached } = way;
  const bound = [
    askedOf(question, s.bound, "slot"),
    ...(other ? [askedOf(question, other, "other")] : []),
    ...way.asked,
  ];
  const cutBefore = or(and(slot.allowed, rule.cut), other ? and(other.slot.allowed, other.rule.cut) : FALSE, way.cut);
  const happens = and(s.happens, other?.accepted ?? TRUE, way.when);
  const own = ruleOf(question, claim);
  // Where C does not say whether it holds, it does not.
  const fails = (order: number): Term => not(ruleTerms(own, wordsOf(s, other, order), "claim").accepts);
  const made = (as: string, order: number, when: Term, cut: Term, asked: readonly RuleAsked[]): Case => ({
    name: `${nameOf(claim)}-${name}${way.name}${as}`,
    claim,
    scene: s,
    ...(other && { other }),
    broken: and(happens, when, fails(order)),
    cut: or(cutBefore, cut),
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

const SIDES: readonly Neighbour[] = ["above", "below"];

/** A folio of this order, beside another slot if the claim is about one. @param fixedTo the file's orders, where they stay */
export const placesAt = (
  question: Question,
  claim: OwnClaim,
  folio: number,
  fixedTo = ordersFor(question, folio),
  name = orderText(folio),
): readonly Place[] =>
  isAboutOthers(claim)
    ? SIDES.map((side) => ({ name: `${name}-${side}`, ...besideOther(question, side, folio, PAGE_BITS, fixedTo) }))
    : [{ name, scene: scene(question, folio, undefined, fixedTo) }];

/** A fault that the ioctl lets be, whatever the bind rule lets through. */
export const possibleAt = ({ scene: { bound, touched }, other }: Place): Term =>
  and(bound.possible, other?.possible ?? TRUE, ult(touched, bound.slot.npages));

/**
 * A base page can break the claim, whatever the bind rule lets through: then faults on base pages are about it, and a pass needs no
 * large folio.
 */
export const brokenByBasePages = (question: Question, claim: OwnClaim): Term =>
  or(
    ...placesAt(question, claim, 0).map((place) =>
      and(
        possibleAt(place),
        not(ruleTerms(ruleOf(question, claim), wordsOf(place.scene, place.other, 0), "claim").accepts),
      ),
    ),
  );

const FELL_BACK =
  "a base page in a large folio's place may break it, and which operations would put one there is not known";
const LEFT_BEHIND = "it may break for some folio, and which of them the order rule lets faults have is not known";

const ANY_WAY: Way = { name: "", when: TRUE, cut: FALSE, asked: [] };

/**
 * An order rule that is asked in an empty file says what comes of a fault, and ops are known that show it. Where pages are present,
 * a folio is at least one that the rule allows this fault, or an earlier one, of which nothing is said.
 */
function waysOf({ rules }: Question, claim: OwnClaim, s: Scene): readonly Way[] {
  if (rules.order === undefined) return [ANY_WAY];
  const { granted, allowed, cut, asked } = grantedIn(s);
  const first: Way = { name: "-granted", when: granted, cut, asked };
  const unreached = s.folio === 0 ? FELL_BACK : LEFT_BEHIND;
  return isMapping(claim)
    ? [first, { ...ANY_WAY, unreached }]
    : [first, { name: "-allowed", when: allowed, cut, asked, unreached }];
}

/**
 * A folio of each order that the file may take or a rule may give, and the base page that any of them falls back to where a page is
 * in the way, or that comes of a folio which would not lie in the file. Which ops make such a page is not asked, so that one of
 * them may break the claim leaves it open.
 */
export function ownCases(question: Question, claim: OwnClaim): readonly Case[] {
  const { rules, setting } = question;
  const { orders, resize } = setting;
  const ofRule = rules.order && [...new Set([0, ...orders])];
  const given = (ofRule ?? orders).flatMap((folio) => placesAt(question, claim, folio));
  const cases = given.flatMap((place) =>
    waysOf(question, claim, place.scene).flatMap((way) => casesAt(question, claim, place, way)),
  );
  // Where the order can be a base page's at any time, or a rule gives base pages, that is no other state.
  if (ofRule || (resize === "any" && orders.includes(0))) return cases;
  const large = orders.filter((order) => order > 0);
  const fellBack = placesAt(question, claim, 0, large.length > 0 ? large : orders, "fell-back");
  return [
    ...cases,
    ...fellBack.flatMap((place) => casesAt(question, claim, place, { ...ANY_WAY, unreached: FELL_BACK })),
  ];
}
