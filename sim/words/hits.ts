/** What a check does to the slots of real layouts, in words. */

import type { ClaimName } from "../../model/claim.ts";

/** One slot of a layout that some VMM makes. */
export interface SlotHit {
  readonly layout: string;
  /** Of the layout, from 0. */
  readonly slot: number;
  readonly taken: boolean;
  /** What breaks once it is bound and its pages are touched, though the check may refuse it. */
  readonly breaks: readonly ClaimName[];
}

/** The judged check and its control on the same slots, in the same order. */
export interface LayoutHits {
  readonly check: readonly SlotHit[];
  readonly control: readonly SlotHit[];
}

const count = (hits: readonly SlotHit[], keep: (hit: SlotHit) => boolean): number => hits.filter(keep).length;
const named = ({ layout, slot }: SlotHit): string => `${layout} slot ${slot}`;

const few = (hits: readonly SlotHit[], most: number): string => {
  const first = hits.slice(0, most).map(named).join(", ");
  return hits.length > most ? `${first} and ${hits.length - most} more` : first;
};

/** Which of the slots that are taken break the claim. */
export function hitText({ check }: LayoutHits, claim: ClaimName, most = 3): string {
  const taken = check.filter((hit) => hit.taken);
  const broken = taken.filter(({ breaks }) => breaks.includes(claim));
  const which =
    broken.length === 0
      ? "none of these breaks the claim"
      : `${broken.length} of these break the claim: ${few(broken, most)}`;
  return `of ${check.length} slots that QEMU and other VMMs make it takes ${taken.length}; ${which}`;
}

/** What the control costs on the same slots. */
export function costText({ control }: LayoutHits): string {
  const refused = control.filter(({ taken }) => !taken);
  const needlessly = count(refused, ({ breaks }) => breaks.length === 0);
  const told = needlessly === 0 ? "" : `, ${needlessly} of them though nothing would break`;
  return refused.length === 0
    ? `it takes all ${control.length} of these slots`
    : `of these ${control.length} slots it refuses ${refused.length}${told}`;
}
