/** Types of C as far as a rule's meaning needs them. An unknown one has an unknown width and sign. */

import type { IntType } from "../../../model/rule/int-type.ts";

export type CType =
  | { readonly is: "int"; readonly type: IntType }
  /** isConst: nothing is changed through it. */
  | { readonly is: "pointer"; readonly to: CType; readonly isConst: boolean }
  | { readonly is: "struct"; readonly tag: string }
  | { readonly is: "array"; readonly of: CType; readonly length?: number }
  | { readonly is: "void" }
  | { readonly is: "unknown" };

export const UNKNOWN: CType = { is: "unknown" };
export const VOID: CType = { is: "void" };
export const intType = (type: IntType): CType => ({ is: "int", type });
export const pointerTo = (to: CType, isConst = false): CType => ({ is: "pointer", to, isConst });

const BYTES: Readonly<Record<IntType, number>> = {
  bool: 1,
  u8: 1,
  s8: 1,
  u16: 2,
  s16: 2,
  u32: 4,
  s32: 4,
  u64: 8,
  s64: 8,
};

/** In bytes, where it is known: the layout of a struct is not. */
export function sizeOfType(type: CType): number | undefined {
  if (type.is === "int") return BYTES[type.type];
  if (type.is === "pointer") return 8;
  if (type.is !== "array" || type.length === undefined) return undefined;
  const each = sizeOfType(type.of);
  return each === undefined ? undefined : each * type.length;
}
