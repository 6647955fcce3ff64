/** The claims of props/always.ts turned round: what has to be true of a scene for a claim to be broken in it. */

import type { ClaimName } from "./always.ts";
import { MAPPING_CLAIMS } from "./always.ts";
import { isOrder } from "./prove-inputs.ts";
import type { Bound, Scene } from "./prove-scene.ts";
import { alignDown, bindSlot, mappingLevels, pagesOf, scene } from "./prove-scene.ts";
import type { Question } from "./prove.ts";
import type { Term } from "./smt/term.ts";
import { add, and, eq, FALSE, not, or, sub, ule, ult } from "./smt/term.ts";

export interface Case {
  readonly claim: ClaimName;
  readonly scene: Scene;
  /** folio_avoids_other_slots: the slot that must be left alone; on the other VM, so that frames never collide. */
  readonly other?: Bound;
  /** The claim is broken. */
  readonly broken: Term;
  /** A loop was not followed to its end, so `broken` may miss something. */
  readonly cut: Term;
  /** What has to be possible for the claim to say anything. */
  readonly premises: Readonly<Record<string, Term>>;
}

type Allocation = "folio_starts_in_slot" | "folio_ends_in_slot" | "folio_avoids_other_slots";
type Mapping = Exclude<ClaimName, Allocation>;

const isMapping = (claim: ClaimName): claim is Mapping => MAPPING_CLAIMS.includes(claim);

/** Two ranges of the file that are bound at once do not overlap. @kernel pgoff_already_bound in model/vm.ts */
const apart = (a: Bound, b: Bound): Term =>
  or(ule(add(a.slot.pgoff, a.slot.npages), b.slot.pgoff), ule(add(b.slot.pgoff, b.slot.npages), a.slot.pgoff));

/**
 * The slot must be acceptable, and every order larger than a base page must be one that a fault can meet. A slot that is not
 * empty has a first and a last page, which is all that the touch of either asks for.
 */
function witnesses(s: Scene): Record<string, Term> {
  const { accepted } = s.bound;
  const large = s.question.setting.orders.filter((order) => order > 0);
  const ofOrder = (order: number): Term => and(accepted, isOrder(s.now, order));
  return {
    slot_accepted: accepted,
    large_folio: or(...large.map((order) => isOrder(s.now, order))),
    ...Object.fromEntries(large.map((order) => [`first_page_order_${order}`, ofOrder(order)])),
    ...Object.fromEntries(large.map((order) => [`last_page_order_${order}`, ofOrder(order)])),
  };
}

/** A fault on an empty file gets a folio of the file's order. */
function allocationCase(question: Question, claim: Allocation): Case {
  const s = scene(question);
  const { slot, rule } = s.bound;
  const start = alignDown(s.index, s.now);
  const end = add(start, pagesOf(s.now));
  const slotCut = and(slot.allowed, rule.cut);
  const base = { claim, scene: s, premises: witnesses(s) };
  switch (claim) {
    case "folio_starts_in_slot":
      return { ...base, broken: and(s.happens, ult(start, slot.pgoff)), cut: slotCut };
    case "folio_ends_in_slot":
      return { ...base, broken: and(s.happens, ult(add(slot.pgoff, slot.npages), end)), cut: slotCut };
    case "folio_avoids_other_slots": {
      const other = bindSlot(question, "other");
      const both = and(other.accepted, apart(s.bound, other));
      // The ranges are apart, so a page of the folio in the other's range is not in the slot's.
      const reaches = and(ult(start, add(other.slot.pgoff, other.slot.npages)), ult(other.slot.pgoff, end));
      return {
        ...base,
        other,
        broken: and(s.happens, both, reaches),
        cut: or(slotCut, and(other.slot.allowed, other.rule.cut)),
        premises: { ...base.premises, two_slots_accepted: and(s.bound.accepted, both) },
      };
    }
    default:
      return claim satisfies never;
  }
}

/** How a mapping of this order breaks a claim. */
function brokenMapping(claim: Mapping, { bound: { slot }, gfn, index }: Scene, order: number): Term {
  const frame = alignDown(gfn, order);
  const filePage = alignDown(index, order);
  const count = pagesOf(order);
  switch (claim) {
    case "mapping_starts_in_slot":
      return ult(frame, slot.base_gfn);
    case "mapping_ends_in_slot":
      return ult(add(slot.base_gfn, slot.npages), add(frame, count));
    case "mapping_starts_in_binding":
      return ult(filePage, slot.pgoff);
    case "mapping_ends_in_binding":
      return ult(add(slot.pgoff, slot.npages), add(filePage, count));
    case "mapping_translates":
      return not(eq(sub(filePage, slot.pgoff), sub(frame, slot.base_gfn)));
    default:
      return claim satisfies never;
  }
}

/** A base page is mapped onto itself and breaks nothing, so only the large levels count. */
function mappingCase(question: Question, claim: Mapping): Case {
  const s = scene(question);
  const levels = mappingLevels(s);
  return {
    claim,
    scene: s,
    broken: or(...levels.map(({ order, mapped }) => and(mapped, brokenMapping(claim, s, order)))),
    cut: or(and(s.bound.slot.allowed, s.bound.rule.cut), ...levels.map(({ cut }) => cut)),
    premises: { ...witnesses(s), large_mapping: or(FALSE, ...levels.map(({ mapped }) => mapped)) },
  };
}

export const caseOf = (question: Question, claim: ClaimName): Case =>
  isMapping(claim) ? mappingCase(question, claim) : allocationCase(question, claim);
