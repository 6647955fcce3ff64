/** `foliofence judge --fix`: the smallest sets of added premises that make a rule hold, and what each costs. */

import { archOf } from "../../../sim/setting.ts";
import type { ClaimName } from "../../../model/claim.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Setting } from "../../../sim/setting.ts";
import { slotsOf, VMM_LAYOUTS } from "../../../sim/layout/vmm-layouts.ts";
import type { Fix, Fixes } from "../../prove/fix/fix.ts";
import type { Prover } from "../../prove/prover.ts";
import { fixesForAll } from "../../prove/fix/all.ts";
import { claimsOf, rulesOf } from "../../judge/context.ts";
import { acceptedSlots } from "../../judge/layouts.ts";
import type { Answer, Cost, RealSlot, RuleAnswer } from "./fix-text.ts";
import { ruleLines } from "./fix-text.ts";
import { formatFrom } from "../format/format.ts";
import { readingOnly, EXIT, UsageError } from "../terminal/io.ts";
import { solversOf } from "../../judge/verdict.ts";
import type { JudgeContext, JudgeFlags } from "./flags.ts";
import { rulesOfFlags } from "./flags.ts";
import { settingJson } from "../format/json.ts";
import { paint } from "../terminal/paint.ts";
import { settingText } from "../format/text.ts";
import { enginesFrom, claimsFrom, settingFrom } from "../terminal/setting.ts";

/** Slots of real layouts that a bind rule takes: what a fix may newly refuse. */
function takenBy(bind: Rule, largest: number): RealSlot[] {
  return VMM_LAYOUTS.flatMap((layout) => {
    const said = acceptedSlots(slotsOf(layout), [bind], largest);
    return layout.slots.flatMap((one, slot) =>
      said[slot]?.accepted[bind.id] === true ? [{ ...one, layout: layout.name, slot }] : [],
    );
  });
}

async function answerFor(
  rule: Rule,
  claims: readonly ClaimName[],
  setting: Setting,
  book: JudgeContext["book"],
  prover: Prover,
): Promise<RuleAnswer> {
  const rules = rulesOf(rule, { setting, ruleById: book.byId });
  const largest = Math.max(...setting.orders);
  const folio = 4096n << BigInt(largest);
  const taken = takenBy(rules.bind, largest);
  const cost = (fix: Fix): Cost => ({ fix, refuses: taken.filter((slot) => !fix.accepts({ ...slot, folio })) });
  const all: Fixes[] = [];
  for (const claim of claimsOf(rule, claims)) {
    all.push(await prover.fixes({ rules, setting, arch: archOf(setting) }, claim)); // oxlint-disable-line no-await-in-loop -- what one asks serves the next
  }
  const answers: Answer[] = all.map(({ claim, holds, fixes, undecided }) => ({
    claim,
    holds,
    costs: fixes.map(cost),
    undecided,
  }));
  const broken = all.filter(({ holds }) => !holds);
  if (broken.length > 1) {
    const together = fixesForAll(
      broken.map(({ fixes }) => fixes),
      largest,
    );
    answers.unshift({ claim: "all claims asked", holds: false, costs: together.map(cost), undecided: [] });
  }
  return { rule, taken: taken.length, answers };
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

const answerJson = ({ rule, taken, answers }: RuleAnswer): object[] =>
  answers.map(({ claim, holds, costs, undecided }) => ({
    rule: rule.id,
    claim: claim === "all claims asked" ? "all" : claim,
    holds,
    slots_taken: taken,
    fixes: costs.map(({ fix, refuses }) => ({
      premises: fix.premises,
      sentences: fix.sentences,
      check: fix.check,
      refuses: refuses.map(({ layout, slot, gpa, size, offset }) => ({
        layout,
        slot,
        gpa: hex(gpa),
        size: hex(size),
        offset: hex(offset),
      })),
    })),
    undecided,
  }));

/** 0 where nothing needs a fix, 1 where something does, 3 where the solver did not decide whether it does. */
function codeOf(answers: readonly Answer[]): number {
  const needing = answers.filter(({ holds }) => !holds);
  const unsure = ({ undecided }: Answer): boolean => undecided.some((names) => names.length === 0);
  if (needing.some((answer) => !unsure(answer))) return EXIT.refuted;
  return needing.length > 0 ? EXIT.inconclusive : EXIT.holds;
}

export async function fixCommand(words: readonly string[], flags: JudgeFlags, context: JudgeContext): Promise<number> {
  const { io, version, book } = context;
  const format = formatFrom(flags);
  if (format !== "text" && format !== "json") throw new UsageError(`--fix: there is no format ${format} for it`);
  if (words.length + (flags.expression?.length ?? 0) === 0) throw new UsageError("--fix: name the rules to mend");
  const setting = settingFrom(flags, book.has);
  const claims = claimsFrom(flags.claims);
  const rules = readingOnly(io, () => rulesOfFlags(words, flags, book));
  const idle = rules.find((rule) => claimsOf(rule, claims).length === 0);
  if (idle !== undefined) throw new UsageError(`--claims: ${idle.id} has no say in what is allocated`);
  const prover = await context.prover(solversOf(enginesFrom(flags.engine ?? "prove")));
  const told: RuleAnswer[] = [];
  for (const rule of rules) {
    if (io.interrupted()) break;
    told.push(await answerFor(rule, claims, setting, book, prover)); // oxlint-disable-line no-await-in-loop -- one after the other, so that Ctrl-C leaves whole answers
  }
  if (format === "json") {
    const fixes = told.flatMap(answerJson);
    io.out(
      `${JSON.stringify({ foliofence: version, schema: 1, setting: settingJson(setting), fixes }, undefined, 2)}\n`,
    );
  } else {
    const ink = paint(io.color);
    io.out(
      `${[
        ...told.flatMap((one) => ruleLines(one, ink)),
        ink.faint(
          settingText(
            setting,
            rules.map(({ kind }) => kind),
          ),
        ),
      ].join("\n")}\n`,
    );
  }
  return io.interrupted() ? EXIT.interrupted : codeOf(told.flatMap(({ answers }) => answers));
}
