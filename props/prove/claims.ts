/** The claims of model/claim.ts turned round: what has to be true of a scene for a claim to be broken in it. */

import type { Case, Neighbour } from "./case.ts";
import { apart, askedOf, besideOther, reachesOther } from "./case.ts";
import { brokenByBasePages, ownCases } from "./own-claims.ts";
import type { AllocationClaim, BindingClaim, ClaimName, MappingClaim } from "../../model/claim.ts";
import { claimOf, isAboutOthers, isBinding, isMapping, isOwn } from "../../model/claim.ts";
import { orderText } from "../../sim/setting.ts";
import { slotInputs } from "./inputs.ts";
import { ruleTerms } from "./smt/rule.ts";
import type { Bound, Scene } from "./scene.ts";
import {
  askedAt,
  bindSlot,
  endsBehind,
  folioScene,
  grantedIn,
  inFile,
  inGuest,
  offsetInBlock,
  mappingLevels,
  ordersFor,
  scene,
} from "./scene.ts";
import { startsBefore } from "./scene.ts";
import type { Question } from "./question.ts";
import type { Term } from "./smt/term.ts";
import { add, and, eq, FALSE, isFalse, not, or, truth, ult } from "./smt/term.ts";

/** A fault on an empty file gets a folio of the file's order, or of one that the order rule allows. */
function folioCase(question: Question, claim: AllocationClaim, folio: number): Case {
  const s = folioScene(question, folio);
  const { slot, rule } = s.bound;
  const { granted, cut, asked } = grantedIn(s);
  const outside = claimOf(claim).side === "start" ? startsBefore(s, inFile(s), folio) : endsBehind(s, inFile(s), folio);
  return {
    name: `${claim}-${orderText(folio)}`,
    claim,
    scene: s,
    broken: and(s.happens, granted, outside),
    cut: or(and(slot.allowed, rule.cut), cut),
    asked: [askedOf(question, s.bound, "slot"), ...asked],
  };
}

function neighbourCase(question: Question, claim: AllocationClaim, side: Neighbour, folio: number): Case {
  const { scene: s, other, gap } = besideOther(question, side, folio, folio, ordersFor(question, folio));
  const { granted, cut, asked } = grantedIn(s);
  const { slot, rule } = s.bound;
  // That it leaves its own slot follows, and is told in positions too: rules that round an address are decided so.
  const leaves = side === "below" ? startsBefore(s, inFile(s), folio) : endsBehind(s, inFile(s), folio);
  return {
    name: `${claim}-${orderText(folio)}-${side}`,
    claim,
    scene: s,
    other,
    broken: and(s.happens, granted, other.accepted, reachesOther(s, side, gap, folio), leaves),
    cut: or(and(slot.allowed, rule.cut), and(other.slot.allowed, other.rule.cut), cut),
    asked: [askedOf(question, s.bound, "slot"), askedOf(question, other, "other"), ...asked],
  };
}

const allocationCases = (question: Question, claim: AllocationClaim, folio: number): readonly Case[] =>
  claimOf(claim).side === "others"
    ? [neighbourCase(question, claim, "above", folio), neighbourCase(question, claim, "below", folio)]
    : [folioCase(question, claim, folio)];

/** How a mapping of this order breaks a claim. */
function brokenMapping(claim: MappingClaim, s: Scene, order: number): Term {
  const { subject, side } = claimOf(claim);
  const place = subject === "frames" ? inGuest(s) : inFile(s);
  switch (side) {
    case "start":
      return startsBefore(s, place, order);
    case "end":
      return endsBehind(s, place, order);
    case "distance":
      // The touched frame maps the touched page, so the blocks start as far from one another as these two lie in them.
      return not(eq(offsetInBlock(s.gfn, order), offsetInBlock(s.index, order)));
    case "others":
    case "refused":
    case "said":
      throw new Error(`${claim} is not told by the mapping's ends`);
    default:
      return side satisfies never;
  }
}

/**
 * Where the order can change at any time, nothing but the mapping depends on the folio's order, and the smallest folio
 * that fills a level has the fewest other levels tried before: no other is needed to show what that level can do.
 */
function isNeeded({ setting }: Question, folio: number, level: number): boolean {
  return setting.resize !== "any" || !setting.orders.some((order) => order >= level && order < folio);
}

const LEFT_BEHIND = "which folios faults have left behind, where a rule says their order, is not known";

/**
 * A mapping of a folio of this order. Where a rule says the order, first of one that it gives this fault; then of any, which an earlier
 * fault may have left.
 */
function mappingCases(question: Question, claim: MappingClaim, folio: number): readonly Case[] {
  const s = folioScene(question, folio);
  const { slot, rule } = s.bound;
  const levels = mappingLevels(s);
  const asked = [askedOf(question, s.bound, "slot"), ...levels.flatMap((level) => askedAt(question, level))];
  const cases = levels
    .filter(({ order }) => question.rules.order !== undefined || isNeeded(question, folio, order))
    .map(({ order, mapped, cut }) => ({
      name: `${claim}-${orderText(folio)}-as-${orderText(order)}`,
      claim,
      scene: s,
      broken: and(mapped, brokenMapping(claim, s, order)),
      cut: or(and(slot.allowed, rule.cut), cut),
      asked,
    }));
  if (question.rules.order === undefined) return cases;
  const given = grantedIn(s);
  return cases.flatMap((c): readonly Case[] => [
    {
      ...c,
      name: `${c.name}-granted`,
      broken: and(given.granted, c.broken),
      cut: or(c.cut, given.cut),
      asked: [...asked, ...given.asked],
    },
    { ...c, unreached: LEFT_BEHIND },
  ]);
}

