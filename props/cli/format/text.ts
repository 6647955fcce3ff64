/** Verdicts as text for a terminal. */

import { saidText } from "../../../sim/words/said.ts";
import { optionWords } from "../../../sim/words/block.ts";
import { brokenBy } from "../../../sim/words/claim.ts";
import type { ClaimName } from "../../../model/claim.ts";
import {
  ALLOCATION_CLAIMS,
  BINDING_CLAIMS,
  claimOf,
  isBinding,
  isOwn,
  MAPPING_CLAIMS,
  nameOf,
  textOf,
} from "../../../model/claim.ts";
import type { Counterexample } from "../../../sim/counterexample.ts";
import { ruler } from "../../../sim/picture/ruler.ts";
import { inText } from "../../../sim/words/op-line.ts";
import { fault } from "../../../sim/op.ts";
import { callsOnSlot, givenWords, ifGiven } from "../../../sim/words/given.ts";
import { assumingText, excessOf, interval, offText } from "../../../sim/words/story.ts";
import { FILE_WORDS } from "../../../model/abstract/behaviour.ts";
import type { Setting } from "../../../sim/setting.ts";
import { orderText } from "../../../sim/setting.ts";
import type { Judged } from "../../judge/judge.ts";
import { type Judgement, VERDICTS } from "../../judge/verdict.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { RuleKind } from "../../../model/rule/parameters.ts";
import { PARAMETERS } from "../../../model/rule/parameters.ts";
import type { JudgedPatch } from "./json.ts";
import type { UndefinedInput } from "../../../sim/world.ts";
import type { Paint } from "../terminal/paint.ts";
import { table } from "../terminal/table.ts";
import { factLines } from "./rule-facts.ts";

/** @param kinds of the rules that were judged: each stands in for the setting's rule of its kind */
export const settingText = (setting: Setting, kinds: readonly RuleKind[]): string =>
  [
    `folios of ${setting.orders.map(orderText).join(", ")}`,
    `resize ${setting.resize}`,
    ...(kinds.length > 0 && !kinds.includes("bind") ? [`bind rule ${setting.bind_rule}`] : []),
    `map rule ${setting.map_rule}`,
    `level rule ${setting.level_rule}`,
    ...(setting.order_rule === undefined ? [] : [`order rule ${setting.order_rule}`]),
    ...(setting.file === undefined ? [] : [FILE_WORDS[setting.file]]),
    ...optionWords(setting),
  ].join(", ");

/** What is known of counterexamples that are smaller than this one. */
const smallerText = (smallest: string | undefined): string => {
  if (smallest === undefined) return "";
  return smallest === "proved" ? "; none is smaller (proved)" : `; that none is smaller is ${smallest}`;
};

const notRunText = ({ claim, notRun = [] }: Judgement): string =>
  notRun.length === 0
    ? ""
    : `; ${notRun.join(", ")} is not run on ${isBinding(claim) ? "a claim about a bind" : "a check that reads arbitrary values"}`;

/** What it takes of what no model knows. */
function onGiven({ givenInFull }: Judgement, { ops }: Counterexample): string {
  const given = ifGiven(ops);
  if (given === "") return "";
  return givenInFull === undefined ? `${given}; ` : `${given} (perhaps with less: ${givenInFull}); `;
}

const EVERY_INPUT = "for every 64-bit input that the ioctl lets through";
/** Under verdicts that are proved: what of the world a reader may not have in mind. */
const provedText = ({ resize, order_rule, file }: Setting, { kind }: Rule): string => {
  const world = [
    ...(resize === "any" ? [] : [`resize ${resize}`]),
    ...(order_rule === undefined || kind === "order" ? [] : [`order rule ${order_rule}`]),
    ...(file === undefined ? [] : [FILE_WORDS[file]]),
  ];
  return `proved: ${EVERY_INPUT}, whatever ops came before${world.length === 0 ? "" : `, with ${world.join(", ")}`}`;
};

/** What is still open of a verdict. */
const openText = (judgement: Judgement): string =>
  `${judgement.inconclusive === undefined ? "" : `; inconclusive: ${judgement.inconclusive}`}${notRunText(judgement)}`;

