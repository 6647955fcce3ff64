/** `foliofence conform`: the models against the running kernel. */

import { traceText } from "../../sim/kernel/trace-file.ts";
import type { ConformReport } from "../conform/conform.ts";
import { conform } from "../conform/conform.ts";
import { escapeText, showEscape } from "../conform/escape.ts";
import { writeWhole } from "./terminal/files.ts";
import type { Io } from "./terminal/io.ts";
import { EXIT } from "./terminal/io.ts";
import { paint } from "./terminal/paint.ts";
import { progressOf } from "./terminal/progress.ts";
import { wholeNumber } from "./terminal/setting.ts";

export interface ConformFlags {
  readonly ops?: string;
  readonly seed?: string;
  readonly record?: string;
  readonly escape?: boolean;
  readonly json?: boolean;
}

function printReport(report: ConformReport, io: Io): void {
  const ink = paint(io.color);
  const { kernel, family, ops, machines, discarded, disagreements, skipped } = report;
  for (const reason of skipped) io.out(`not run: ${reason}\n`);
  for (const { id, machine, step, expected, model, what, before, ops: shrunk, found_in } of disagreements) {
    io.out(
      [
        ink.bad(
          `${id}: the ${machine} machine differs at step ${step} in ${what}; shrunk from ${found_in} ops to ${shrunk.length}`,
        ),
        ...shrunk.map((op, at) => `  ${at === step ? ">" : " "} ${traceText(op)}`),
        `  kernel    ${traceText(expected)}`,
        `  machine   ${traceText(model)}`,
        "  before it the machine held",
        ...before.split("\n").map((line) => `    ${line}`),
        "",
      ].join("\n"),
    );
  }
  io.out(
    `kernel ${kernel}, family ${family}: ${ops} ops compared ` +
      `(kernel machine ${machines.kernel}, abstract machine ${machines.abstract}), ${discarded} cases discarded, ` +
      `${disagreements.length} disagreements\n`,
  );
}

export async function conformCommand(flags: ConformFlags, io: Io): Promise<number> {
  if (flags.escape === true) {
    const report = await showEscape();
    io.out(`${flags.json === true ? traceText(report) : escapeText(report)}\n`);
    if (report.ways.length === 0) return EXIT.inconclusive;
    return report.ways.every((way) => way.model_agrees) ? EXIT.holds : EXIT.disagree;
  }
  const ops = wholeNumber("--ops", 1, 1e9)(flags.ops ?? "20000");
  const lines: string[] = [];
  const stop = new AbortController();
  const progress = progressOf(io);
  const report = await conform({
    ops,
    seed: wholeNumber("--seed", -(2 ** 31), 2 ** 31 - 1)(flags.seed ?? "1"),
    ...(flags.record === undefined ? {} : { record: (trace) => void lines.push(traceText(trace)) }),
    onProgress: (done) => {
      progress.tell("conform", `${done} of ${ops} ops`);
      if (io.interrupted()) stop.abort();
    },
    signal: stop.signal,
  });
  progress.end();
  if (flags.record !== undefined) writeWhole(flags.record, lines.map((line) => `${line}\n`).join(""));
  if (flags.json === true) io.out(`${traceText(report)}\n`);
  else printReport(report, io);
  if (io.interrupted()) return EXIT.interrupted;
  if (report.disagreements.length > 0) return EXIT.disagree;
  // Nothing was compared at all: that is no agreement.
  return report.ops === 0 ? EXIT.inconclusive : EXIT.holds;
}
