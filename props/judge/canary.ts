/**
 * The canary: a rule that accepts everything, in a world where large folios and large mappings happen. If a run cannot
 * break it, the run cannot break anything, and no pass of that run means a thing.
 */

import { PMD_ORDER, x86_64 } from "../../model/arch.ts";
import type { ClaimName } from "../../model/claim.ts";
import { CLAIM_NAMES, CLAIMS } from "../../model/claim.ts";
import type { Rules } from "../../sim/world.ts";
import { worldOf } from "../../sim/world.ts";
import type { Prover } from "../prove/prover.ts";
import { exhaustGrids } from "../search/exhaust.ts";
import { twoFaults } from "../search/grid.ts";
import type { Judged } from "./judge.ts";
import type { Engine } from "./verdict.ts";
import { ENGINES, proves } from "./verdict.ts";

const BREAKABLE = CLAIM_NAMES.filter((claim) => CLAIMS[claim].always_breakable);

export type Canary = "refuted" | "no large folio in this setting";

/** Runs that the hunt may take: far more than it needs. */
const RUNS = 20_000;

/** Engines by which a verdict of this run was earned. */
export const enginesOf = (judged: readonly Judged[]): readonly Engine[] =>
  ENGINES.filter((engine) => judged.some(({ judgements }) => judgements.some((one) => one.engine === engine)));

/**
 * @param rules the canary, and what lets every page be mapped at every level
 * @param engines those that earned a verdict: what they say counts only if each breaks the canary
 * @throws Error when one of them does not
 */
export async function checkCanary(
  rules: Rules,
  orders: readonly number[],
  engines: readonly Engine[],
  seed: number,
  prover: () => Promise<Prover>,
): Promise<Canary> {
  if (!orders.some((order) => order >= PMD_ORDER)) return "no large folio in this setting";
  const setting = { orders, resize: "any" } as const;
  const { world } = worldOf(rules, setting);
  const survived = (broken: ReadonlySet<ClaimName>, engine: Engine): void => {
    const left = BREAKABLE.filter((claim) => !broken.has(claim));
    if (left.length > 0) throw new Error(`the canary survived ${engine}: ${left.join(", ")}`);
  };
  if (engines.includes("hunt")) {
    const { hunt } = await import("../search/hunt.ts");
    survived(new Set(hunt(world, BREAKABLE, { seed, numRuns: RUNS }).findings.keys()), "hunt");
  }
  // The narrow grid has a state for each claim; the wide one would only find more of them.
  if (engines.includes("exhaust")) {
    survived(new Set(exhaustGrids(world, BREAKABLE, [twoFaults(orders, 1)]).found.keys()), "exhaust");
  }
  if (proves(engines)) {
    const question = { rules, setting, arch: x86_64 };
    const asked = await prover();
    const proofs = await Promise.all(
      BREAKABLE.map(async (claim) => ({ claim, ...(await asked.prove(question, claim)) })),
    );
    const broken = proofs.flatMap(({ claim, status }) => (status === "refuted" ? [claim] : []));
    survived(new Set(broken), engines.includes("prove") ? "prove" : "z3");
  }
  return "refuted";
}
