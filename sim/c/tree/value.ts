/** What an expression comes to: an integer, a pointer, a place that holds a struct, something of unknown type, or nothing. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import type { CType } from "./ctype.ts";
import type { Target } from "./memory.ts";

export type Value =
  | { readonly is: "int"; readonly expr: Expr }
  /** expr is its value, a u64. */
  | { readonly is: "pointer"; readonly expr: Expr; readonly to: CType; readonly at?: Target }
  /** A struct or an array. */
  | { readonly is: "place"; readonly at: Target; readonly type: CType; readonly effects: readonly Expr[] }
  /** Of a type that is not known: any value of the type that it is used as. */
  | { readonly is: "any"; readonly make: (type: IntType, isPointer: boolean) => Expr; readonly drop: readonly Expr[] }
  | { readonly is: "nothing"; readonly effects: readonly Expr[] };
