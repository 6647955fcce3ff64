/** An input for which C leaves a bind rule's result undefined, made as small as the page numbers of the ioctl allow. */

import { UNDEFINED } from "../../model/outcome.ts";
import { PAGE_SHIFT } from "../../model/units.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { distances, smaller } from "../shrink/moves.ts";
import { evaluatorOf } from "../../model/rule/wasm/module.ts";
import type { UndefinedInput } from "../../sim/world.ts";
import { BIND_ARGUMENTS, hasUnknowns, inputsOf } from "../../sim/world.ts";

type Argument = (typeof BIND_ARGUMENTS)[number];

/** What of the C's inputs tells an argument in bytes. */
const IN_BYTES: Partial<Readonly<Record<Argument, string>>> = {
  pgoff: "offset",
  base_gfn: "gpa",
  npages: "size",
  ugfn: "userspace_addr",
  i_size_npages: "i_size",
};

const LEAST: Partial<Readonly<Record<Argument, number>>> = { npages: 1 };

/** The page numbers that the machine gave; what the rule does not read is as small as it can be. */
function argumentsOf({ inputs }: UndefinedInput): number[] {
  return BIND_ARGUMENTS.map((name) => {
    const bytes = inputs[IN_BYTES[name] ?? ""];
    const given = inputs[name] ?? (bytes === undefined ? undefined : bytes >> BigInt(PAGE_SHIFT));
    if (given !== undefined) return Number(given);
    if (name !== "folio_order" || inputs["folio_size"] === undefined) return LEAST[name] ?? 0;
    return inputs["folio_size"].toString(2).length - 1 - PAGE_SHIFT;
  });
}

/** One number smaller, boldest first, or two by the same distance. */
function smallerOnes(values: readonly number[]): readonly (readonly number[])[] {
  const single = values.flatMap((value, at) => smaller(value).map((less) => values.with(at, less)));
  const pairs = values.flatMap((a, at) =>
    values
      .slice(at + 1)
      .flatMap((b, behind) =>
        distances(Math.min(a, b)).map((by) => values.with(at, a - by).with(at + 1 + behind, b - by)),
      ),
  );
  return [...single, ...pairs];
}

/**
 * Neither a page number can be smaller, nor two by the same distance: undefined at the same place of the rule.
 * @param orders those that a folio may have
 */
export function smallestUndefined(rule: Rule, met: UndefinedInput, orders: readonly number[]): UndefinedInput {
  if (rule.kind !== "bind" || met.rule !== rule.id) return met;
  // Smaller inputs may take other values of what no model knows.
  if (hasUnknowns(rule)) return met;
  const evaluator = evaluatorOf(rule);
  const isUndefined = (values: readonly number[]): boolean => {
    const [pgoff = 0, base_gfn = 0, npages = 0, ugfn = 0, folio_order = 0, i_size_npages = 0] = values;
    if (evaluator.bind(pgoff, base_gfn, npages, ugfn, folio_order, i_size_npages) !== UNDEFINED) return false;
    const site = evaluator.undefinedAt();
    return site?.line === met.site.line && site.column === met.site.column;
  };
  const isLegal = (name: Argument, value: number): boolean =>
    name === "folio_order" ? orders.includes(value) : value >= (LEAST[name] ?? 0);
  const next = (values: readonly number[]): readonly number[] | undefined =>
    smallerOnes(values).find(
      (tried) => BIND_ARGUMENTS.every((name, i) => isLegal(name, tried[i] ?? 0)) && isUndefined(tried),
    );
  let best: readonly number[] = argumentsOf(met);
  if (!isUndefined(best)) return met;
  for (let found = next(best); found !== undefined; found = next(best)) best = found;
  return { ...met, inputs: inputsOf(rule, BIND_ARGUMENTS, best) };
}
