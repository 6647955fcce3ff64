/** SARIF 2.1.0: a result a broken claim, with rule, claim and the counterexample's id as its fingerprint. */

import type { ClaimName } from "../../../model/claim.ts";
import { ALL_CLAIMS, claimOf, isOwn, nameOf as claimName } from "../../../model/claim.ts";
import type { Artifact, Location, Log, ReportingDescriptor, Result } from "sarif";
import type { Rule } from "../../../model/rule/tree.ts";
import { opToJson } from "../../../sim/op.ts";
import type { Judged } from "../../judge/judge.ts";
import type { Judgement } from "../../judge/verdict.ts";
import { uriOf } from "./place.ts";
import { valuesJson } from "./contract-json.ts";
import type { ToldContract } from "./contract-words.ts";
import { contractsTold } from "./contract-words.ts";
import type { Standing } from "./words.ts";
import { fileOf, standingLine, standingOf, storyLines } from "./words.ts";
import type { Report } from "./json.ts";
import { settingJson } from "./json.ts";
import { undefinedText } from "./text.ts";

export const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

const descriptor = (claim: ClaimName): ReportingDescriptor => ({
  id: claimName(claim),
  shortDescription: { text: `${claimOf(claim).sentence}.` },
  defaultConfiguration: { level: "error" as const },
});

const DESCRIPTORS: readonly ReportingDescriptor[] = [
  ...ALL_CLAIMS.map(descriptor),
  {
    id: "undefined",
    shortDescription: { text: "The rule's C is defined for every input it meets." },
    defaultConfiguration: { level: "error" as const },
  },
];

/** Of every claim of every contract: what it says is the result's. */
const OF_CONTRACT: ReportingDescriptor = {
  id: "contract",
  shortDescription: { text: "A function gives what its contract claims, for all inputs that it requires." },
  defaultConfiguration: { level: "error" as const },
};

/** Behind those that are always there, the user's own claims. */
const descriptorsOf = ({ judged, contracts = [] }: Report): readonly ReportingDescriptor[] => [
  ...DESCRIPTORS,
  ...(contracts.length > 0 ? [OF_CONTRACT] : []),
  ...[...new Set(judged.flatMap(({ judgements }) => judgements.map(({ claim }) => claim).filter(isOwn)))].map(
    descriptor,
  ),
];

const indexOf = (id: string, report: Report): number => descriptorsOf(report).findIndex((one) => one.id === id);

/** C from the command line is no file: the log brings it along, under this name. */
const nameOf = (rule: Pick<Rule, "id">): string => `${rule.id.replaceAll(/[^\w.-]+/g, "_")}.c`;

const ownName = ({ id, functions }: Rule): string => functions.at(-1)?.name ?? id;

function locationOf(rule: Pick<Rule, "id" | "file">, name: string, line: number, column?: number): Location {
  const logical = { logicalLocations: [{ name: rule.id, fullyQualifiedName: name, kind: "function" }] };
  const file = fileOf(rule);
  const artifactLocation = { uri: file === undefined ? nameOf(rule) : uriOf(file) };
  const region = { startLine: line, ...(column === undefined ? {} : { startColumn: column }) };
  return { physicalLocation: { artifactLocation, region }, ...logical };
}

const pasted = (judged: readonly { readonly rule: Pick<Rule, "id" | "file" | "text"> }[]): Artifact[] =>
  judged.flatMap(({ rule }) =>
    fileOf(rule) === undefined ? [{ location: { uri: nameOf(rule) }, contents: { text: rule.text } }] : [],
  );

const LEVELS = {
  good: "note",
  refuted: "error",
  unexpected: "error",
  vacuous: "warning",
  inconclusive: "warning",
} as const satisfies Readonly<Record<Standing, Result.level>>;

