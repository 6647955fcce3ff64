/** `foliofence replay`: a counterexample in any of its formats, or a kernel's trace, on the models. */

import { RULE_KINDS } from "../../model/rule/parameters.ts";
import { withOwnClaims } from "../judge/own-claims.ts";
import { brokenBy } from "../../sim/words/claim.ts";
import type { ClaimName } from "../../model/claim.ts";
import { claimOf, exprOf, isClaim, nameOf } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { newVm } from "../../model/abstract/machine.ts";
import { linesOf } from "../../sim/words/op-line.ts";
import type { Imported } from "../../sim/script/import.ts";
import { importScript } from "../../sim/script/import.ts";
import { describeEffect } from "../../sim/words/story.ts";
import { traceText } from "../../sim/kernel/trace-file.ts";
import { run } from "../../sim/trace.ts";
import { excess } from "../claims/always.ts";
import type { TraceReport } from "../conform/replay-trace.ts";
import { replayTraceFile } from "../conform/replay-trace.ts";
import { readingOf } from "../judge/reading.ts";
import { rulesOf } from "../judge/context.ts";
import { withBeside } from "../judge/beside.ts";
import { idOf } from "../judge/none.ts";
import { withMustAccept } from "../judge/must-accept.ts";
import type { Rulebook } from "../judge/rulebook.ts";
import { brokenAt } from "../claims/run.ts";
import { worldOf } from "../../sim/world.ts";
import { isOfContract, replayContract } from "./replay-contract.ts";
import { readText } from "./terminal/files.ts";
import type { Io } from "./terminal/io.ts";
import { readingOnly, EXIT, UsageError } from "./terminal/io.ts";
import { paint } from "./terminal/paint.ts";
import { settingText } from "./format/text.ts";

export interface ReplayFlags {
  readonly json?: boolean;
}

function ruleOf(imported: Imported, file: string, book: Rulebook): Rule {
  const { rule } = imported;
  const kind = RULE_KINDS.find((known) => known === rule.kind);
  if (kind === undefined) throw new UsageError(`${file}: "${rule.kind}" is no kind of rule`);
  const { use } = imported.setting;
  const reading = readingIn(imported.setting, file);
  const parsed = book.parse(rule.text, { file, id: rule.id, kind, ...(use && { use }), reading });
  if (!parsed.ok) throw new UsageError(`${file}: the rule in it: ${parsed.error.message}`);
  const [first] = parsed.rules;
  if (first === undefined) throw new UsageError(`${file}: no rule in it`);
  return { ...first, id: rule.id };
}

function readingIn(setting: Imported["setting"], file: string): ReturnType<typeof readingOf> {
  try {
    return readingOf(setting);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
}

/** With the slots that the setting says must be taken, and a claim of the user's own. */
function knowing(book: Rulebook, setting: Imported["setting"], claim: ClaimName, file: string): Rulebook {
  try {
    return withOwnClaims(withMustAccept(withBeside(book, setting), setting), [claim]);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
}

function replayCounterexample(imported: Imported, file: string, flags: ReplayFlags, io: Io, book: Rulebook): number {
  const { setting, ops, id } = imported;
  const { claim } = imported;
  if (!isClaim(claim)) throw new UsageError(`${file}: "${claim}" is no claim`);
  const known = knowing(book, setting, claim, file);
  for (const [kind, name] of [
    ["map", idOf("map", setting.map_rule)],
    ["level", idOf("level", setting.level_rule)],
    ...(setting.order_rule === undefined ? [] : [["order", setting.order_rule] as const]),
  ] as const) {
    if (!known.has(name, kind)) throw new UsageError(`${file}: "${name}" is no ${kind} rule of the catalogue`);
  }
  const rule = ruleOf(imported, file, book);
  const rules = rulesOf(rule, { setting, ruleById: known.byId, claims: [claim] });
  const { world } = worldOf(rules, setting);
  const trace = run(world, ops);
  const vm = newVm(world);
  const at = brokenAt(vm, claim, ops);
  const pages = at < 0 ? 0 : excess(claim, vm);
  if (flags.json === true) {
    const verdict = at < 0 ? "holds" : "refuted";
    io.out(
      `${JSON.stringify({ id, rule: rule.id, claim: nameOf(claim), ...exprOf(claim), verdict, step: at, excess_pages: pages, ops, trace }, undefined, 2)}\n`,
    );
  } else {
    const ink = paint(io.color);
    const told = linesOf(ops);
    const lines = [
      `${ink.strong(id)}: ${rule.id}, ${nameOf(claim)}`,
      ink.faint(settingText(setting, [rule.kind])),
      ...trace.map((step, i) => `  ${i + 1}. ${told[i]}: ${describeEffect(step.effect)}`),
      at < 0
        ? `${nameOf(claim)} holds: ${claimOf(claim).sentence}`
        : ink.bad(`${nameOf(claim)} is broken by step ${at + 1}: ${brokenBy(claim, pages)}`),
    ];
    io.out(`${lines.join("\n")}\n`);
  }
  return at < 0 ? EXIT.holds : EXIT.refuted;
}

function tellTraces(report: TraceReport, file: string, io: Io): void {
  const ink = paint(io.color);
  const { traces, steps, agree, disagreements } = report;
  for (const { id, step, op, expected, model, before } of disagreements) {
    io.out(
      [
        ink.bad(`${id}: step ${step} differs`),
        `  op        ${traceText(op)}`,
        `  kernel    ${traceText(expected)}`,
        `  model     ${traceText(model)}`,
        "  before it the model held",
        ...before.split("\n").map((line) => `    ${line}`),
        "",
      ].join("\n"),
    );
  }
  io.out(`${file}: ${traces} traces, ${steps} steps: ${agree} traces agree, ${disagreements.length} do not\n`);
}

/** A counterexample from its text. @param file how it is called in messages */
export function replayText(text: string, file: string, flags: ReplayFlags, io: Io, book: Rulebook): number {
  if (isOfContract(text)) return replayContract(text, file, flags, io, book);
  const imported = importScript(text, file);
  if (!imported.ok) throw new UsageError(imported.message);
  return replayCounterexample(imported, file, flags, io, book);
}

export const replayCommand = (file: string, flags: ReplayFlags, io: Io, book: () => Rulebook): number =>
  readingOnly(io, () => replayFile(file, flags, io, book));

function replayFile(file: string, flags: ReplayFlags, io: Io, book: () => Rulebook): number {
  const text = readText(file);
  if (!file.endsWith(".jsonl")) return replayText(text, file, flags, io, book());
  const report = replayTraceFile(text, file);
  if ("error" in report) throw new UsageError(`${file}:${report.error.line}: ${report.error.message}`);
  // Nothing that agrees would pass for agreement.
  if (report.steps === 0) throw new UsageError(`${file}: no step of a trace in it`);
  if (flags.json === true) io.out(`${traceText(report, 2)}\n`);
  else tellTraces(report, file, io);
  return report.disagreements.length === 0 ? EXIT.holds : EXIT.disagree;
}
