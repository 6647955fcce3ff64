/** GitHub Actions: an annotation a finding, at the line of the rule, and a table for the step's summary. */

import { nameOf } from "../../../model/claim.ts";
import { fileOf, standingLine, standingOf, storyLines } from "./words.ts";
import { repositoryPath } from "./place.ts";
import type { Judged } from "../../judge/judge.ts";
import { contractGrounds } from "./contract-text.ts";
import { contractsTold } from "./contract-words.ts";
import type { Judgement } from "../../judge/verdict.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Report } from "./json.ts";
import { groundsOf, undefinedText } from "./text.ts";

/** As the runner reads a workflow command's message. */
const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
/** And a property of it. */
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** An annotation; places are told from the top of the repository, as the runner looks for them. */
export function annotationText(
  level: "error" | "warning",
  at: { readonly file: string; readonly line: number; readonly column?: number } | undefined,
  title: string,
  lines: readonly string[],
): string {
  const column = at?.column === undefined ? "" : `col=${at.column},`;
  const where = at === undefined ? "" : `file=${property(repositoryPath(at.file))},line=${at.line},${column}`;
  return `::${level} ${where}title=${property(title)}::${data(lines.join("\n"))}\n`;
}

function annotation(
  level: "error" | "warning",
  rule: Pick<Rule, "file">,
  line: number,
  title: string,
  lines: readonly string[],
): string {
  const file = fileOf(rule);
  return annotationText(level, file === undefined ? undefined : { file, line }, title, lines);
}

function annotationOf(judgement: Judgement, rule: Rule, report: Report): string {
  const standing = standingOf(judgement, report);
  if (standing === "good") return "";
  const level = standing === "inconclusive" ? "warning" : "error";
  const title = `${rule.id}: ${nameOf(judgement.claim)} is ${standing}`;
  const story = judgement.counterexample === undefined ? [] : storyLines(judgement, report);
  return annotation(level, rule, rule.line, title, [standingLine(standing, judgement), ...story]);
}

const undefinedAnnotations = (rule: Pick<Rule, "id" | "file">, inputs: Judged["undefinedInputs"]): string[] =>
  inputs.map((input) => annotation("error", rule, input.site.line, `${rule.id}: undefined C`, [undefinedText(input)]));

const ofContracts = (report: Report): string[] =>
  contractsTold(report).flatMap(({ rule, verdicts, undefinedInputs }) => [
    ...verdicts.map(({ judgement, standing, headline, story }) => {
      if (standing === "good") return "";
      const title = `${rule.id}: ${judgement.claim.name} is ${standing}`;
      const level = standing === "inconclusive" ? "warning" : "error";
      return annotation(level, rule, judgement.claim.line, title, [headline, ...story]);
    }),
    ...undefinedAnnotations(rule, undefinedInputs),
  ]);

export const toAnnotations = (report: Report): string =>
  [
    ...report.judged.flatMap(({ rule, judgements, undefinedInputs }) => [
      ...judgements.map((judgement) => annotationOf(judgement, rule, report)),
      ...undefinedAnnotations(rule, undefinedInputs),
    ]),
    ...ofContracts(report),
  ].join("");

const cell = (text: string): string =>
  text.replaceAll(/[\\|`*_<>[\]&]/g, (character) => `\\${character}`).replaceAll("\n", " ");

/** Markdown. */
export function toSummary(report: Report): string {
  const judgements = report.judged.flatMap((one) => one.judgements);
  const rows = judgements.map((judgement) => {
    const { rule, claim, verdict } = judgement;
    const mark = standingOf(judgement, report) === "good" ? "" : "**";
    return `| ${[cell(rule), cell(nameOf(claim)), `${mark}${verdict}${mark}`, cell(groundsOf(judgement))].join(" | ")} |`;
  });
  return [
    "### foliofence",
    "",
    "| rule | claim | verdict | grounds |",
    "| --- | --- | --- | --- |",
    ...rows,
    ...contractsTold(report).flatMap(({ rule, verdicts }) =>
      verdicts.map(({ judgement, standing }) => {
        const mark = standing === "good" ? "" : "**";
        const cells = [cell(rule.id), cell(judgement.claim.name), `${mark}${judgement.verdict}${mark}`];
        return `| ${[...cells, cell(contractGrounds(judgement))].join(" | ")} |`;
      }),
    ),
    "",
    "",
  ].join("\n");
}
