/**
 * The check of a patch as patchwork's REST API takes it (POST /api/patches/ID/checks/): state, target_url, description
 * and context. Where the report can be read is the reader's to add: it is not known here.
 */

import { contractsTold } from "./contract-words.ts";
import type { Report } from "./json.ts";
import { headline, standingOf } from "./words.ts";
import type { Standing } from "./words.ts";

/** A description longer than this is cut by patchwork's own pages. */
const MOST = 255;

const short = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);

/** Worst first. */
const STATES = {
  refuted: "fail",
  unexpected: "fail",
  vacuous: "warning",
  inconclusive: "warning",
  good: "success",
} as const satisfies Readonly<Record<Standing, string>>;

export const checkJson = (state: "success" | "warning" | "fail", description: string): string =>
  `${JSON.stringify({ state, target_url: "", description: short(description), context: "foliofence" }, undefined, 2)}\n`;

export function toPatchwork(report: Report): string {
  const contracts = contractsTold(report);
  const told = [
    ...report.judged.flatMap(({ judgements }) =>
      judgements.map((judgement) => ({ line: headline(judgement), standing: standingOf(judgement, report) })),
    ),
    ...contracts.flatMap(({ verdicts }) => verdicts.map(({ headline: line, standing }) => ({ line, standing }))),
  ];
  const undefinedMet = [...report.judged, ...contracts].some(({ undefinedInputs }) => undefinedInputs.length > 0);
  const worst = Object.keys(STATES).flatMap((standing) => told.filter((one) => one.standing === standing))[0];
  if (undefinedMet && worst?.standing !== "refuted") return checkJson("fail", "the C is undefined for some input");
  if (worst === undefined) return checkJson("warning", "nothing was judged");
  const state = STATES[worst.standing];
  const many = new Set([...report.judged, ...contracts].map(({ rule }) => rule.id)).size;
  if (state === "success") return checkJson(state, `${told.length} claims of ${many} rules hold`);
  return checkJson(state, worst.line);
}
