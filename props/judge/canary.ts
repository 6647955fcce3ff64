/**
 * The canary: a rule that accepts everything, in a world where large folios and large mappings happen. If a run cannot
 * break it, the run cannot break anything, and no pass of that run means a thing.
 */

import { x86World } from "../../model/abstract/machine.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { compileRule } from "../../model/rule/wasm/module.ts";
import type { ClaimName } from "../claims/always.ts";
import { exhaustGrids } from "../search/exhaust.ts";
import { twoFaults } from "../search/grid.ts";
import { hunt } from "../search/hunt.ts";
import type { Engine } from "./verdict.ts";

/** Claims that a rule accepting everything breaks, whatever the sizes. */
const CLAIMS: readonly ClaimName[] = [
  "folio_starts_in_slot",
  "folio_ends_in_slot",
  "folio_avoids_other_slots",
  "mapping_translates",
];

export type Canary = "refuted" | "no large folio in this setting";

/** Runs that the hunt may take: far more than it needs. */
const RUNS = 20_000;

/** @throws Error when an engine that was asked does not break the canary */
export function checkCanary(canary: Rule, orders: readonly number[], engines: readonly Engine[], seed: number): Canary {
  if (!orders.some((order) => order >= 9)) return "no large folio in this setting";
  const { bind } = compileRule(canary);
  const accept = (): number => 1;
  const allow = (): number => 0;
  const world = x86World({ bind_rule: bind, map_rule: accept, level_rule: allow, orders, resize: "any" });
  const survived = (broken: ReadonlySet<ClaimName>, engine: Engine): void => {
    const left = CLAIMS.filter((claim) => !broken.has(claim));
    if (left.length > 0) throw new Error(`the canary survived ${engine}: ${left.join(", ")}`);
  };
  if (engines.includes("hunt")) {
    survived(new Set(hunt(world, CLAIMS, { seed, numRuns: RUNS }).findings.keys()), "hunt");
  }
  // The narrow grid has a state for each claim; the wide one would only find more of them.
  if (engines.includes("exhaust")) {
    survived(new Set(exhaustGrids(world, CLAIMS, [twoFaults(orders, 1)]).found.keys()), "exhaust");
  }
  return "refuted";
}
