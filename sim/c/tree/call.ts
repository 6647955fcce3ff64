/** What a helper of the kernel sees of its call. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { addSite, type Scope } from "./scope.ts";
import type { Place } from "../syntax/fail.ts";

export type Call = {
  readonly scope: Scope;
  readonly name: string;
  readonly place: Place;
  /** The lowered argument; an argument never asked for is never looked at. */
  readonly value: (i: number) => Expr;
  /** An argument that is a type, as min_t's first. */
  readonly type: (i: number) => IntType;
  /** The local behind an argument `&local`. */
  readonly target: (i: number) => number;
};

export type Helper = {
  readonly takes: number;
  /** Whatever stands behind those is not looked at: the words of a warning. */
  readonly takesMore?: true;
  readonly lower: (call: Call) => Expr;
};
export type Helpers = Readonly<Record<string, Helper>>;

/** To be handed to a builder that may need a site. */
export const undefinedFor =
  (call: Call, what: string): (() => number) =>
  () =>
    addSite(call.scope.rule, call.place, what);

export const shiftSite =
  (call: Call): ((width: number) => number) =>
  (width) =>
    addSite(call.scope.rule, call.place, shiftWhat(width));

export const shiftWhat = (width: number): string =>
  `shift of a ${width}-bit value by ${width} or more, or by less than 0`;
