/** What follows from the page's state: the rules, the machine's run, the slot in hand. */

import type { Rule } from "../../../model/rule/tree.ts";
import type { Setting } from "../../../sim/setting.ts";
import { readingOf } from "../../judge/reading.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import type { CompiledWorld, Rules } from "../../../sim/world.ts";
import { worldOf } from "../../../sim/world.ts";
import type { Moment } from "./moments.ts";
import { momentsOf } from "./moments.ts";
import type { Check, PageState } from "./state.ts";
import type { Hand } from "./story.ts";
import { handOf } from "./story.ts";

/** Where the check cannot be read; both count from 1. */
export interface Unreadable {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Judging {
  readonly rule: Rule;
  /** All rules of the text that the judged one is from. */
  readonly choices: readonly Rule[];
  readonly rules: Rules;
  readonly setting: Setting;
  readonly compiled: CompiledWorld;
}

export interface Derived extends Judging {
  readonly moments: readonly Moment[];
  readonly hand: Hand | undefined;
}

export type Judgeable =
  { readonly ok: true; readonly judging: Judging } | { readonly ok: false; readonly error: Unreadable };

const unreadable = (message: string): Judgeable => ({
  ok: false,
  error: { line: 1, column: 1, message },
});

function choicesOf(book: Rulebook, check: Check, setting: Setting): ReturnType<Rulebook["parse"]> {
  if ("text" in check) {
    try {
      return book.parse(check.text, { reading: readingOf(setting) });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { ok: false, error: { line: 1, column: 1, message: error.message } };
    }
  }
  if (book.has(check.id)) return { ok: true, rules: [book.byId(check.id)] };
  return {
    ok: false,
    error: {
      line: 1,
      column: 1,
      message: `no rule "${check.id}" in the catalogue`,
    },
  };
}

const KINDS = ["bind", "map", "level"] as const;

/** Reads and compiles the check and the rules beside it. */
export function judgingOf(book: Rulebook, check: Check, setting: Setting): Judgeable {
  const parsed = choicesOf(book, check, setting);
  if (!parsed.ok) return parsed;
  const rule = parsed.rules["text" in check ? check.pick : 0] ?? parsed.rules[0];
  if (rule === undefined) return unreadable("no rule in this text");
  if (setting.orders.length === 0) return unreadable("the file can take no folio size");
  const wrong = KINDS.find((kind) => kind !== rule.kind && !book.has(setting[`${kind}_rule`], kind));
  if (wrong !== undefined) return unreadable(`no ${wrong} rule "${setting[`${wrong}_rule`]}" in the catalogue`);
  const beside = (kind: (typeof KINDS)[number]): Rule =>
    kind === rule.kind ? rule : book.byId(setting[`${kind}_rule`]);
  const rules = {
    bind: beside("bind"),
    map: beside("map"),
    level: beside("level"),
    ...(rule.kind === "order" && { order: rule }),
  };
  const judged = { ...setting, [`${rule.kind}_rule`]: rule.id };
  return {
    ok: true,
    judging: {
      rule,
      choices: parsed.rules,
      rules,
      setting: judged,
      compiled: worldOf(rules, judged),
    },
  };
}

/** The order that the file starts with. */
export const firstOrder = ({ orders }: Setting): number => orders[0] ?? 0;

/** Runs the story. */
export const derive = (judging: Judging, { ops }: PageState): Derived => ({
  ...judging,
  moments: momentsOf(judging.compiled.world, ops),
  hand: handOf(ops, firstOrder(judging.setting)),
});