/** The slot is one that has to be taken, where that is said. */
const mustTake = ({ rules }: Question, { slot, possible }: Bound): Term =>
  rules.must === undefined
    ? FALSE
    : and(possible, ruleTerms(rules.must, slotInputs(slot, slot.order, slot.i_size_npages), "must").accepts);

/** What a bind must not do. Nothing wraps: a slot ends below page 2^52, a file below 2^51. */
function brokenBind(question: Question, claim: BindingClaim, bound: Bound): Term {
  const { slot, rule, accepted } = bound;
  switch (claim) {
    case "binding_in_file":
      return and(accepted, ult(slot.i_size_npages, add(slot.pgoff, slot.npages)));
    case "accepts":
      // C that is undefined takes nothing; how a loop that was not followed ends is not known.
      return and(mustTake(question, bound), not(rule.accepts));
    default:
      return claim satisfies never;
  }
}

/**
 * One bind stands for every sequence of ops: what its rule reads is the slot, the file's order and its size, and these are
 * free; slots that are there already only ever refuse another one. Where the order cannot change once a slot is bound, it
 * is any of the setting's at the first bind.
 */
function bindCase(question: Question, claim: BindingClaim, order: number): Case {
  const s = scene(question, order);
  const { slot, rule } = s.bound;
  return {
    name: question.setting.resize === "any" ? claim : `${claim}-${orderText(order)}`,
    claim,
    scene: s,
    broken: brokenBind(question, claim, s.bound),
    cut: and(slot.allowed, rule.cut),
    asked: [askedOf(question, s.bound, "slot")],
  };
}

/** Where the order is free at the bind, one case is about all of them. */
const bindCases = (question: Question, claim: BindingClaim): readonly Case[] => {
  const { orders, resize } = question.setting;
  return (resize === "any" ? orders.slice(0, 1) : orders).map((order) => bindCase(question, claim, order));
};

/** A base page lies in its slot and is mapped onto itself: it breaks nothing, so the larger orders are all there is. */
const largeOrders = ({ setting }: Question): readonly number[] => setting.orders.filter((order) => order > 0);

/** Every way for the claim to break: it holds if none of them can be. */
export const casesOf = (question: Question, claim: ClaimName): readonly Case[] =>
  isOwn(claim)
    ? ownCases(question, claim)
    : isBinding(claim)
      ? bindCases(question, claim)
      : largeOrders(question).flatMap((folio) =>
          isMapping(claim) ? mappingCases(question, claim, folio) : allocationCases(question, claim, folio),
        );

/** A fault gets a folio of this order. */
const grantedTo = (question: Question, folio: number): Term => {
  const s = folioScene(question, folio);
  return and(s.happens, grantedIn(s).granted);
};

/** Does a loop of the bind rule hold inputs that it was not followed for, under any order? */
export const isBindCut = (question: Question): boolean =>
  question.setting.orders.some(
    (order) =>
      !isFalse(bindSlot(question, "slot", order).rule.cut) ||
      (question.rules.order !== undefined && !isFalse(grantedIn(folioScene(question, order)).cut)),
  );

/**
 * What has to be possible for the claim to say anything; each is met if one of its terms can be. A slot that is not empty
 * has a first and a last page, so a fault on either asks for no more than an order that the slot was accepted under.
 */
export function premisesOf(question: Question, claim: ClaimName): Readonly<Record<string, readonly Term[]>> {
  if (isBinding(claim)) {
    const each = question.setting.orders.map((order) => bindSlot(question, "slot", order));
    return claim === "accepts"
      ? { slot_that_must_be_taken: each.map((bound) => mustTake(question, bound)) }
      : { slot_accepted: each.map(({ accepted }) => accepted) };
  }
  const large = largeOrders(question);
  const accepted = new Map(question.setting.orders.map((order) => [order, bindSlot(question, "slot", order)]));
  const withOrder = (page: string): [string, readonly Term[]][] =>
    large.map((order) => [`${page}_page_order_${order}`, [accepted.get(order)?.accepted ?? FALSE]]);
  const both = (folio: number): Term => {
    const slot = bindSlot(question, "slot", folio);
    const other = bindSlot(question, "other", folio);
    return and(slot.accepted, other.accepted, apart(slot, other));
  };
  const mapped = (folio: number): readonly Term[] =>
    mappingLevels(folioScene(question, folio))
      .filter(({ order }) => isNeeded(question, folio, order))
      .map((level) => level.mapped);
  // Of a claim that base pages cannot break, as they can break none that is built in, only what large folios do says anything.
  const aboutLarge: Readonly<Record<string, readonly Term[]>> = {
    ...(question.rules.order
      ? { large_folio: large.map((folio) => grantedTo(question, folio)) }
      : {
          large_folio: [truth(large.length > 0)],
          ...Object.fromEntries(withOrder("first")),
          ...Object.fromEntries(withOrder("last")),
        }),
    ...(isMapping(claim) && { large_mapping: large.flatMap(mapped) }),
  };
  const orBase = isOwn(claim) ? [brokenByBasePages(question, claim)] : [];
  return {
    slot_accepted: [...accepted.values()].map((bound) => bound.accepted),
    ...Object.fromEntries(Object.entries(aboutLarge).map(([name, ways]) => [name, [...ways, ...orBase]])),
    ...(isAboutOthers(claim) && { two_slots_accepted: question.setting.orders.map(both) }),
  };
}
