/** KTAP, as the kernel's own tests speak it: a test a rule, a subtest a claim. */

import { nameOf as claimName } from "../../../model/claim.ts";
import type { ToldContract } from "./contract-words.ts";
import { contractsTold } from "./contract-words.ts";
import type { Judged } from "../../judge/judge.ts";
import type { Report } from "./json.ts";
import { undefinedText } from "./text.ts";
import { headline, standingLine, standingOf, storyLines } from "./words.ts";

/** "#" starts a directive or a reason; a name must have none. */
const nameOf = (text: string): string => text.replaceAll(/[#\s]+/g, "_");

interface Case {
  readonly ok: boolean;
  readonly name: string;
  /** Behind "#". */
  readonly reason: string;
  readonly lines: readonly string[];
}

const casesOf = ({ judgements, undefinedInputs }: Judged, report: Report): Case[] => [
  ...judgements.map((judgement): Case => {
    const standing = standingOf(judgement, report);
    const ok = standing === "good";
    const story = !ok && judgement.counterexample !== undefined ? storyLines(judgement, report) : [];
    const reason = ok ? judgement.verdict : standing;
    return {
      ok,
      name: claimName(judgement.claim),
      reason,
      lines: [ok ? headline(judgement) : standingLine(standing, judgement), ...story],
    };
  }),
  ...undefinedCases(undefinedInputs),
];

const casesOfContract = ({ verdicts, undefinedInputs }: ToldContract): Case[] => [
  ...verdicts.map(({ judgement, standing, headline: line, story }): Case => {
    const ok = standing === "good";
    return { ok, name: judgement.claim.name, reason: ok ? judgement.verdict : standing, lines: [line, ...story] };
  }),
  ...undefinedCases(undefinedInputs),
];

const undefinedCases = (inputs: Judged["undefinedInputs"]): Case[] =>
  inputs.map((input): Case => {
    const name = `undefined_at_${input.site.line}_${input.site.column}`;
    return { ok: false, name, reason: "undefined", lines: [undefinedText(input)] };
  });

const resultLine = (ok: boolean, at: number, name: string, reason = ""): string =>
  `${ok ? "ok" : "not ok"} ${at + 1} ${nameOf(name)}${reason === "" ? "" : ` # ${reason}`}`;

/** Diagnostic lines stand before the result that they are about. */
export function toKtap(report: Report): string {
  const suites = [
    ...report.judged.map((judged) => ({ id: judged.rule.id, cases: casesOf(judged, report) })),
    ...contractsTold(report).map((told) => ({ id: told.rule.id, cases: casesOfContract(told) })),
  ];
  const tests = suites.map(({ id, cases }, at) => {
    const inner = cases.flatMap(({ ok, name, reason, lines }, i) => [
      ...lines.flatMap((line) => line.split("\n")).map((line) => `# ${line}`.trimEnd()),
      resultLine(ok, i, name, reason),
    ]);
    return [
      ...["KTAP version 1", `1..${cases.length}`, ...inner].map((line) => `  ${line}`),
      resultLine(
        cases.every(({ ok }) => ok),
        at,
        id,
      ),
    ];
  });
  return `${["KTAP version 1", `1..${tests.length}`, ...tests.flat()].join("\n")}\n`;
}
