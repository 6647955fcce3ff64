/** What a rule can read by some spelling of the kernel's: a parameter, or what is computed from one. */

import type { RuleInput } from "../../../model/rule/parameters.ts";

/** Not parameters, but computed from one. */
type DerivedName = "folio_order" | "level";
export type ReadableName = RuleInput | DerivedName;
