/** Values that a finding was given, in words: "xa_find(…) is 0". */

import type { Given } from "../../model/given.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { HELPERS } from "../c/helpers/table.ts";
import type { Op } from "../op.ts";
import { givenOf } from "../op.ts";
import { orderText } from "../setting.ts";

const MAX_ERRNO = 4095n;
/** Longer than this, a call's arguments are left out; those of a helper that everybody knows say more than its name. */
const LONGEST = 24;
const LONGEST_OF_HELPER = 60;

/** A call without its arguments, if it is long. */
export const shortCall = (text: string): string => {
  const open = text.indexOf("(");
  const longest = Object.hasOwn(HELPERS, text.slice(0, Math.max(open, 0))) ? LONGEST_OF_HELPER : LONGEST;
  return text.length <= longest || open <= 0 || !text.endsWith(")") ? text : `${text.slice(0, open)}(…)`;
};

function valueText({ value, pointer }: Given): string {
  const signed = BigInt.asIntN(64, value);
  if (signed < 0n && signed >= -MAX_ERRNO) return pointer ? `ERR_PTR(${signed})` : `${signed}`;
  if (pointer) return value === 0n ? "NULL" : "not NULL";
  return value < 0n || value < 4096n ? `${value}` : `0x${value.toString(16)}`;
}

const ORDINALS = ["", "", "second", "third", "fourth", "fifth"];

/** Which evaluation it is of, where there are several. */
function which({ times, order }: Given): string {
  const turn = times < 2 ? "" : `, the ${ORDINALS[times] ?? `${times}th`} time`;
  return order === undefined ? turn : `${turn}, at ${orderText(order)}`;
}

const said = (given: Given, text: string): string => `${text} is ${valueText(given)}${which(given)}`;

/** In full, with its place: "xa_find(&gmem->bindings, &start, end, XA_PRESENT) is 0 (12:7)". */
export const givenLines = (all: readonly Given[]): string[] =>
  all.map((given) => `${said(given, given.text)} (${given.at})`);
export const givenWords = (ops: readonly Op[]): string[] => givenLines(ops.flatMap(givenOf));

/** Each once, shortly. */
export const givenShort = (ops: readonly Op[]): string[] => [
  ...new Set(ops.flatMap(givenOf).map((given) => said(given, shortCall(given.text)))),
];

/** "if f() is 0 and g() is 1", or nothing where it breaks whatever the check reads. */
export function ifGiven(ops: readonly Op[]): string {
  const [first, ...rest] = givenShort(ops);
  return first === undefined ? "" : `if ${[first, ...rest].join(" and ")}`;
}

const NO_CALL = new Set(["sizeof", "typeof", "if", "return"]);
const SLOT_WORDS = new Set(["offset", "gpa", "size", "pgoff", "base_gfn", "npages", "index", "gfn"]);

/** Calls in a text that no table knows: IS_ALIGNED(offset, folio_size_of(inode)) has folio_size_of. */
const unknownCalls = (text: string): string[] =>
  [...text.matchAll(/(?<!\w)([A-Za-z_]\w*)\s*\(/gu)].flatMap(([, name = ""]) =>
    Object.hasOwn(HELPERS, name) || NO_CALL.has(name) ? [] : [name],
  );

/** Calls that a finding was given, of which the check hands on or weighs what it knows of the slot: what they do decides. */
export function callsOnSlot(rule: Rule, ops: readonly Op[]): string[] {
  const texts = (rule.readAs ?? []).map(({ text }) => text);
  const calls = ops.flatMap(givenOf).flatMap(({ text }) => {
    const [outermost] = unknownCalls(text);
    const words = text.match(/[A-Za-z_]\w*/gu) ?? [];
    const isOnSlot = words.some((each) => SLOT_WORDS.has(each)) || texts.some((each) => text.includes(each));
    return outermost !== undefined && isOnSlot ? [outermost] : [];
  });
  return [...new Set(calls)];
}
