/** Locks whose macros write their arguments, or that are let go at the end of a block. */

import { forgetMark } from "../tree/memory.ts";
import { lower, type Scope } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { locate } from "../memory/place.ts";
import { effectsOf, fresh } from "../memory/value.ts";
import { assignTo } from "./assign.ts";

/** @returns undefined where this is no case for it */
export type Special = (scope: Scope, syntax: Syntax, args: readonly Syntax[]) => Value | undefined;

/** spin_lock_irqsave(lock, flags) */
export const lockSaving: Special = (scope, syntax, [lock, flags]) => {
  if (!lock || !flags) return undefined;
  const value: Value = { is: "any", make: (type, p) => fresh(scope, syntax, "call", type, p), drop: [] };
  const done = assignTo(scope, locate(scope, flags), value, flags, syntax);
  return {
    is: "nothing",
    effects: [...effectsOf(lower(scope, lock)), forgetMark(scope.rule.memory, { what: "unknown" }), ...done.effects],
  };
};

export const irqSaving: Special = (scope, syntax, [flags]) => {
  if (!flags) return undefined;
  const value: Value = { is: "any", make: (type, p) => fresh(scope, syntax, "call", type, p), drop: [] };
  return { is: "nothing", effects: assignTo(scope, locate(scope, flags), value, flags, syntax).effects };
};

export const guard: Special = (scope, _syntax, _args) => ({
  is: "nothing",
  effects: [forgetMark(scope.rule.memory, { what: "unknown" })],
});
