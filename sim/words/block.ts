/**
 * The marked blocks that every format has and that import reads back: the rule as it was written, the setting, the
 * ops. A format puts what it needs before the lines (`// `, ` * `) and names the op in its own spelling.
 */

import { isOwn, nameOf, textOf } from "../../model/claim.ts";
import type { Counterexample } from "../counterexample.ts";
import { RULE_USES } from "../../model/rule/parameters.ts";
import type { RuleBeside, Setting } from "../setting.ts";
import { BESIDE_KINDS, orderText } from "../setting.ts";
import { wrap } from "./wrap.ts";

export const RULE = "rule";
export const SETTING = "setting";
export const OPERATIONS = "operations";
export const GIVEN = "given";
export const MUST = "must accept";
export const OPTIONS = "options";
export const CLAIM = "claim";
export const BESIDE = "rules beside";

export const opening = (block: string, name: string): string => `---- ${block} ${name} ----`;
export const closing = (block: string): string => `---- end of ${block} ----`;

const marked = (block: string, name: string, lines: readonly string[]): readonly string[] => [
  opening(block, name),
  ...lines,
  closing(block),
];

const ruleText = (ce: Counterexample): readonly string[] => ce.rule.text.replace(/(?<!\n)\n+$/, "").split("\n");

export const ruleBlock = (ce: Counterexample): readonly string[] =>
  marked(RULE, `${ce.rule.id} (${ce.rule.kind})`, ruleText(ce));

export const settingBlock = (ce: Counterexample): readonly string[] => {
  const { orders, resize, bind_rule, map_rule, level_rule, order_rule, file } = ce.setting;
  return marked(SETTING, ce.id, [
    `claim=${nameOf(ce.claim)}`,
    `orders=${orders.map(orderText).join(",")} resize=${resize}`,
    `bind_rule=${bind_rule} map_rule=${map_rule}`,
    `level_rule=${level_rule}${order_rule === undefined ? "" : ` order_rule=${order_rule}`}${file === undefined ? "" : ` file=${file}`}`,
  ]);
};

/** What the user said of the rule's text, as options; nothing where nobody said anything. */
export const optionWords = ({ use, let: settled = [], assume = [], strict_calls }: Setting): readonly string[] => [
  ...(use === undefined ? [] : [`--kind '${use}'`]),
  ...settled.map((word) => `--let '${word}'`),
  ...assume.map((word) => `--assume '${word}'`),
  ...(strict_calls === true ? [STRICT] : []),
];
const STRICT = "--strict-calls";

const optionsBlock = ({ id, setting }: Counterexample): readonly string[] => {
  const words = optionWords(setting);
  return words.length === 0 ? [] : marked(OPTIONS, id, words);
};

/** What the user asked beside the claim. */
export const askedBlocks = (ce: Counterexample): readonly string[] => [
  ...mustBlock(ce),
  ...claimBlock(ce),
  ...optionsBlock(ce),
  ...besideBlock(ce),
];

/** Of each rule its kind and id, then its lines, as JSON has strings: whatever comment or quotes they stand in. */
const besideBlock = ({ id, setting: { beside = [] } }: Counterexample): readonly string[] =>
  beside.length === 0
    ? []
    : marked(
        BESIDE,
        id,
        beside.flatMap(({ kind, id: name, text }) => [`${kind} ${name}`, ...text.split("\n").map(inString)]),
      );

/** No comment begins or ends in it, and every format has its letters. */
const inString = (line: string): string =>
  JSON.stringify(line)
    .replaceAll(/\/(?=\*)|(?<=\*)\//g, "\\u002f")
    .replaceAll(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** @returns the rules that the lines of the block are. @throws RangeError */
export function besideOf(lines: readonly string[]): readonly RuleBeside[] {
  const rules: { kind: RuleBeside["kind"]; id: string; text: string[] }[] = [];
  for (const line of lines.map((each) => each.trim()).filter((each) => each !== "")) {
    const [, said, id] = /^(\w+) (\w+)$/.exec(line) ?? [];
    const kind = BESIDE_KINDS.find((each) => each === said);
    const last = rules.at(-1);
    if (kind !== undefined && id !== undefined) rules.push({ kind, id, text: [] });
    else if (last === undefined) throw new RangeError(`"${line}" is no line of a rule`);
    else last.text.push(fromString(line));
  }
  return rules.map(({ text, ...rule }) => ({ ...rule, text: text.join("\n") }));
}

function fromString(line: string): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (typeof value !== "string") throw new RangeError(`"${line}" is no line of a rule`);
  return value;
}

/** @returns what the lines of the block say. @throws RangeError */
export function optionsOf(lines: readonly string[]): Pick<Setting, "use" | "let" | "assume" | "strict_calls"> {
  const words = lines.map((line) => line.trim());
  const told = words.flatMap((line) => {
    const [, option, word] = /^--(let|assume|kind) '(.*)'$/.exec(line) ?? [];
    if (word === undefined && line !== STRICT) throw new RangeError(`"${line}" is no option`);
    return word === undefined ? [] : [{ option, word }];
  });
  const of = (name: string): string[] => told.flatMap(({ option, word }) => (option === name ? [word] : []));
  const [settled, assume] = [of("let"), of("assume")];
  const [said] = of("kind");
  const use = RULE_USES.find((each) => each === said);
  if (said !== undefined && use === undefined) throw new RangeError(`"${said}" is no kind`);
  return {
    ...(use && { use }),
    ...(settled.length > 0 && { let: settled }),
    ...(assume.length > 0 && { assume }),
    ...(words.includes(STRICT) && { strict_calls: true as const }),
  };
}

/** The slots that the check has to take; nothing where nobody said so. */
const mustBlock = ({ id, claim, setting }: Counterexample): readonly string[] =>
  claim !== "accepts" || setting.must_accept === undefined ? [] : marked(MUST, id, wrap(setting.must_accept));

/** What the claim says, where it is the user's own. */
const claimBlock = ({ id, claim }: Counterexample): readonly string[] =>
  isOwn(claim) ? marked(CLAIM, id, wrap(textOf(claim))) : [];

export const operationsBlock = (ce: Counterexample, lines: readonly string[]): readonly string[] =>
  marked(OPERATIONS, ce.id, lines);

/** Nothing where the ops were given nothing: files of such findings stay as they are. */
export const givenBlock = (ce: Counterexample, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : marked(GIVEN, ce.id, lines);
