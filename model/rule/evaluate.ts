/** A rule as machine code: exact C semantics at tens of millions of evaluations a second. */

import type { ParameterName } from "./parameters.ts";
import type { Rule, Site } from "./tree.ts";

/** What an evaluation can come to. */
export const REJECTS = 0;
export const ACCEPTS = 1;
/** The C is undefined for this input; undefinedAt() says where. */
export const UNDEFINED = 2;
/** The loops ran out of LOOP_FUEL. */
export const NO_END = 3;
export type Outcome = typeof REJECTS | typeof ACCEPTS | typeof UNDEFINED | typeof NO_END;

export type Evaluator = {
  readonly rule: Rule;
  /** One u64 bit pattern a parameter; any not given is 0. */
  readonly bytes: (values: Partial<Record<ParameterName, bigint>>) => Outcome;
  /**
   * The hot entries take page numbers (doubles) and orders; bytes are pages << 12. All three exist for every rule;
   * what a kind does not know (gfn of a bind rule) is 0.
   */
  readonly bind: (
    pgoff: number,
    base_gfn: number,
    npages: number,
    ugfn: number,
    folio_order: number,
    i_size_npages: number,
  ) => Outcome;
  readonly map: (
    pgoff: number,
    base_gfn: number,
    npages: number,
    ugfn: number,
    folio_order: number,
    i_size_npages: number,
    gfn: number,
    index: number,
    order: number,
  ) => Outcome;
  readonly level: (
    pgoff: number,
    base_gfn: number,
    npages: number,
    ugfn: number,
    folio_order: number,
    i_size_npages: number,
    order: number,
  ) => Outcome;
  /** Of the last evaluation, if it came to UNDEFINED. */
  readonly undefinedAt: () => Site | undefined;
};

export function compileRule(_rule: Rule): Evaluator {
  throw new Error("not written yet");
}