function resultOf(judgement: Judgement, rule: Rule, report: Report): Result[] {
  const { claim, counterexample, verdict, engine, seed, path, inconclusive } = judgement;
  const standing = standingOf(judgement, report);
  if (standing === "good" && verdict !== "refuted") return [];
  const lines = [
    standingLine(standing, judgement),
    ...(counterexample === undefined ? [] : storyLines(judgement, report)),
  ];
  return [
    {
      ruleId: claimName(claim),
      ruleIndex: indexOf(claimName(claim), report),
      level: LEVELS[standing],
      kind: "fail",
      message: { text: lines.join("\n") },
      locations: [locationOf(rule, ownName(rule), rule.line)],
      partialFingerprints: { "ruleAndClaim/v1": `${rule.id} ${claimName(claim)}` },
      ...(counterexample === undefined
        ? {}
        : { fingerprints: { "counterexample/v2": `${rule.id} ${claimName(claim)} ${counterexample.id}` } }),
      properties: {
        rule: rule.id,
        verdict,
        engine,
        ...(seed === undefined ? {} : { seed }),
        ...(path === undefined ? {} : { path }),
        ...(inconclusive === undefined ? {} : { inconclusive }),
        ...(counterexample === undefined
          ? {}
          : {
              ops: counterexample.ops.map(opToJson),
              control: counterexample.control.rule.id,
              files: report.filesOf(judgement),
            }),
      },
    },
  ];
}

const undefinedResults = (
  rule: Pick<Rule, "id" | "file">,
  name: string,
  undefinedInputs: Judged["undefinedInputs"],
  report: Report,
): Result[] =>
  undefinedInputs.map((input) => ({
    ruleId: "undefined",
    ruleIndex: indexOf("undefined", report),
    level: "error",
    kind: "fail",
    message: { text: undefinedText(input) },
    locations: [locationOf(rule, name, input.site.line, input.site.column)],
    partialFingerprints: { "ruleAndPlace/v1": `${rule.id} ${input.site.line}:${input.site.column}` },
    properties: { rule: rule.id },
  }));

function resultOfContract({ rule, verdicts, undefinedInputs }: ToldContract, report: Report): Result[] {
  const { filesOfContract = () => [] } = report;
  const broken = verdicts.flatMap(({ judgement, standing, headline, story }): Result[] => {
    if (standing === "good") return [];
    const { claim, verdict, engine, finding } = judgement;
    return [
      {
        ruleId: OF_CONTRACT.id,
        ruleIndex: indexOf(OF_CONTRACT.id, report),
        level: LEVELS[standing],
        kind: "fail",
        message: { text: [headline, ...story].join("\n") },
        locations: [locationOf(rule, rule.function, claim.line, claim.column)],
        partialFingerprints: { "ruleAndClaim/v1": `${rule.id} ${claim.name}` },
        ...(finding && { fingerprints: { "counterexample/v2": `${rule.id} ${claim.name} ${finding.id}` } }),
        properties: {
          rule: rule.id,
          claim: claim.name,
          ensures: claim.text,
          verdict,
          engine,
          ...(finding && { inputs: valuesJson(finding.inputs), files: filesOfContract(judgement) }),
        },
      },
    ];
  });
  return [...broken, ...undefinedResults(rule, rule.function, undefinedInputs, report)];
}

export function toSarif(report: Report): string {
  const { version, judged, seed, setting, canary, interrupted } = report;
  const contracts = contractsTold(report);
  const artifacts = pasted([...judged, ...contracts]);
  const log: Log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "foliofence", version, semanticVersion: version, rules: [...descriptorsOf(report)] } },
        columnKind: "utf16CodeUnits",
        ...(artifacts.length === 0 ? {} : { artifacts }),
        invocations: [{ executionSuccessful: !interrupted }],
        results: [
          ...judged.flatMap((one) => [
            ...one.judgements.flatMap((judgement) => resultOf(judgement, one.rule, report)),
            ...undefinedResults(one.rule, ownName(one.rule), one.undefinedInputs, report),
          ]),
          ...contracts.flatMap((one) => resultOfContract(one, report)),
        ],
        properties: { seed, setting: settingJson(setting), canary },
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}
