/**
 * The refinement test at length: the abstract machine against the kernel machine, every family, by write() and by a guest's store.
 *
 *   node test/tools/refine.mjs [RUNS [SEED]]
 *
 * RUNS lists for each family and way, 20,000 unless told. Says how many ops of each kind were compared, and what was left out and
 * why. Exit 1 where the two part.
 */

import * as fc from "fast-check";
import { withBuilt } from "./built.mjs";

const [runs = 20_000, seed = 1] = process.argv.slice(2).map(Number);

await withBuilt(async (_folder, load) => {
  const { FAMILIES } = await load("model/kernel/family.ts");
  const { abstractOps } = await load("props/conform/abstract-arb.ts");
  const { NOT_COMPARED } = await load("props/conform/lower.ts");
  const { partingOf } = await load("props/conform/refinement.ts");
  let parted = 0;
  for (const way of ["write", "guest_store"]) {
    for (const family of Object.values(FAMILIES)) {
      const counts = {};
      const holds = (ops) => partingOf(family, way, ops, counts) === undefined;
      const { failed, counterexample } = fc.check(fc.property(abstractOps(way), holds), { seed, numRuns: runs });
      const steps = Object.entries(counts).filter(([name]) => NOT_COMPARED[name] === undefined);
      const total = steps.reduce((sum, [, count]) => sum + count, 0);
      console.log(
        `${family.name} by ${way}: ${runs} lists, ${total} ops, ${failed ? "they part" : "the same"}`,
        counts,
      );
      if (!failed) continue;
      parted++;
      console.log(JSON.stringify(counterexample[0]), partingOf(family, way, counterexample[0]));
    }
  }
  process.exitCode = parted === 0 ? 0 : 1;
});
