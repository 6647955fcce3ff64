/** `foliofence scenarios`: the questions of the thread, told step by step. */

import { meant } from "../../sim/c/syntax/nearest.ts";
import { brokenBy } from "../../sim/words/claim.ts";
import { amount } from "../../sim/words/amount.ts";
import { inText } from "../../sim/words/op-line.ts";
import { describeEffect } from "../../sim/words/story.ts";
import type { Rulebook } from "../judge/rulebook.ts";
import type { Scenario, ToldPart } from "../scenarios/scenario.ts";
import { differences, runPart } from "../scenarios/scenario.ts";
import { SCENARIOS } from "../scenarios/thread.ts";
import type { Io } from "./terminal/io.ts";
import { EXIT, UsageError } from "./terminal/io.ts";
import type { Paint } from "./terminal/paint.ts";
import { paint } from "./terminal/paint.ts";

function partLines({ part, trace, broken, charged }: ToldPart, ink: Paint): string[] {
  const lines = [`  ${part.title} (rule ${ink.name(part.rule)})`];
  for (const [at, { op, effect }] of trace.entries()) {
    lines.push(`    ${at + 1}. ${inText(op, part.ops)}: ${describeEffect(effect)}`);
    if (effect.effect === "faulted") {
      const { mapping } = effect;
      lines.push(
        `       mapped: ${amount(mapping.gfns.npages)} at gpa 0x${(BigInt(mapping.gfns.start) << 12n).toString(16)}`,
      );
    }
    for (const b of broken.filter((one) => one.at === at)) {
      lines.push(ink.bad(`       ${b.claim} is broken: ${brokenBy(b.claim, b.pages)}`));
    }
  }
  if (broken.length === 0) lines.push("    no claim is broken");
  if (part.charged !== undefined) lines.push(`    ${amount(charged)} of the file is charged`);
  return lines;
}

function runScenario(scenario: Scenario, book: Rulebook, ink: Paint): { lines: string[]; wrong: string[] } {
  const parts = scenario.parts.map((part) => runPart(part, book.byId));
  const lines = [
    `${ink.strong(scenario.name)}: ${scenario.question}`,
    ...parts.flatMap((part) => ["", ...partLines(part, ink)]),
    "",
    ...(scenario.more?.(book.byId).map((line) => `  ${line}`) ?? []),
    `  ${ink.strong(scenario.answer)}`,
    "",
  ];
  return { lines, wrong: parts.flatMap((part) => differences(part).map((text) => `${part.part.title}: ${text}`)) };
}

export interface ScenarioFlags {
  readonly json?: boolean;
}

export function scenariosCommand(name: string | undefined, flags: ScenarioFlags, io: Io, book: Rulebook): number {
  const chosen = name === undefined ? SCENARIOS : SCENARIOS.filter((scenario) => scenario.name === name);
  if (chosen.length === 0) {
    const names = SCENARIOS.map((one) => one.name);
    throw new UsageError(`no scenario "${name ?? ""}"${meant(name ?? "", names) || `; there are ${names.join(", ")}`}`);
  }
  if (flags.json === true) {
    const toldAll = chosen.map(({ name: id, question, answer, parts }) => ({
      name: id,
      question,
      answer,
      parts: parts.map((part) => {
        const { trace, broken, charged } = runPart(part, book.byId);
        return { title: part.title, rule: part.rule, trace, broken, charged_pages: charged };
      }),
    }));
    io.out(`${JSON.stringify({ scenarios: toldAll }, undefined, 2)}\n`);
    return EXIT.holds;
  }
  const ink = paint(io.color);
  if (name === undefined) {
    const width = Math.max(...SCENARIOS.map((one) => one.name.length));
    for (const one of chosen) io.out(`${ink.name(one.name.padEnd(width))}  ${one.question}\n`);
    io.out("\nfoliofence scenarios NAME tells one step by step.\n");
  }
  const results = chosen.map((scenario) => runScenario(scenario, book, ink));
  if (name !== undefined) for (const { lines } of results) io.out(`${lines.join("\n")}\n`);
  const wrong = results.flatMap((result) => result.wrong);
  for (const text of wrong) io.err(`${text}\n`);
  return wrong.length === 0 ? EXIT.holds : EXIT.disagree;
}
