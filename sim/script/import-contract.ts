/** Reads a broken contract back out of the .json that we wrote. */

import * as v from "valibot";
import type { Given } from "../../model/given.ts";
import { byName, count, InputError, list, maybe, members, parseInput, shown, text, truth } from "../schema/parse.ts";
import { CONTRACT_FILE, CONTRACT_SCHEMA } from "./contract/json.ts";

export interface ImportedContract {
  readonly id: string;
  readonly function: string;
  readonly text: string;
  readonly requires: readonly string[];
  readonly claim: string;
  readonly ensures: string;
  /** u64 bit patterns. */
  readonly inputs: ReadonlyMap<string, bigint>;
  /** With the number of the unknown that it is a value of. */
  readonly given: readonly (Given & { readonly unknown: number })[];
}

const HEX = v.pipe(
  text,
  v.regex(/^0x[0-9a-f]{1,16}$/, ({ input }) => `${shown(input)} is no 64-bit number in hex`),
  v.transform((hex): bigint => BigInt(hex)),
);

const GIVEN = v.pipe(
  members({
    at: text,
    text,
    times: count,
    value: v.pipe(
      text,
      v.regex(/^-?0x[0-9a-f]{1,16}$/, ({ input }) => `${shown(input)} is no 64-bit number in hex`),
    ),
    pointer: maybe(truth),
    unknown: count,
  }),
  v.transform(({ value, pointer, ...rest }) => {
    const size = BigInt(value.replace("-", ""));
    return {
      ...rest,
      value: value.startsWith("-") ? -size : size,
      ...(pointer === true && { pointer: true as const }),
    };
  }),
);

const CONTRACT = members({
  id: text,
  function: text,
  text,
  requires: list(text),
  claim: text,
  ensures: text,
  inputs: byName(HEX),
  given: list(GIVEN),
  schema: v.literal(CONTRACT_SCHEMA, ({ input }) => `schema ${shown(input)} is not known, only ${CONTRACT_SCHEMA}`),
  result: maybe(HEX),
});

/** Is the file one of these, whole or not? */
export const isOfContract = (file: string): boolean =>
  file.trimStart().startsWith("{") && file.includes(`"foliofence": "${CONTRACT_FILE}"`);

/** @throws InputError for what is not as we wrote it */
export function contractFromJson(file: string): ImportedContract {
  let value: unknown;
  try {
    value = JSON.parse(file);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(`not whole JSON: ${error.message.split("\n")[0] ?? ""}`, []);
  }
  const { inputs, ...rest } = parseInput(CONTRACT, value);
  return { ...rest, inputs: new Map(Object.entries(inputs)) };
}
