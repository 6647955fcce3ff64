/** Reading our own JSON back: results to merge, and the state of a judging that was ended early. */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import type { RuleKind } from "../../../model/rule/parameters.ts";
import type { Resize } from "../../../model/abstract/machine.ts";
import type { Op } from "../../../sim/op.ts";
import { opFromJson } from "../../../sim/op.ts";
import type { Setting } from "../../../sim/setting.ts";
import { orderFromText } from "../../../sim/setting.ts";
import type { Engine, Judgement, Verdict } from "../../judge/verdict.ts";
import type { UndefinedInput } from "../../../sim/world.ts";
import { visible } from "../../../sim/visible.ts";

/** All that can be wrong with a file is a RangeError here; the caller names the file. */
const wrong = (what: string): never => {
  throw new RangeError(what);
};

export type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const fieldsOf = (value: unknown, name: string): Fields =>
  isFields(value) ? value : wrong(`"${name}" is no object`);

export const textOf = (value: unknown, name: string): string =>
  typeof value === "string" ? visible(value) : wrong(`"${name}" is no text`);

export const countOf = (value: unknown, name: string): number =>
  typeof value === "number" && Number.isFinite(value) ? value : wrong(`"${name}" is no number`);

export const listOf = <T>(value: unknown, name: string, each: (one: unknown, name: string) => T): T[] =>
  Array.isArray(value) ? value.map((one: unknown) => each(one, name)) : wrong(`"${name}" is no list`);

export const oneOf =
  <T extends string>(words: readonly T[]) =>
  (value: unknown, name: string): T =>
    words.find((word) => word === value) ?? wrong(`"${name}" is none of ${words.join(", ")}`);

/** The field by its reader, or nothing where there is none. */
export const maybe = <K extends string, T>(
  fields: Fields,
  key: K,
  read: (value: unknown, name: string) => T,
): { readonly [name in K]?: T } => {
  const found: { [name in K]?: T } = {};
  if (fields[key] !== undefined) found[key] = read(fields[key], key);
  return found;
};

const recordOf = <T>(value: unknown, name: string, each: (one: unknown, name: string) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(fieldsOf(value, name)).map(([key, one]) => [key, each(one, key)]));

export const countsOf = (value: unknown, name: string): Record<string, number> => recordOf(value, name, countOf);

export const textsOf = (value: unknown, name: string): string[] => listOf(value, name, textOf);

const truthOf = (value: unknown, name: string): boolean =>
  typeof value === "boolean" ? value : wrong(`"${name}" is neither true nor false`);

export const opsOf = (value: unknown, name: string): Op[] => listOf(value, name, opFromJson);

export const claimOf = oneOf<ClaimName>(CLAIM_NAMES);
export const engineOf = oneOf<Engine>(["hunt", "exhaust", "prove", "z3"]);
export const kindOf = oneOf<RuleKind>(["bind", "map", "level"]);
const verdictOf = oneOf<Verdict>(["refuted", "proved", "exhausted", "sampled", "vacuous"]);
const resizeOf = oneOf<Resize>(["any", "before-bind", "never"]);

/** A counterexample as it is told in JSON: what it takes to tell it whole again. */
export interface ReadCounterexample {
  readonly ops: readonly Op[];
  readonly control: string;
  readonly files: readonly string[];
}

export interface ReadJudgement {
  readonly judgement: Judgement;
  readonly counterexample?: ReadCounterexample;
}

function counterexampleOf(value: unknown, name: string): ReadCounterexample {
  const fields = fieldsOf(value, name);
  return {
    ops: opsOf(fields["ops"], "ops"),
    control: textOf(fields["control"], "control"),
    files: textsOf(fields["files"], "files"),
  };
}

export function judgementOf(value: unknown, name: string): ReadJudgement {
  const fields = fieldsOf(value, name);
  const verdict = verdictOf(fields["verdict"], "verdict");
  const { counterexample } = maybe(fields, "counterexample", counterexampleOf);
  if ((verdict === "refuted") !== (counterexample !== undefined)) wrong(`a verdict "${verdict}" does not fit`);
  const judgement: Judgement = {
    rule: textOf(fields["rule"], "rule"),
    claim: claimOf(fields["claim"], "claim"),
    verdict,
    engine: engineOf(fields["engine"], "engine"),
    ...maybe(fields, "runs", countOf),
    ...maybe(fields, "seed", countOf),
    ...maybe(fields, "path", textOf),
    ...maybe(fields, "residual_rate", countOf),
    ...maybe(fields, "states", countOf),
    ...maybe(fields, "bound", textOf),
    ...maybe(fields, "premises", (one, of) => recordOf(one, of, truthOf)),
    witnesses: countsOf(fields["witnesses"], "witnesses"),
    ...maybe(fields, "unmet", textsOf),
    ...maybe(fields, "inconclusive", textOf),
    ...maybe(fields, "smallest", textOf),
  };
  return { judgement, ...(counterexample === undefined ? {} : { counterexample }) };
}

const u64Of = (value: unknown, name: string): bigint => {
  const text = textOf(value, name);
  return /^0x[0-9a-f]{1,16}$/.test(text) ? BigInt(text) : wrong(`"${name}" is no 64-bit number in hex`);
};

export function undefinedOf(value: unknown, name: string): UndefinedInput {
  const fields = fieldsOf(value, name);
  return {
    rule: textOf(fields["rule"], "rule"),
    site: {
      line: countOf(fields["line"], "line"),
      column: countOf(fields["column"], "column"),
      what: textOf(fields["what"], "what"),
    },
    inputs: recordOf(fields["inputs"], "inputs", u64Of),
  };
}

export function settingOf(value: unknown): Setting {
  const fields = fieldsOf(value, "setting");
  const orderOf = (one: unknown): number =>
    orderFromText(textOf(one, "orders")) ?? wrong(`"${String(one)}" is no folio size`);
  return {
    orders: listOf(fields["orders"], "orders", orderOf),
    resize: resizeOf(fields["resize"], "resize"),
    bind_rule: textOf(fields["bind_rule"], "bind_rule"),
    map_rule: textOf(fields["map_rule"], "map_rule"),
    level_rule: textOf(fields["level_rule"], "level_rule"),
  };
}
