/** A question of the mail thread as a run of the simulator: what is done, what happens, what must come of it. */

import type { ClaimName } from "../../model/claim.ts";
import { CLAIM_NAMES } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import type { Setting } from "../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import type { Trace } from "../../sim/trace.ts";
import { step } from "../../sim/step.ts";
import { excess } from "../claims/always.ts";
import { worldOf } from "../../sim/world.ts";

/** One run. What it must come to is part of it, so that a scenario is a test wherever it is told. */
export interface Part {
  readonly title: string;
  /** Id of the bind rule. */
  readonly rule: string;
  readonly setting?: Partial<Setting>;
  readonly ops: readonly Op[];
  /** Steps that are refused, and by which check; from 0. */
  readonly refused?: Readonly<Record<number, string>>;
  /** Claims broken at some step of the run, and no others. */
  readonly breaks: readonly ClaimName[];
  /** Pages in the file's folios at the end: what is charged. */
  readonly charged?: number;
}

export interface Scenario {
  readonly name: string;
  readonly question: string;
  readonly parts: readonly Part[];
  /** What the runs show, in a sentence or two. */
  readonly answer: string;
  /** Further lines worked out from the rules, for scenarios that compare layouts. */
  readonly more?: (ruleById: (id: string) => Rule) => readonly string[];
}

export interface ToldPart {
  readonly part: Part;
  readonly trace: Trace;
  readonly refused: Readonly<Record<number, string>>;
  /** Claims broken, each with the step and the number of pages. */
  readonly broken: readonly { readonly claim: ClaimName; readonly at: number; readonly pages: number }[];
  readonly charged: number;
}

export function runPart(part: Part, ruleById: (id: string) => Rule): ToldPart {
  const setting: Setting = { ...DEFAULT_SETTING, ...part.setting };
  const rules = {
    bind: ruleById(part.rule),
    map: ruleById(setting.map_rule),
    level: ruleById(setting.level_rule),
  };
  const vm = newVm(worldOf(rules, setting).world);
  const refused: Record<number, string> = {};
  const broken: { claim: ClaimName; at: number; pages: number }[] = [];
  const trace = part.ops.map((op, at) => {
    const effect = step(vm, op);
    if (effect.effect === "refused") refused[at] = effect.check;
    for (const claim of CLAIM_NAMES) {
      const pages = excess(claim, vm);
      if (pages > 0 && !broken.some((b) => b.claim === claim)) broken.push({ claim, at, pages });
    }
    return { op, effect };
  });
  return { part, trace, refused, broken, charged: vm.file.folios.pages };
}

/** How a run differs from what its part says it must come to; nothing where it does not. */
export function differences(told: ToldPart): string[] {
  const { part } = told;
  const broken = CLAIM_NAMES.filter((claim) => told.broken.some((b) => b.claim === claim));
  const expected = CLAIM_NAMES.filter((claim) => part.breaks.includes(claim));
  const found: string[] = [];
  if (broken.join() !== expected.join())
    found.push(`breaks ${broken.join(", ") || "nothing"}, not ${expected.join(", ") || "nothing"}`);
  const refusals = JSON.stringify(told.refused);
  if (refusals !== JSON.stringify(part.refused ?? {}))
    found.push(`refusals ${refusals}, not ${JSON.stringify(part.refused ?? {})}`);
  if (part.charged !== undefined && part.charged !== told.charged) {
    found.push(`${told.charged} pages charged, not ${part.charged}`);
  }
  return found;
}
