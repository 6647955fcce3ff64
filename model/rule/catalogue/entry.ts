/** What is told of a rule that was once proposed, beside its C. */

import type { RuleKind } from "../parameters.ts";

export type CatalogueEntry = {
  readonly id: string;
  readonly kind: RuleKind;
  readonly who: string;
  /** A date of the proposal, or the releases that have it. */
  readonly when: string;
  /** Where it was proposed: an archive's address, a commit, or the name of a thread. */
  readonly citation: string;
  /** What its author wanted. */
  readonly intent: string;
  /** What it really does. */
  readonly does: string;
  /** C, restated. True: a bind or a map rule accepts, a level rule forbids the level. */
  readonly text: string;
};

/** @returns the address of a mail by its message-id */
export const mail = (id: string): string => `https://lore.kernel.org/all/${id}/`;