/** What a verdict rests on, in a few words. */
export function groundsOf(judgement: Judgement): string {
  const { counterexample, runs, states, residual_rate, bound } = judgement;
  const open = openText(judgement);
  switch (judgement.verdict) {
    case "refuted":
      return counterexample === undefined
        ? ""
        : `${onGiven(judgement, counterexample)}${counterexample.ops.length} ${counterexample.ops.length === 1 ? "op" : "ops"}, ${offText(counterexample)}, id ${counterexample.id}${smallerText(judgement.smallest)}`;
    case "proved":
      return `${EVERY_INPUT}${open}`;
    case "exhausted":
      return `${states ?? 0} states: ${bound ?? ""}${open}`;
    case "sampled":
      return residual_rate === undefined
        ? `${runs ?? 0} runs${open}`
        : `${runs ?? 0} runs, residual rate below ${residual_rate.toExponential(1)} at 95 %${open}`;
    case "vacuous":
      return `never met: ${(judgement.unmet ?? []).join(", ")}${open}`;
    default:
      return judgement.verdict satisfies never;
  }
}

function family(title: string, claims: readonly ClaimName[], judged: readonly Judged[], ink: Paint): string[] {
  const asked = claims.filter((claim) =>
    judged.some(({ judgements }) => judgements.some((judgement) => judgement.claim === claim)),
  );
  if (asked.length === 0) return [];
  const header = ["", ...asked.map((claim) => ink.faint(claimOf(claim).column))];
  const rows = judged
    .filter(({ judgements }) => judgements.some(({ claim }) => asked.includes(claim)))
    .map(({ rule, judgements }) => [
      ink.name(rule.id),
      ...asked.map((claim) => {
        const verdict = judgements.find((judgement) => judgement.claim === claim)?.verdict;
        return verdict === undefined ? "-" : ink.verdict(verdict);
      }),
    ]);
  return [ink.strong(title), ...table([header, ...rows]).map((line) => `  ${line}`), ""];
}

const ownIn = (judged: readonly Judged[]): readonly ClaimName[] => [
  ...new Set(judged.flatMap(({ judgements }) => judgements.flatMap(({ claim }) => (isOwn(claim) ? [claim] : [])))),
];

/** Many rules: a row each, the two families of claims apart, because upstream accepts escapes of the first kind. */
export function tableReport(judged: readonly Judged[], ink: Paint): string[] {
  return [
    ...family("allocation: file pages that a guest's fault allocates", ALLOCATION_CLAIMS, judged, ink),
    ...family("mapping (mapping_*): what a guest's fault maps", MAPPING_CLAIMS, judged, ink),
    ...family("binding: which slots may be bound", BINDING_CLAIMS, judged, ink),
    ...family("your own claims", ownIn(judged), judged, ink),
  ];
}

/** A counterexample on the terminal: the ops, where it should have been, where it is, and the picture. */
export function storyOf(ce: Counterexample, ink: Paint): string[] {
  const { violation } = ce;
  const unit = violation.unit === "file pages" ? "file" : "gpa";
  const given = givenWords(ce.ops);
  return [
    ...ce.ops.map((op, at) => `  ${at + 1}. ${inText(op, ce.ops)}`),
    ...given.map((each, at) => `  ${at === 0 ? "given" : "and"} ${each}`),
    ce.claim === "accepts"
      ? `  must be taken, and is ${ink.bad("refused")}: ${ce.setting.must_accept ?? ""}`
      : isOwn(ce.claim)
        ? `  expected ${textOf(ce.claim)}, is ${ink.bad(saidText(ce, ce.claim))}`
        : `  expected ${unit} ${interval(violation.expected)}, is ${ink.bad(interval(violation.actual))}: ${excessOf(ce)} off`,
    ...ruler(ce).map((line) => `  ${line}`.trimEnd()),
    `  ${ce.control.fails ? "happens with" : "does not happen with"} ${ce.control.rule.id}${ce.control.fails ? " too" : ""}`,
  ];
}

/** What is proved, as a sentence. */
const sentenceOf = (judgement: Judgement): string => `${claimOf(judgement.claim).sentence}${openText(judgement)}`;

const isOneOf =
  (claims: readonly ClaimName[]) =>
  (claim: ClaimName): boolean =>
    claims.includes(claim);

/** The counterexamples whose stories are told: of each family the first, and of the user's own claims all. */
export const toldOf = (judgements: readonly Judgement[]): readonly Counterexample[] => {
  const broken = judgements.filter(({ counterexample }) => counterexample !== undefined);
  const firsts = [isOneOf(ALLOCATION_CLAIMS), isOneOf(MAPPING_CLAIMS), isBinding].flatMap((isOfFamily) => {
    const first = broken.find(({ claim }) => isOfFamily(claim));
    return first === undefined ? [] : [first];
  });
  return [...firsts, ...broken.filter(({ claim }) => isOwn(claim))].flatMap(
    ({ counterexample }) => counterexample ?? [],
  );
};

