/** `foliofence judge --compare A B`: what does one of two rules take that the other does not? */

import { archOf } from "../../../sim/setting.ts";
import { aRule, PARAMETERS } from "../../../model/rule/parameters.ts";
import type { Given } from "../../../model/given.ts";
import type { ComparedUnknowns, Relation } from "../../prove/question.ts";
import { fault, givenToJson } from "../../../sim/op.ts";
import { givenShort } from "../../../sim/words/given.ts";
import { formatFrom } from "../format/format.ts";
import { readingOnly, EXIT, UsageError } from "../terminal/io.ts";
import { solversOf } from "../../judge/verdict.ts";
import type { JudgeContext, JudgeFlags } from "./flags.ts";
import { rulesOfFlags } from "./flags.ts";
import { settingJson } from "../format/json.ts";
import { paint } from "../terminal/paint.ts";
import { settingText } from "../format/text.ts";
import { enginesFrom, settingFrom } from "../terminal/setting.ts";

type Inputs = Readonly<Record<string, bigint>>;

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Inputs as the C reads them, in the order of the parameters. */
const told = (inputs: Inputs): string =>
  PARAMETERS.flatMap((name) => {
    const value = inputs[name];
    return value === undefined ? [] : [`${name}=${hex(value)}`];
  }).join(" ");

const json = (inputs: Inputs): Record<string, string> =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, hex(value)]));

const only = (rule: string, other: string, inputs: Inputs): string =>
  `${rule} takes what ${other} does not: ${told(inputs)}`;

/** What each rule was given where one takes an input and the other does not. */
function givenIn([one, two]: readonly [readonly Given[], readonly Given[]], first: string, second: string): string {
  const of = (rule: string, given: readonly Given[]): string[] =>
    given.length === 0 ? [] : [`in ${rule} ${givenShort([fault(0, 0, given)]).join(" and ")}`];
  return [...of(first, one), ...of(second, two)].join(", ") || "nothing";
}

/** What the rules read that no model knows, and how it was compared. */
function unknownLines({ unknowns }: Relation, first: string, second: string): string[] {
  if (unknowns === undefined) return [];
  const { shared, apart, only_first, only_second, equivalent_if_alike } = unknowns;
  return [
    ...(only_first === undefined ? [] : [`given, for what only ${first} takes: ${givenIn(only_first, first, second)}`]),
    ...(only_second === undefined
      ? []
      : [`given, for what only ${second} takes: ${givenIn(only_second, first, second)}`]),
    ...(equivalent_if_alike ? ["where the same text has the same value in both, no input tells them apart"] : []),
    ...(shared.length === 0 ? [] : [`one value in both: ${shared.join(", ")}`]),
    ...(apart.length === 0 ? [] : [`may differ between the two: ${apart.join(", ")}`]),
  ];
}

/** In words, with an input for each "not". */
function lines(relation: Relation, first: string, second: string, inputs: string): string[] {
  switch (relation.relation) {
    case "equivalent":
      return [`${first} and ${second} are equivalent: no ${inputs} tells them apart`];
    case "first_implies_second":
      return [`whatever ${first} takes, ${second} takes`, only(second, first, relation.only_second)];
    case "second_implies_first":
      return [`whatever ${second} takes, ${first} takes`, only(first, second, relation.only_first)];
    case "neither":
      return [
        `neither of ${first} and ${second} implies the other`,
        only(first, second, relation.only_first),
        only(second, first, relation.only_second),
      ];
    case "unknown":
      return [`${first} and ${second}: undecided: ${relation.reason}`];
    default:
      return relation satisfies never;
  }
}

const unknownsJson = ({ only_first, only_second, ...rest }: ComparedUnknowns): object => ({
  ...rest,
  only_first: only_first?.map((given) => given.map(givenToJson)),
  only_second: only_second?.map((given) => given.map(givenToJson)),
});

export async function compareCommand(
  words: readonly string[],
  flags: JudgeFlags,
  { io, version, book, prover }: JudgeContext,
): Promise<number> {
  const format = formatFrom(flags);
  if (format !== "text" && format !== "json") throw new UsageError(`--compare: there is no format ${format} for it`);
  const named = words.length + (flags.expression?.length ?? 0) > 0;
  const rules = named ? readingOnly(io, () => rulesOfFlags(words, flags, book)) : [];
  const [first, second] = rules;
  if (first === undefined || second === undefined || rules.length > 2) {
    throw new UsageError(`--compare: name two rules, not ${rules.length}`);
  }
  if (first.kind !== second.kind) {
    throw new UsageError(`--compare: ${first.id} is ${aRule(first.kind)} and ${second.id} ${aRule(second.kind)}`);
  }
  const setting = settingFrom(flags, book.has);
  const relation = await (
    await prover(solversOf(enginesFrom(flags.engine ?? "prove")))
  ).compare(first, second, { setting, arch: archOf(setting), ...(flags.allInputs === true && { allInputs: true }) });
  const which = flags.allInputs === true ? "64-bit input" : "input that the ioctl lets through";
  if (format === "json") {
    const only_first = "only_first" in relation ? json(relation.only_first) : undefined;
    const only_second = "only_second" in relation ? json(relation.only_second) : undefined;
    const reason = "reason" in relation ? relation.reason : undefined;
    const said = {
      first: first.id,
      second: second.id,
      ...(flags.allInputs === true && { all_inputs: true }),
      relation: relation.relation,
      only_first,
      only_second,
      reason,
      ...(relation.unknowns !== undefined && { unknowns: unknownsJson(relation.unknowns) }),
    };
    io.out(
      `${JSON.stringify({ foliofence: version, schema: 1, setting: settingJson(setting), ...said }, undefined, 2)}\n`,
    );
  } else {
    const ink = paint(io.color);
    io.out(
      `${[...lines(relation, first.id, second.id, which), ...unknownLines(relation, first.id, second.id), ink.faint(settingText(setting, [first.kind]))].join("\n")}\n`,
    );
  }
  if (relation.relation === "unknown") return EXIT.inconclusive;
  return relation.relation === "equivalent" ? EXIT.holds : EXIT.refuted;
}
