/** What a proof of a claim is made of: the ways in which it can break, with one or two slots. */

import type { ClaimName } from "../../model/claim.ts";
import { pages } from "./inputs.ts";
import type { Question } from "./question.ts";
import type { Bound, RuleAsked, Scene } from "./scene.ts";
import { bindSlot, offsetInBlock, pagesOf, scene } from "./scene.ts";
import type { Term } from "./smt/term.ts";
import { add, or, ule, ult } from "./smt/term.ts";

/** One way for a claim to break: with a folio of one order, mapped at one level. */
export interface Case {
  /** Unique among the cases of a claim. */
  readonly name: string;
  readonly claim: ClaimName;
  readonly scene: Scene;
  /** Where the claim is about other slots, the one that must be left alone; on the other VM, so that frames never collide. */
  readonly other?: Bound;
  /** The claim is broken. */
  readonly broken: Term;
  /** Which ops make it is not known, and why: a model of it refutes nothing, and leaves open what it breaks. */
  readonly unreached?: string;
  /** A loop was not followed to its end, so `broken` may miss something. */
  readonly cut: Term;
  /** Every rule that is asked, and what about. */
  readonly asked: readonly RuleAsked[];
}

/** Two ranges of the file that are bound at once do not overlap. @kernel pgoff_already_bound in model/bind.ts */
export const apart = (a: Bound, b: Bound): Term =>
  or(ule(add(a.slot.pgoff, a.slot.npages), b.slot.pgoff), ule(add(b.slot.pgoff, b.slot.npages), a.slot.pgoff));

export const askedOf = (question: Question, { slot, rule }: Bound, on: "slot" | "other"): RuleAsked => ({
  rule: question.rules.bind,
  terms: rule,
  on,
  when: slot.allowed,
});

/** Where the other slot's part of the file lies. */
export type Neighbour = "below" | "above";

/**
 * The slot of the fault, and another one whose range lies below or above it, a gap apart: one slot starts where the other
 * and the gap end.
 * @param gapBits bits of the gap: more than a folio's reach out of its slot plays no part in the claims that are built in
 * @param order of the file at the binds, where it is not the folio's
 */
export function besideOther(
  question: Question,
  side: Neighbour,
  folio: number,
  gapBits: number,
  order?: readonly number[],
): { readonly scene: Scene; readonly other: Bound; readonly gap: Term } {
  const gap = pages("gap", gapBits);
  const behind = ({ slot }: Bound): Term => add(add(slot.pgoff, slot.npages), gap);
  const below = side === "below" ? bindSlot(question, "other", folio, undefined, order) : undefined;
  const s = scene(question, folio, below && behind(below), order);
  return { scene: s, gap, other: below ?? bindSlot(question, "other", folio, behind(s.bound), order) };
}

/** The folio reaches into the other slot if it leaves its own by more than the gap, and its other end plays no part. */
export function reachesOther({ bound, index, touched }: Scene, side: Neighbour, gap: Term, folio: number): Term {
  const far = offsetInBlock(index, folio);
  return side === "below"
    ? ult(add(touched, gap), far)
    : ult(add(add(bound.slot.npages, gap), far), add(touched, pagesOf(folio)));
}
