/** JUnit XML: a suite a rule, a test case a claim. No times: the same judging gives the same bytes. */

import { nameOf } from "../../../model/claim.ts";
import type { Judged } from "../../judge/judge.ts";
import type { Judgement } from "../../judge/verdict.ts";
import type { ToldVerdict } from "./contract-words.ts";
import { contractsTold } from "./contract-words.ts";
import { fileOf, headline, standingLine, standingOf, storyLines } from "./words.ts";
import { repositoryPath } from "./place.ts";
import type { Report } from "./json.ts";
import { undefinedText } from "./text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Text for an element or an attribute. What XML 1.0 has no way to write becomes U+FFFD. */
export const escaped = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\u{fffd}")
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character);

/** An element's text keeps its lines. */
const body = (lines: readonly string[]): string => lines.map(escaped).join("\n");

interface Case {
  readonly name: string;
  /** Elements inside; none for a plain pass. */
  readonly failure?: { readonly element: "failure" | "error"; readonly type: string; readonly message: string };
  readonly lines: readonly string[];
}

function caseOf(judgement: Judgement, report: Report): Case {
  const { claim } = judgement;
  const standing = standingOf(judgement, report);
  if (standing === "good") return { name: nameOf(claim), lines: [headline(judgement)] };
  const message = standingLine(standing, judgement);
  const lines = judgement.counterexample === undefined ? [message] : storyLines(judgement, report);
  const element = standing === "inconclusive" ? "error" : "failure";
  return { name: nameOf(claim), failure: { element, type: standing, message }, lines };
}

const undefinedCases = ({ undefinedInputs }: Pick<Judged, "undefinedInputs">): Case[] =>
  undefinedInputs.map((input) => {
    const text = undefinedText(input);
    const name = `undefined at ${input.site.line}:${input.site.column}`;
    return { name, failure: { element: "failure", type: "undefined", message: text }, lines: [text] };
  });

function caseOfContract({ judgement, standing, headline: line, story }: ToldVerdict): Case {
  const { name } = judgement.claim;
  if (standing === "good") return { name, lines: [line] };
  const element = standing === "inconclusive" ? "error" : "failure";
  return { name, failure: { element, type: standing, message: line }, lines: story.length > 0 ? story : [line] };
}

function caseLines({ name, failure, lines }: Case, suite: string, where: string): string[] {
  const open = `    <testcase name="${escaped(name)}" classname="${suite}"${where}>`;
  const inside =
    failure === undefined
      ? `      <system-out>${body(lines)}</system-out>`
      : `      <${failure.element} type="${failure.type}" message="${escaped(failure.message)}">${body(lines)}</${failure.element}>`;
  return [open, inside, "    </testcase>"];
}

const count = (cases: readonly Case[], element: "failure" | "error"): number =>
  cases.filter(({ failure }) => failure?.element === element).length;

const counts = (cases: readonly Case[]): string =>
  `tests="${cases.length}" failures="${count(cases, "failure")}" errors="${count(cases, "error")}"`;

export function toJunit(report: Report): string {
  const ofRules = report.judged.map((judged) => ({
    rule: judged.rule,
    cases: [...judged.judgements.map((judgement) => caseOf(judgement, report)), ...undefinedCases(judged)],
  }));
  const ofContracts = contractsTold(report).map(({ rule, verdicts, undefinedInputs }) => ({
    rule,
    cases: [...verdicts.map(caseOfContract), ...undefinedCases({ undefinedInputs })],
  }));
  const suites = [...ofRules, ...ofContracts];
  const lines = suites.flatMap(({ rule, cases }) => {
    const name = `foliofence.${escaped(rule.id)}`;
    const file = fileOf(rule);
    const where = file === undefined ? "" : ` file="${escaped(repositoryPath(file))}" line="${rule.line}"`;
    return [
      `  <testsuite name="${name}" ${counts(cases)}>`,
      ...cases.flatMap((one) => caseLines(one, name, where)),
      "  </testsuite>",
    ];
  });
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="foliofence" ${counts(all)}>`,
    ...lines,
    "</testsuites>",
    "",
  ].join("\n");
}
