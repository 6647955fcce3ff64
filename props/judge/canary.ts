/**
 * The canary: a rule that accepts everything, in a world where large folios and large mappings happen. If a run cannot
 * break it, the run cannot break anything, and no pass of that run means a thing.
 */

import { PMD_ORDER, x86_64 } from "../../model/arch.ts";
import type { ClaimName, FaultClaim } from "../../model/claim.ts";
import { CLAIM_NAMES, claimOf } from "../../model/claim.ts";
import type { Rules } from "../../sim/world.ts";
import { worldOf } from "../../sim/world.ts";
import type { Prover } from "../prove/prover.ts";
import { exhaustGrids } from "../search/exhaust.ts";
import { twoFaults } from "../search/grid.ts";
import type { Engine } from "./verdict.ts";
import { ENGINES, proves } from "./verdict.ts";

const BREAKABLE = CLAIM_NAMES.filter((claim) => claimOf(claim).always_breakable);

export type Canary = "refuted" | "no large folio in this setting";

/** Runs that the hunt may take: far more than it needs. */
const RUNS = 20_000;

/** Engines by which a verdict of this run was earned. */
export const enginesOf = (
  judged: readonly { readonly judgements: readonly { readonly engine: Engine }[] }[],
): readonly Engine[] =>
  ENGINES.filter((engine) => judged.some(({ judgements }) => judgements.some((one) => one.engine === engine)));

/** Of what was asked, the claims that any rule breaks which lets everything be; one of those, where none was asked. */
const breakable = (asked: readonly ClaimName[]): readonly FaultClaim[] => {
  const claims = BREAKABLE.filter((claim) => asked.includes(claim));
  return claims.length > 0 ? claims : BREAKABLE.slice(0, 1);
};

/** What the canary has to fall to. */
export interface Falling {
  readonly orders: readonly number[];
  /** Those that earned a verdict: what they say counts only if each breaks the canary. */
  readonly engines: readonly Engine[];
  /** Those that were asked. */
  readonly claims: readonly ClaimName[];
  readonly seed: number;
  readonly prover: () => Promise<Prover>;
}

/**
 * @param rules the canary, and what lets every page be mapped at every level
 * @throws Error when an engine does not break it
 */
export async function checkCanary(
  rules: Rules,
  { orders, engines, claims: asked, seed, prover }: Falling,
): Promise<Canary> {
  if (!orders.some((order) => order >= PMD_ORDER)) return "no large folio in this setting";
  const setting = { orders, resize: "any" } as const;
  const claims = breakable(asked);
  const survived = (broken: ReadonlySet<ClaimName>, engine: Engine): void => {
    const left = claims.filter((claim) => !broken.has(claim));
    if (left.length > 0) throw new Error(`the canary survived ${engine}: ${left.join(", ")}`);
  };
  if (engines.includes("hunt")) {
    const { hunt } = await import("../search/hunt.ts");
    survived(new Set(hunt(worldOf(rules, setting).world, claims, { seed, numRuns: RUNS }).findings.keys()), "hunt");
  }
  // The narrow grid has a state for each claim; the wide one would only find more of them.
  if (engines.includes("exhaust")) {
    survived(
      new Set(exhaustGrids(worldOf(rules, setting).world, claims, [twoFaults(orders, 1)]).found.keys()),
      "exhaust",
    );
  }
  if (proves(engines)) {
    const question = { rules, setting, arch: x86_64 };
    const opened = await prover();
    const proofs = await Promise.all(
      claims.map(async (claim) => ({ claim, ...(await opened.prove(question, claim)) })),
    );
    const broken = proofs.flatMap(({ claim, status }) => (status === "refuted" ? [claim] : []));
    survived(new Set(broken), engines.includes("prove") ? "prove" : "z3");
  }
  return "refuted";
}
