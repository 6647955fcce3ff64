/** What completes a judgement: the world that a rule is tried in, by names and numbers that survive JSON. */

import type { FileName } from "../model/abstract/behaviour.ts";
import type { Arch } from "../model/arch.ts";
import { x86_64 } from "../model/arch.ts";
import type { RuleKind, RuleUse } from "../model/rule/parameters.ts";
import type { Resize } from "../model/abstract/machine.ts";

/** A rule of the user's own that stands beside the judged one. */
export interface RuleBeside {
  readonly kind: BesideKind;
  readonly id: string;
  /** C, as it was written. */
  readonly text: string;
}
export const BESIDE_KINDS = ["map", "level", "order"] as const satisfies readonly RuleKind[];
export type BesideKind = (typeof BESIDE_KINDS)[number];

/** Of a map rule that allows all that the folio fills; of a level rule that forbids nothing, not even what a slot's ends cut. */
export const NONE = "none";

export interface Setting {
  /** Orders the file may take, ascending, no two alike. */
  readonly orders: readonly number[];
  readonly resize: Resize;
  /** Ids of rules, of the catalogue, of `beside`, or `NONE`; the judged rule stands in place of the one of its kind. */
  readonly bind_rule: string;
  readonly map_rule: string;
  readonly level_rule: string;
  /** Which orders a fault may allocate; all that the file has, where none is named. */
  readonly order_rule?: string;
  /** Those of the ids above that are no rules of the catalogue. */
  readonly beside?: readonly RuleBeside[];
  /** How the file is made, of model/abstract/behaviour.ts; the plain one, which ftruncate resizes at will, where there is none. */
  readonly file?: FileName;
  /** C over what a bind rule reads: the slots that it has to take; or "layouts", those of real VMMs. */
  readonly must_accept?: string;
  /** What the judged rule's true says, where the user said so. */
  readonly use?: RuleUse;
  /** NAME=y or NAME=EXPR: what the user settled of the judged rule's text. */
  readonly let?: readonly string[];
  /** C that is taken for granted whenever the judged rule is asked. */
  readonly assume?: readonly string[];
  /** What the judged rule calls and does not show may change the slot, too. */
  readonly strict_calls?: true;
}

export const DEFAULT_SETTING: Setting = {
  orders: [0, ...x86_64.levels.toReversed()],
  resize: "any",
  bind_rule: "none",
  map_rule: "folio_order",
  level_rule: "stock",
};

/** Where nothing says which levels a slot may use, its ends say nothing, either. */
export const archOf = ({ level_rule }: Pick<Setting, "level_rule">): Arch =>
  level_rule === NONE ? { ...x86_64, maps_cut_blocks: true } : x86_64;

type Unit = readonly [string, number];
const KIB: Unit = ["K", 10];
const UNITS: readonly Unit[] = [["G", 30], ["M", 20], KIB];

/** A folio size as people write it: order 9 is "2M". */
export function orderText(order: number): string {
  const shift = order + 12;
  const [unit, bits] = UNITS.find(([, at]) => shift >= at) ?? KIB;
  return `${2 ** (shift - bits)}${unit}`;
}

/** The order that a text like "4K", "2M" or "1G" means; undefined unless it is a power of two from 4K to 1G. */
export function orderFromText(text: string): number | undefined {
  const [, number, letter] = /^([1-9]\d*)([KMG])$/.exec(text.trim().toUpperCase()) ?? [];
  const [, bits] = UNITS.find(([unit]) => unit === letter) ?? [];
  if (bits === undefined) return undefined;
  const order = Math.log2(Number(number)) + bits - 12;
  return Number.isInteger(order) && order >= 0 && order <= 18 ? order : undefined;
}
