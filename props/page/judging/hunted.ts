/** What the page's worker is asked and reports, and what is known of each claim by that. */

import { decidingIn } from "../../../sim/world.ts";
import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Setting } from "../../../sim/setting.ts";
import type { SlotHit } from "../../../sim/words/hits.ts";
import type { Rules, UndefinedInput } from "../../../sim/world.ts";
import { controlFor } from "../../claims/controls.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import type { Judgement } from "../../judge/verdict.ts";
import type { Judging } from "../state/derive.ts";

export interface HuntRequest {
  readonly rule: Rule;
  readonly rules: Rules;
  readonly setting: Setting;
  readonly claims: readonly ClaimName[];
  readonly seed: number;
  /** Of a first look, before the prover is asked. */
  readonly firstRuns: number;
  /** Where the prover left a claim open. */
  readonly numRuns: number;
  /** Every rule that the judgement may name: those beside the judged one, and the controls. The last of a name counts. */
  readonly catalogue: readonly Rule[];
}

export type HuntReport =
  | {
      readonly is: "started";
      readonly claim: ClaimName;
      readonly engine: string;
    }
  | {
      readonly is: "judged";
      readonly claim: ClaimName;
      readonly judgement: Judgement;
    }
  | {
      readonly is: "failed";
      readonly claim: ClaimName;
      readonly message: string;
    }
  | { readonly is: "undefined"; readonly inputs: readonly UndefinedInput[] }
  /** Of the built-in layouts; undefined where the check reads what no model knows. */
  | { readonly is: "layouts"; readonly hits: readonly SlotHit[] | undefined }
  | { readonly is: "done" };

/** What is known of a claim by now. */
export type Hunted =
  | { readonly is: "waiting" }
  | { readonly is: "searching"; readonly engine: string }
  | { readonly is: "judged"; readonly judgement: Judgement }
  /** The judged kind of rule has no say in this claim. */
  | { readonly is: "not_asked" }
  | { readonly is: "failed"; readonly message: string };

export type Claims = ReadonlyMap<ClaimName, Hunted>;

const FIRST_RUNS = 500;
const RUNS = 20_000;
const SEED = 1;

/**
 * What the worker is asked. The judged rule may be the reader's own, under any name: where the catalogue has that name
 * too, its rule comes later and counts, as the rules beside the judged one and the controls are named from there.
 */
export const requestOf = (book: Rulebook, { rule, rules, setting }: Judging): HuntRequest => ({
  rule,
  rules,
  setting,
  claims: CLAIM_NAMES,
  seed: SEED,
  firstRuns: FIRST_RUNS,
  numRuns: RUNS,
  catalogue: [rule, ...decidingIn(rules).filter((each) => each !== rule), ...controlsOf(book, rule, setting)],
});

/** The rules that a finding may be set beside; no others, as each of the catalogue's has to be parsed first. */
const controlsOf = (book: Rulebook, { kind }: Rule, setting: Setting): readonly Rule[] =>
  [...new Set(CLAIM_NAMES.map((claim) => controlFor(kind, claim, setting)))].map(book.byId);

/** Before the first report. */
export const WAITING: Claims = new Map(CLAIM_NAMES.map((claim) => [claim, { is: "waiting" }]));

/** What is known after a report more. */
export function after(claims: Claims, report: HuntReport): Claims {
  switch (report.is) {
    case "started":
      return new Map(claims).set(report.claim, {
        is: "searching",
        engine: report.engine,
      });
    case "judged":
      return new Map(claims).set(report.claim, {
        is: "judged",
        judgement: report.judgement,
      });
    case "failed":
      return new Map(claims).set(report.claim, {
        is: "failed",
        message: report.message,
      });
    case "undefined":
    case "layouts":
      return claims;
    case "done": {
      const open = [...claims].filter(([, { is }]) => is === "waiting" || is === "searching");
      return new Map([...claims, ...open.map(([claim]) => [claim, { is: "not_asked" }] as const)]);
    }
    default:
      return report satisfies never;
  }
}
