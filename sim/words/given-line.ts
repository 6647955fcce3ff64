/**
 * One given value as one line of a report, in the spellings that op-line.ts has: `given op=2 at=12:7 times=1 value=0x0
 * text="f()"` in a mail, an object in JavaScript, an initializer in C; and back. `op` counts from 1, as reports do.
 */

import type { Given } from "../../model/given.ts";
import type { Op } from "../op.ts";
import { givenOf, giving } from "../op.ts";

/** A value with the op that it stands on, from 0. */
export interface GivenAt {
  readonly op: number;
  readonly given: Given;
}

export const allGiven = (ops: readonly Op[]): readonly GivenAt[] =>
  ops.flatMap((op, at) => givenOf(op).map((given) => ({ op: at, given })));

const hex = (value: bigint): string => (value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`);

/** ASCII, so that a mail can hold it; JavaScript and C read it alike. */
const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[^ -~]/gu,
    (other) => `\\u${(other.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );

function fieldsOf({ op, given }: GivenAt): readonly (readonly [string, string])[] {
  const { at, times, order, value, pointer, text } = given;
  return [
    ["op", `${op + 1}`],
    ["at", `"${at}"`],
    ["times", `${times}`],
    ...(order === undefined ? [] : [["order", `${order}`] as const]),
    ["value", hex(value)],
    ...(pointer === true ? [["pointer", "1"] as const] : []),
    ["text", quoted(text)],
  ];
}

export const givenInText = (at: GivenAt): string =>
  `given ${fieldsOf(at).map(([name, value]) => `${name}=${value}`).join(" ")}`; // prettier-ignore

export const givenInJavaScript = (at: GivenAt): string =>
  `{ ${fieldsOf(at).map(([name, value]) => `${name}: ${name === "value" || name === "order" ? `${value}n` : value}`).join(", ")} }, // given`; // prettier-ignore

export const givenInC = (at: GivenAt): string =>
  `{ ${fieldsOf(at).map(([name, value]) => `.${name} = ${value}`).join(", ")} }, /* given */`; // prettier-ignore

const LINE =
  /\bop *[=:] *(\d+)\D.*?\bat *[=:] *"(\d+:\d+)".*?\btimes *[=:] *(\d+)(?:.*?\border *[=:] *(\d+)n?)?.*?\bvalue *[=:] *(-?)(0x[\da-f]{1,16})n?(.*?\bpointer *[=:] *1)?.*?\btext *[=:] *("(?:[^"\\]|\\.)*")/u;

/** @throws RangeError for a line that is none */
export function givenFromLine(line: string): GivenAt {
  const [, op, at = "", times, order, sign, value = "0", pointer, text = '""'] = LINE.exec(line) ?? [];
  if (op === undefined) throw new RangeError(`no given value in "${line.trim()}"`);
  const size = BigInt(value);
  const of: unknown = JSON.parse(text);
  return {
    op: Number(op) - 1,
    given: {
      at,
      text: typeof of === "string" ? of : "",
      times: Number(times),
      ...(order !== undefined && { order: Number(order) }),
      value: sign === "-" ? -size : size,
      ...(pointer !== undefined && { pointer: true }),
    },
  };
}

/** The ops, each given its own. @throws RangeError where there is no such op */
export function withGivenAt(ops: readonly Op[], all: readonly GivenAt[]): readonly Op[] {
  const idle = all.find(({ op }) => ops[op]?.op !== "bind_memslot" && ops[op]?.op !== "fault");
  if (idle !== undefined) throw new RangeError(`operation ${idle.op + 1} asks no check, and is given nothing`);
  return ops.map((op, at) => giving(op, all.filter((each) => each.op === at).map(({ given }) => given))); // prettier-ignore
}
