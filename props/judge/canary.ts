/**
 * The canary: a rule that accepts everything, in a world where large folios and large mappings happen. If a run cannot
 * break it, the run cannot break anything, and no pass of that run means a thing.
 */

import { PMD_ORDER } from "../../model/arch.ts";
import type { ClaimName } from "../../model/claim.ts";
import { CLAIM_NAMES, CLAIMS } from "../../model/claim.ts";
import { x86World } from "../../model/abstract/machine.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { compileRule } from "../../model/rule/wasm/module.ts";
import { exhaustGrids } from "../search/exhaust.ts";
import { twoFaults } from "../search/grid.ts";
import { hunt } from "../search/hunt.ts";
import type { Engine } from "./verdict.ts";

const BREAKABLE = CLAIM_NAMES.filter((claim) => CLAIMS[claim].always_breakable);

export type Canary = "refuted" | "no large folio in this setting";

/** Runs that the hunt may take: far more than it needs. */
const RUNS = 20_000;

/** @throws Error when an engine that was asked does not break the canary */
export function checkCanary(canary: Rule, orders: readonly number[], engines: readonly Engine[], seed: number): Canary {
  if (!orders.some((order) => order >= PMD_ORDER)) return "no large folio in this setting";
  const { bind } = compileRule(canary);
  const accept = (): number => 1;
  const allow = (): number => 0;
  const world = x86World({ bind_rule: bind, map_rule: accept, level_rule: allow, orders, resize: "any" });
  const survived = (broken: ReadonlySet<ClaimName>, engine: Engine): void => {
    const left = BREAKABLE.filter((claim) => !broken.has(claim));
    if (left.length > 0) throw new Error(`the canary survived ${engine}: ${left.join(", ")}`);
  };
  if (engines.includes("hunt")) {
    survived(new Set(hunt(world, BREAKABLE, { seed, numRuns: RUNS }).findings.keys()), "hunt");
  }
  // The narrow grid has a state for each claim; the wide one would only find more of them.
  if (engines.includes("exhaust")) {
    survived(new Set(exhaustGrids(world, BREAKABLE, [twoFaults(orders, 1)]).found.keys()), "exhaust");
  }
  return "refuted";
}
