/** C's integer and character literals. */

import type { Expr } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { fail, type Place } from "./fail.ts";

const NUMBER =
  /^(?:(?<hex>0[xX][0-9a-fA-F]+)|(?<binary>0[bB][01]+)|(?<octal>0[0-7]*)|(?<decimal>[1-9][0-9]*))(?<suffix>[uUlL]*)$/;
const SUFFIX = /^(?:u?(?:l|ll)?|(?:l|ll)u)$/;

/** The first of the types, in C's order, that holds the value. */
const LIMITS: readonly (readonly [IntType, bigint])[] = [
  ["s32", 0x7fffffffn],
  ["u32", 0xffffffffn],
  ["s64", 0x7fffffffffffffffn],
  ["u64", 0xffffffffffffffffn],
];

export function number(text: string, place: Place): Expr {
  const groups = NUMBER.exec(text)?.groups;
  if (!groups || !SUFFIX.test((groups["suffix"] ?? "").toLowerCase())) {
    return fail(place, `'${text}' is no integer literal`);
  }
  const { hex, binary, octal, decimal, suffix = "" } = groups;
  const value = BigInt(hex ?? binary ?? (octal === undefined ? (decimal ?? "0") : `0o${octal}`));
  const isUnsigned = /u/i.test(suffix);
  const isLong = /l/i.test(suffix);
  const found = LIMITS.find(
    ([type, limit]) =>
      value <= limit &&
      (isUnsigned ? type.startsWith("u") : type.startsWith("s") || decimal === undefined) &&
      (!isLong || type.endsWith("64")),
  );
  if (!found) return fail(place, `'${text}' does not fit ${isUnsigned || decimal === undefined ? 64 : 63} bits`);
  return { node: "const", type: found[0], value };
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, "0": 0, "\\": 92, "'": 39, '"': 34 };

export function character(text: string, place: Place): Expr {
  const inner = text.slice(1, -1);
  const code = inner.startsWith("\\") ? ESCAPES[inner.slice(1)] : inner.length === 1 ? inner.codePointAt(0) : undefined;
  if (code === undefined || code > 127) return fail(place, `character ${text} is not supported`);
  return { node: "const", type: "s32", value: BigInt(code) };
}
