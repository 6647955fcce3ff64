/** How results are told, and the exit code that goes with them. */

import { exitCode } from "../../judge/verdict.ts";
import type { Io } from "../terminal/io.ts";
import { EXIT, UsageError } from "../terminal/io.ts";
import { oneOf } from "../terminal/setting.ts";
import type { Report } from "./json.ts";
import { judgeJson } from "./json.ts";

export const FORMATS = ["text", "json", "junit", "sarif", "github", "ktap", "patchwork"] as const;
export type Format = (typeof FORMATS)[number];

export function formatFrom({ format, json }: { readonly format?: string; readonly json?: boolean }): Format {
  if (format === undefined) return json === true ? "json" : "text";
  const found = oneOf(FORMATS, format, "--format");
  if (json === true && found !== "json") throw new UsageError(`--json and --format ${found} do not go together`);
  return found;
}

/** Tell a report in a format for machines. Text is told by the command itself. */
export async function tellReport(report: Report, format: Exclude<Format, "text">, io: Io): Promise<void> {
  switch (format) {
    case "json":
      io.out(judgeJson(report));
      return;
    case "junit":
      io.out((await import("./junit.ts")).toJunit(report));
      return;
    case "sarif":
      io.out((await import("./sarif.ts")).toSarif(report));
      return;
    case "github": {
      const { toAnnotations, toSummary } = await import("./github.ts");
      io.out(toAnnotations(report));
      io.summary?.(toSummary(report));
      return;
    }
    case "ktap":
      io.out((await import("./ktap.ts")).toKtap(report));
      return;
    case "patchwork":
      io.out((await import("./patchwork.ts")).toPatchwork(report));
      return;
    default:
      format satisfies never;
  }
}

/** As the issue of the whole: of a shard, only what no other shard can change. */
export function codeOf(report: Report): number {
  if (report.interrupted) return EXIT.interrupted;
  const { judged, shard, contracts = [] } = report;
  const all = [...judged, ...contracts].flatMap(({ judgements }) => [...judgements]);
  const code = exitCode(all);
  // Where it takes a value that nobody knows, that value may never be.
  const undefinedMet = [...judged, ...contracts].some(({ undefinedInputs }) =>
    undefinedInputs.some(({ given }) => given === undefined),
  );
  if (code === EXIT.refuted || undefinedMet) return EXIT.refuted;
  return shard === undefined ? code : EXIT.holds;
}
