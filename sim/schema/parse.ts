/**
 * The boundary: what comes from outside (JSON, another program's arguments) becomes ours here or is refused with one
 * line that says where and what. The command line and the library share these schemas, so neither takes what the other
 * refuses. It stays off the path of a plain `foliofence judge`, whose words are checked as they are read.
 */

import * as v from "valibot";
import { visible } from "../visible.ts";

type Schema = v.GenericSchema;

/** One thing is wrong with what came from outside. `path` leads to it: member names, and positions in lists from 0. */
export class InputError extends RangeError {
  override name = "RangeError";
  readonly path: readonly (string | number)[];

  constructor(message: string, path: readonly (string | number)[] = []) {
    super(message);
    this.path = path;
  }
}

/** As JavaScript would reach it: setting.orders[1]. */
const placeText = (path: readonly (string | number)[]): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");

/** What was found, short enough for one line. */
export function shown(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "number" || value === undefined) return String(value);
  const text = JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? `${one}n` : one)) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function told(issue: v.BaseIssue<unknown>): InputError {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
  const place = placeText(path);
  return new InputError(`${place === "" ? "" : `${place}: `}${issue.message}`, path);
}

/**
 * @param what its name, for the message about a value that is no object at all
 * @throws InputError for the first thing that is wrong
 */
export function parseInput<S extends Schema>(schema: S, value: unknown, what?: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const error = told(result.issues[0]);
  if (what === undefined) throw error;
  const joint = typeof error.path[0] === "string" ? "." : error.path.length === 0 ? ": " : "";
  throw new InputError(`${what}${joint}${error.message}`, error.path);
}

/** Of a member that is not there, or of the wrong kind. */
const isNone =
  (what: string) =>
  (issue: v.BaseIssue<unknown>): string =>
    issue.input === undefined ? `missing: ${what} is wanted` : `${shown(issue.input)} is no ${what}`;

/** One of these words. */
export const word = <const W extends readonly string[]>(words: W): v.GenericSchema<W[number]> =>
  v.picklist(words, (issue) =>
    issue.input === undefined
      ? `missing: one of ${words.join(", ")} is wanted`
      : `${shown(issue.input)} is none of ${words.join(", ")}`,
  );

/** Text as it may be shown: control characters are made visible. */
export const text = v.pipe(v.string(isNone("text")), v.transform(visible));
export const truth = v.boolean((issue) => `${shown(issue.input)} is neither true nor false`);
export const number = v.pipe(v.number(isNone("number")), v.finite(isNone("number")));

/** A whole number, both ends included. */
export const whole = (least: number, most: number): v.GenericSchema<number> => {
  const range = `whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(isNone(range)),
    v.safeInteger(isNone(range)),
    v.minValue(least, isNone(range)),
    v.maxValue(most, isNone(range)),
  );
};

export const count = v.pipe(v.number(isNone("count")), v.safeInteger(isNone("count")), v.minValue(0, isNone("count")));

export const list = <S extends Schema>(each: S): v.ArraySchema<S, v.ErrorMessage<v.ArrayIssue>> =>
  v.array(each, isNone("list"));

/** A list with something in it. */
export const some = <S extends Schema>(each: S, what: string): v.GenericSchema<v.InferInput<S>[], v.InferOutput<S>[]> =>
  v.pipe(v.array(each, isNone("list")), v.minLength(1, `empty: at least one ${what} is wanted`));

const objectMessage =
  (kind: string) =>
  (issue: v.BaseIssue<unknown>): string => {
    // A member: one that is not there, or one that nobody knows.
    if (issue.path !== undefined && issue.expected === "never") return `unknown in ${kind}`;
    if (issue.path !== undefined && issue.received === "undefined" && issue.expected !== "Object") return "missing";
    return `${shown(issue.input)} is no ${kind}`;
  };

/** An object with these members; others are let be, as a later version may write them. */
export const members = <E extends v.ObjectEntries>(entries: E): v.ObjectSchema<E, v.ErrorMessage<v.ObjectIssue>> =>
  v.object(entries, objectMessage("object"));

/** An object with these members and no others: a name that is misspelt must not be taken for one that is not given. */
export const exactly = <E extends v.ObjectEntries>(
  kind: string,
  entries: E,
): v.StrictObjectSchema<E, v.ErrorMessage<v.StrictObjectIssue>> => v.strictObject(entries, objectMessage(kind));

/** An object whose member names are anybody's. */
export const byName = <S extends Schema>(each: S): v.RecordSchema<typeof text, S, v.ErrorMessage<v.RecordIssue>> =>
  v.record(text, each, isNone("object"));

export const maybe = <S extends Schema>(schema: S): v.ExactOptionalSchema<S, undefined> => v.exactOptional(schema);