/** One rule: its text as it was given, every claim with what its verdict rests on, the first story of each family. */
export function ruleReport(
  { rule, judgements }: Judged,
  setting: Setting,
  ink: Paint,
  generalOf: (told: Counterexample) => string = () => "",
): string[] {
  const where = rule.file === undefined ? "" : ` (${rule.file}:${rule.line})`;
  const lines = [
    `${ink.strong(rule.id)}: ${rule.kind} rule${where}${rule.givesErrno ? ": 0 accepts, an errno refuses" : ""}`,
    ...rule.text
      .trimEnd()
      .split("\n")
      .map((line) => `    ${line}`.trimEnd()),
    ...factLines(rule).map((line) => `  ${line}`),
    "",
    ...table(
      judgements.map((judgement) => [
        `  ${nameOf(judgement.claim)}`,
        ink.verdict(judgement.verdict),
        ink.faint(judgement.verdict === "proved" ? sentenceOf(judgement) : groundsOf(judgement)),
      ]),
    ),
    ...(judgements.some(({ verdict }) => verdict === "proved")
      ? [`  ${ink.faint(`${provedText(setting, rule)}${assumingText(rule)}`)}`]
      : []),
    "",
  ];
  for (const told of toldOf(judgements)) {
    const { ops, violation, claim } = told;
    const condition = ifGiven(ops) === "" ? "" : `breaks ${ifGiven(ops)}: `;
    const elsewhere = callsOnSlot(rule, ops).map((name) => `depends on ${name}(), which is not here; `);
    const general = generalOf(told);
    lines.push(
      `${nameOf(claim)}: ${elsewhere.join("")}${condition}${brokenBy(claim, violation.excess)}${assumingText(rule)}`,
    );
    lines.push(...storyOf(told, ink), ...(general === "" ? [] : [`  ${general} (proved)`]), "");
  }
  return lines;
}

/** A rule of the user's own that stands beside the judged ones. */
export const besideReport = (rule: Rule, ink: Paint): string[] => [
  `${ink.strong(rule.id)}: ${rule.kind} rule beside${rule.file === undefined ? "" : ` (${rule.file}:${rule.line})`}`,
  ...rule.text
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}`.trimEnd()),
  ...factLines(rule).map((line) => `  ${line}`),
  "",
];

/** The verdicts of a function before a patch and after it, a line each, and the input that tells them apart. */
export function patchReport({ file, function: name, before, after, differ }: JudgedPatch, ink: Paint): string[] {
  const verdicts = (judged: readonly Judged[], none: string): string => {
    const all = judged.flatMap(({ judgements }) => judgements);
    if (all.length === 0) return none;
    const kinds = VERDICTS.map((verdict) => [verdict, all.filter((one) => one.verdict === verdict).length] as const);
    return kinds
      .flatMap(([verdict, many]) => (many > 0 ? [ink.verdict(verdict, `${many} ${verdict}`)] : []))
      .join(", ");
  };
  const inputs = PARAMETERS.flatMap((input) => {
    const value = differ?.inputs[input];
    return value === undefined ? [] : [`${input}=0x${value.toString(16)}`];
  });
  return [
    `${ink.strong(name)}, as a patch changes it${file === "" ? "" : ` in ${file}`}`,
    `  before: ${verdicts(before, "not there")}`,
    `  after:  ${verdicts(after, "removed")}`,
    ...(differ === null ? [] : [`  ${inputs.join(" ")} is taken ${differ.taken} the patch only`]),
    "",
  ];
}

/** One line for a place where C leaves the rule's result undefined. */
export function undefinedText({ rule, site, inputs, given = [] }: UndefinedInput): string {
  const known = Object.entries(inputs).map(([name, value]) => `${name}=0x${value.toString(16)}`);
  const condition = given.length === 0 ? "" : ` ${ifGiven([fault(0, 0, given)])}`;
  const inputText = known.length === 0 && given.length > 0 ? "" : `, with ${known.join(" ")}`;
  return `${rule}:${site.line}:${site.column}: undefined${condition}: ${site.what}${inputText}`;
}
