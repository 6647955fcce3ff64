/**
 * Is each premise of a claim possible? A witness in hand needs no solver: well aligned slots are accepted by nearly every
 * rule, so these are tried first, and the model that broke the claim. Only what none of them shows is asked.
 */

import { MAX_I_SIZE_NPAGES } from "../../model/abstract/file.ts";
import { folioNpages } from "../../model/units.ts";
import { FIXED_I_SIZE } from "./inputs.ts";
import type { Term } from "./smt/term.ts";
import { valuation } from "./smt/value.ts";

type Model = ReadonlyMap<string, bigint>;

/** A gibibyte, in pages: the largest alignment that a rule can ask for here. */
const STEP = BigInt(folioNpages(18));

/** Two slots behind one another, aligned to 1 GiB in every address, with every order there is, from `first` on. */
function wellAligned(first: bigint, order: number): Model {
  const slot = (name: string, at: bigint): [string, bigint][] => [
    [`${name}_pgoff`, at],
    [`${name}_base_gfn`, at],
    [`${name}_ugfn`, at],
    [`${name}_npages`, STEP],
    [`${name}_i_size`, BigInt(MAX_I_SIZE_NPAGES)],
    [`${name}_file_order`, BigInt(order)],
  ];
  return new Map([
    ...slot("slot", first),
    ...slot("other", first + STEP),
    ["touched", 0n],
    ["fault_file_order", BigInt(order)],
    ["i_size_now", BigInt(MAX_I_SIZE_NPAGES)],
    [FIXED_I_SIZE, 2n ** 33n],
  ]);
}

/** Models to try for a setting of so many orders, with the one that broke the claim, if any. */
export const likelyModels = (orders: number, broke: readonly Model[]): readonly Model[] => [
  ...broke,
  ...[0n, STEP].flatMap((first) => Array.from({ length: orders }, (_, order) => wellAligned(first, order))),
];

/** Which premises a few models meet already. */
export function metBy(models: readonly Model[], premises: Readonly<Record<string, readonly Term[]>>): Set<string> {
  const met = new Set<string>();
  const open = new Map(Object.entries(premises));
  for (const model of models) {
    const value = valuation(model);
    for (const [name, terms] of open) {
      if (!terms.some((term) => value(term) === 1n)) continue;
      met.add(name);
      open.delete(name);
    }
  }
  return met;
}
