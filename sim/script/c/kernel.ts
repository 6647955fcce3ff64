/** What of a finding can be tried on the running kernel. */

import type { AllocationClaim } from "../../../model/claim.ts";
import { isAllocation, isOwn } from "../../../model/claim.ts";
import type { Counterexample } from "../../counterexample.ts";
import { usesVms } from "../../words/op-line.ts";

/** Only what a fault allocates can be seen from user space, and a write to a tmpfs file allocates alike. */
export const tmpfsClaim = ({ claim, rule }: Counterexample): AllocationClaim | undefined =>
  isAllocation(claim) && !isOwn(claim) && rule.kind === "bind" ? claim : undefined;

/** A guest_memfd belongs to one VM, and has a check of its own for a slot alone. */
export const triesKvm = ({ ops, rule, claim }: Counterexample): boolean =>
  rule.kind === "bind" && !usesVms(ops) && claim !== "accepts";

export const triesKernel = (ce: Counterexample): boolean => tmpfsClaim(ce) !== undefined || triesKvm(ce);
