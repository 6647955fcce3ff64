/** What a program asks of the library, parsed before anything is judged: the same limits as the command line's. */

import * as v from "valibot";
import type { BuiltInClaim, ClaimName, FaultClaim } from "../../model/claim.ts";
import { ALL_CLAIMS, CLAIM_NAMES, isClaim, ownClaim } from "../../model/claim.ts";
import { RESIZES } from "../../model/abstract/machine.ts";
import type { World } from "../../model/abstract/machine.ts";
import { RULE_KINDS } from "../../model/rule/parameters.ts";
import { MAX_ORDER } from "../../model/units.ts";
import { OP_LIST } from "../../sim/schema/op.ts";
import { exactly, list, maybe, parseInput, shown, some, text, truth, whole, word } from "../../sim/schema/parse.ts";
import { SETTING_GIVEN } from "../../sim/schema/setting.ts";
import type { Setting } from "../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import { ENGINES } from "../judge/verdict.ts";

const MOST = 2 ** 31 - 1;
const path = v.pipe(
  text,
  v.regex(/^\d{1,9}(:\d{1,9})*$/, ({ input }) => `${shown(input)} is no path of fast-check, such as 57 or 57:0:1`),
);
const callable = v.function((issue) => `${shown(issue.input)} is no function`);

/** As in fast-check. */
const RUNS = { seed: maybe(whole(-(2 ** 31), MOST)), numRuns: maybe(whole(1, MOST)), path: maybe(path) } as const;

/** A claim's name, or "NAME: EXPR". */
const CLAIM = v.pipe(
  text,
  v.transform((said): string => ownClaim(said) ?? said),
  v.check(isClaim, ({ input }) => `${shown(input)} is none of ${ALL_CLAIMS.join(", ")}, nor "NAME: EXPR"`),
  v.transform((said): ClaimName => said as ClaimName), // oxlint-disable-line typescript/no-unsafe-type-assertion -- it was checked
);

const JUDGE = exactly("request", {
  rule: text,
  kind: maybe(word(RULE_KINDS)),
  setting: maybe(SETTING_GIVEN),
  claims: maybe(some(CLAIM, "claim")),
  engines: maybe(some(word(ENGINES), "engine")),
  ...RUNS,
  examples: maybe(list(OP_LIST)),
});

const HUNT = exactly("options", {
  ...RUNS,
  seed: whole(-(2 ** 31), MOST),
  numRuns: whole(1, MOST),
  examples: maybe(list(OP_LIST)),
  withISize: maybe(truth),
  stop: maybe(callable),
});

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A member that is given as undefined is not given. */
const given = (value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) : value;

/** @throws RangeError that names the member which is wrong */
export function judgeAsked(request: unknown): v.InferOutput<typeof JUDGE> {
  const said = given(request);
  const setting = isObject(said) && "setting" in said ? { setting: given(said.setting) } : {};
  return parseInput(JUDGE, isObject(said) ? { ...said, ...setting } : said, "judge");
}

/** @throws RangeError that names the member which is wrong */
export const huntAsked = (options: unknown): void => {
  parseInput(HUNT, given(options), "hunt");
};

/** @throws RangeError for a name that is no claim */
export const claimsAsked = (claims: unknown): readonly BuiltInClaim[] =>
  parseInput(list(word(ALL_CLAIMS)), claims, "claims");

/** @throws RangeError for a name that is no claim about a fault */
export const faultClaimsAsked = (claims: unknown): readonly FaultClaim[] =>
  parseInput(list(word(CLAIM_NAMES)), claims, "claims");

/** What is not said of the setting is as by default. @throws RangeError that names the member which is wrong */
export const settingAsked = (setting: unknown): Setting => ({
  ...DEFAULT_SETTING,
  ...parseInput(SETTING_GIVEN, given(setting), "setting"),
});

const WORLD = exactly("world", {
  arch: v.unknown(),
  bind_rule: callable,
  map_rule: callable,
  level_rule: callable,
  orders: v.pipe(
    some(whole(0, MAX_ORDER), "order"),
    v.check(
      (orders) => orders.every((order, at) => at === 0 || order > (orders[at - 1] ?? Infinity)),
      ({ input }) => `${shown(input)} is not ascending, each once`,
    ),
  ),
  resize: word(RESIZES),
});

/** @throws RangeError that names the member which is wrong */
export const worldAsked = (world: World): void => {
  parseInput(WORLD, world, "world");
};
