/** From command line words to a setting, the claims and the engines. */

import type { ClaimName, OwnClaim } from "../../../model/claim.ts";
import {
  ALL_CLAIMS,
  ALLOCATION_CLAIMS,
  BINDING_CLAIMS,
  CLAIM_NAMES,
  MAPPING_CLAIMS,
  nameOf,
  ownClaim,
} from "../../../model/claim.ts";
import { RESIZES } from "../../../model/abstract/machine.ts";
import { CATALOGUE } from "../../../model/rule/catalogue/catalogue.ts";
import { meant } from "../../../sim/c/syntax/nearest.ts";
import { visible } from "../../../sim/visible.ts";
import type { BesideKind, RuleBeside, Setting } from "../../../sim/setting.ts";
import { DEFAULT_SETTING, NONE, orderFromText } from "../../../sim/setting.ts";
import { KERNELS } from "../../judge/kernels.ts";
import type { Engine } from "../../judge/verdict.ts";
import { ENGINES } from "../../judge/verdict.ts";
import { UsageError } from "./io.ts";

export interface SettingWords {
  readonly orders?: string;
  readonly resize?: string;
  readonly mapRule?: string;
  readonly levelRule?: string;
  readonly orderRule?: string;
  /** Those of the three that are none of the catalogue. */
  readonly beside?: readonly RuleBeside[];
  readonly kernel?: string;
  readonly mustAccept?: string;
  readonly let?: readonly string[];
  readonly assume?: readonly string[];
  readonly strictCalls?: boolean;
}

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

/** Folio sizes between commas, ascending. @throws UsageError */
export function ordersFrom(text: string): number[] {
  const orders = listOf(text).map((word) => {
    const order = orderFromText(word);
    if (order === undefined) throw new UsageError(`--orders: "${word}" is no power of two from 4K to 1G`);
    return order;
  });
  if (orders.length === 0) throw new UsageError("--orders: name at least one folio size, such as 4K,2M,1G");
  return [...new Set(orders)].toSorted((a, b) => a - b);
}

/** Those of a run that names none: what it says is the same with and without z3 installed. */
const DEFAULT_ENGINES: readonly Engine[] = ENGINES.filter((engine) => engine !== "z3");

/** @throws UsageError that says what there is, and what was meant */
export function oneOf<T extends string>(words: readonly T[], word: string, option: string): T {
  const found = words.find((known) => known === word);
  if (found === undefined) {
    throw new UsageError(`${option}: "${word}" is none of ${words.join(", ")}${meant(word, words)}`);
  }
  return found;
}

function ruleOf(id: string, kind: BesideKind, isRule: (id: string, kind: BesideKind) => boolean): string {
  if (isRule(id, kind) || (id === NONE && kind !== "order")) return id;
  const ids = CATALOGUE.filter((entry) => entry.kind === kind).map((entry) => entry.id);
  throw new UsageError(`--${kind}-rule: "${id}" is no ${kind} rule of the catalogue and no file${meant(id, ids)}`);
}

/** The setting that the words make; a named kernel first, the single options over it. */
export function settingFrom(words: SettingWords, isRule: (id: string, kind: BesideKind) => boolean): Setting {
  const { kernel } = words;
  if (kernel !== undefined) oneOf(Object.keys(KERNELS), kernel, "--kernel");
  const base: Setting = { ...DEFAULT_SETTING, ...(kernel === undefined ? {} : KERNELS[kernel]?.setting) };
  const map_rule = ruleOf(words.mapRule ?? base.map_rule, "map", isRule);
  const level_rule = ruleOf(words.levelRule ?? base.level_rule, "level", isRule);
  return {
    orders: words.orders === undefined ? base.orders : ordersFrom(words.orders),
    resize: words.resize === undefined ? base.resize : oneOf(RESIZES, words.resize, "--resize"),
    bind_rule: base.bind_rule,
    map_rule,
    level_rule,
    ...(words.orderRule === undefined ? {} : { order_rule: ruleOf(words.orderRule, "order", isRule) }),
    ...(words.beside === undefined ? {} : { beside: words.beside }),
    ...(base.file === undefined ? {} : { file: base.file }),
    ...(words.mustAccept === undefined ? {} : { must_accept: visible(words.mustAccept.trim()) }),
    ...(words.let === undefined ? {} : { let: words.let.map((word) => visible(word.trim())) }),
    ...(words.assume === undefined ? {} : { assume: words.assume.map((word) => visible(word.trim())) }),
    ...(words.strictCalls === true && { strict_calls: true as const }),
  };
}

/** What --claims takes, between commas. */
export const CLAIM_WORDS = [...ALL_CLAIMS, "allocation", "mapping", "binding", "all"] as const;

/** "allocation", "mapping", "all" (both, as by default), "binding" or names of claims, in the claims' own order. */
export function claimsFrom(
  text: string | undefined,
  byDefault: readonly ClaimName[] = CLAIM_NAMES,
  saysMust = false,
): readonly ClaimName[] {
  const must: readonly ClaimName[] = saysMust ? ["accepts"] : [];
  if (text === undefined) return [...byDefault, ...must];
  const asked = new Set(
    listOf(text).flatMap((word): readonly ClaimName[] => {
      const name = oneOf(CLAIM_WORDS, word, "--claims");
      if (name === "all") return CLAIM_NAMES;
      if (name === "allocation") return ALLOCATION_CLAIMS;
      if (name === "binding") return BINDING_CLAIMS.filter((claim) => claim !== "accepts");
      return name === "mapping" ? MAPPING_CLAIMS : [name];
    }),
  );
  if (asked.size === 0) throw new UsageError("--claims: name at least one claim");
  if (asked.has("accepts") && !saysMust) {
    throw new UsageError("--claims: accepts is about slots that --must-accept names, and it names none");
  }
  return ALL_CLAIMS.filter((claim) => asked.has(claim) || must.includes(claim));
}

/** "NAME: EXPR" each, of names that nothing else has. */
export function ownClaimsFrom(words: readonly string[]): readonly OwnClaim[] {
  const own = words.map((word) => {
    const claim = ownClaim(visible(word));
    if (claim === undefined) {
      throw new UsageError(
        `--claim: 'name: EXPR' is wanted, of a name in lower case that no claim has yet, not "${visible(word)}"`,
      );
    }
    return claim;
  });
  const twice = own.map(nameOf).find((name, at, all) => all.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(`--claim: two claims are called ${twice}`);
  return own;
}

export function enginesFrom(text: string | undefined): readonly Engine[] {
  if (text === undefined) return DEFAULT_ENGINES;
  const asked = new Set(listOf(text).map((word) => oneOf(ENGINES, word, "--engine")));
  if (asked.size === 0) throw new UsageError("--engine: name at least one engine");
  return ENGINES.filter((engine) => asked.has(engine));
}

/** A whole number of an option. @throws UsageError that names the option and its range */
export function wholeNumber(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(n) || n < least || n > most) {
      throw new UsageError(`${option}: "${text}" is no whole number from ${least} to ${most}`);
    }
    return n;
  };
}
