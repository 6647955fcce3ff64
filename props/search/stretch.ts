/** Blocks of a hunt, run. Apart from their arithmetic, which every judging needs, as fast-check comes along with this. */

import type { ClaimName } from "../../model/claim.ts";
import type { CompiledWorld } from "../../sim/world.ts";
import type { Witnesses } from "../claims/sometimes.ts";
import type { BlockFinding, Hunt, HuntPlan, Stretch } from "./blocks.ts";
import { BLOCK_RUNS, numberOf, runsOf, seedOfBlock, sumWitnesses } from "./blocks.ts";
import { hunt } from "./hunt.ts";

/** The path of a run, counted from 1, of a check that began at `path`. */
function pathOf(path: string | undefined, run: number): string {
  const steps = (path ?? "0").split(":");
  return [...steps.slice(0, -1), Number(steps.at(-1)) + run - 1].join(":");
}

/** Run a stretch, until its end or until nothing is left to look for. `stop` is asked between blocks. */
export function huntStretch(
  { world, answers, undefinedInputs }: CompiledWorld,
  plan: HuntPlan,
  { from, to, open }: Stretch,
  stop?: () => boolean,
): Hunt {
  const findings = new Map<ClaimName, BlockFinding>();
  const tallies: Witnesses[] = [];
  let [own, runs] = [from, 0];
  for (; own < to; own++) {
    const left = open.filter((claim) => !findings.has(claim));
    if (left.length === 0 || (own > from && stop?.() === true)) break;
    const block = numberOf(plan, own);
    const seed = seedOfBlock(plan.seed, block);
    const { path, examples, withISize } = plan;
    const found = hunt(world, left, {
      seed,
      numRuns: runsOf(plan, block),
      withISize,
      ...(answers !== undefined && { answers }),
      ...(path === undefined ? {} : { path, ...(stop === undefined ? {} : { stop }) }),
      ...(examples === undefined || block > 0 ? {} : { examples }),
    });
    for (const [claim, { run, ops }] of found.findings) {
      findings.set(claim, { run: block * BLOCK_RUNS + run, ops, seed, path: pathOf(path, run) });
    }
    runs += found.runs;
    tallies.push(found.witnesses);
  }
  const met = [...undefinedInputs.values()];
  return { blocks: own - from, runs, witnesses: sumWitnesses(tallies), findings, undefinedInputs: met };
}
