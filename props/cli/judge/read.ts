/** Results of `foliofence judge --json`, and the state of a judging that was ended early: what they are made of. */

import type { ClaimName } from "../../../model/claim.ts";
import * as v from "valibot";
import { RULE_KINDS } from "../../../model/rule/parameters.ts";
import type { Op } from "../../../sim/op.ts";
import { GIVEN_LIST, OP_LIST } from "../../../sim/schema/op.ts";
import {
  byName,
  count,
  list,
  maybe,
  members,
  number,
  shown,
  some,
  text,
  truth,
  whole,
  word,
} from "../../../sim/schema/parse.ts";
import { SETTING_JSON } from "../../../sim/schema/setting.ts";
import type { UndefinedInput } from "../../../sim/world.ts";
import { ALL_CLAIMS, claimFrom, isClaim } from "../../../model/claim.ts";
import type { Judgement } from "../../judge/verdict.ts";
import { ENGINES, VERDICTS } from "../../judge/verdict.ts";

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

const CLAIM = v.pipe(
  text,
  v.check(isClaim, ({ input }) => `${shown(input)} is none of ${ALL_CLAIMS.join(", ")}, nor "NAME: EXPR"`),
  v.transform((said): ClaimName => said as ClaimName), // oxlint-disable-line typescript/no-unsafe-type-assertion -- it was checked
);
const WITNESSES = byName(number);

export const JUDGEMENT = v.pipe(
  members({
    rule: text,
    claim: text,
    expr: maybe(text),
    verdict: word(VERDICTS),
    engine: word(ENGINES),
    runs: maybe(count),
    seed: maybe(number),
    path: maybe(text),
    residual_rate: maybe(number),
    states: maybe(count),
    bound: maybe(text),
    premises: maybe(byName(truth)),
    witnesses: WITNESSES,
    unmet: maybe(list(text)),
    inconclusive: maybe(text),
    smallest: maybe(text),
    given_in_full: maybe(text),
    not_run: maybe(list(word(ENGINES))),
    counterexample: maybe(members({ ops: OP_LIST, control: text, files: list(text) })),
  }),
  v.check(
    ({ verdict, counterexample }) => (verdict === "refuted") === (counterexample !== undefined),
    ({ input }) => `a verdict "${input.verdict}" does not fit`,
  ),
  v.transform(({ claim, expr, ...rest }) => ({ ...rest, claim: claimFrom(claim, expr) })),
  v.forward(
    v.partialCheck(
      [["claim"]],
      ({ claim }) => isClaim(claim),
      ({ input }) => `${shown(input.claim)} is none of ${ALL_CLAIMS.join(", ")}`,
    ),
    ["claim"],
  ),
  v.transform(({ claim, counterexample, given_in_full, not_run, ...judgement }): ReadJudgement => ({
    judgement: {
      ...judgement,
      claim: claim as ClaimName, // oxlint-disable-line typescript/no-unsafe-type-assertion -- it was checked
      ...(given_in_full !== undefined && { givenInFull: given_in_full }),
      ...(not_run !== undefined && { notRun: not_run }),
    },
    ...(counterexample === undefined ? {} : { counterexample }),
  })),
);

const U64 = v.pipe(
  text,
  v.regex(/^0x[0-9a-f]{1,16}$/, ({ input }) => `${shown(input)} is no 64-bit number in hex`),
  v.transform((hex): bigint => BigInt(hex)),
);

export const UNDEFINED = v.pipe(
  members({ rule: text, line: count, column: count, what: text, inputs: byName(U64), given: GIVEN_LIST }),
  v.transform(({ rule, line, column, what, inputs, given }): UndefinedInput => ({
    rule,
    site: { line, column, what },
    inputs,
    ...(given !== undefined && { given }),
  })),
);

const HUNT = v.pipe(
  members({
    blocks: count,
    runs: count,
    witnesses: WITNESSES,
    findings: list(members({ claim: CLAIM, run: count, seed: number, path: text, ops: OP_LIST })),
    undefined: list(UNDEFINED),
  }),
  v.transform(({ findings, undefined: undefinedInputs, ...hunt }) => ({
    ...hunt,
    findings: new Map(findings.map(({ claim, ...finding }) => [claim, finding])),
    undefinedInputs,
  })),
);

/** `foliofence-resume.json` */
export const STATE = members({
  key: text,
  spent_ms: number,
  rows: list(members({ hunt: HUNT, verdicts: maybe(list(JUDGEMENT)), undefined: maybe(list(UNDEFINED)) })),
});

const SHARD = v.pipe(
  members({
    of: count,
    has: some(count, "shard"),
    hunts: list(members({ rule: text, runs: count, witnesses: WITNESSES })),
  }),
  v.check(
    ({ of, has }) => has.every((shard) => shard >= 1 && shard <= of),
    ({ input }) => `not shards of ${input.of}: ${input.has.join(", ")}`,
  ),
);

/** The object that `judge --json` prints. */
export const RESULT = members({
  foliofence: text,
  seed: number,
  setting: SETTING_JSON,
  asked: members({
    claims: list(CLAIM),
    engines: list(word(ENGINES)),
    runs: maybe(count),
    path: maybe(text),
    bound: whole(1, 3),
    smallest: maybe(v.literal(true)),
  }),
  canary: text,
  rules: list(members({ id: text, kind: word(RULE_KINDS), text, line: count, file: maybe(text) })),
  verdicts: list(JUDGEMENT),
  undefined: maybe(list(UNDEFINED)),
  shard: maybe(SHARD),
  interrupted: maybe(truth),
});
