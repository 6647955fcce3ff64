/** What a solver says to: can this be true? */
export type Answer =
  | { readonly answer: "unsat" }
  | { readonly answer: "unknown"; readonly reason: string }
  /** Values of the variables; one that may have any value can be missing. A truth value is 0 or 1. */
  | { readonly answer: "sat"; readonly model: ReadonlyMap<string, bigint> };
