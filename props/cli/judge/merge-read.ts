/** Reading a result of `foliofence judge --json` back whole. */

import { RULE_KINDS } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Judged } from "../../judge/judge.ts";
import { claimsOf } from "../../judge/context.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import type { Judgement } from "../../judge/verdict.ts";
import { parseInput } from "../../../sim/schema/parse.ts";
import type { Setting } from "../../../sim/setting.ts";
import { readText } from "../terminal/files.ts";
import { UsageError } from "../terminal/io.ts";
import type { Report } from "../format/json.ts";
import { SCHEMA } from "../format/json.ts";
import { readingOf } from "../../judge/reading.ts";
import type { ReadJudgement } from "./read.ts";
import { RESULT } from "./read.ts";
import { recheck } from "./recheck.ts";

type Result = ReturnType<typeof parseInput<typeof RESULT>>;

export interface ReadReport {
  readonly file: string;
  readonly report: Report;
}

/** The rule of a text that stands in a result: it is parsed again, so that its counterexamples can be run again. */
function ruleOf({ id, kind, line, file, text }: Result["rules"][number], setting: Setting, book: Rulebook): Rule {
  const from = { line, ...(file === undefined ? {} : { file }) };
  if (setting.assume === undefined && book.has(id, kind) && book.byId(id).text === text)
    return { ...book.byId(id), ...from };
  const { use } = setting;
  const parsed = book.parse(text, { file: id, id, kind, ...(use && { use }), reading: readingOf(setting) });
  if (!parsed.ok) throw new RangeError(`rule "${id}": ${parsed.error.message}`);
  const [rule] = parsed.rules;
  if (rule === undefined) throw new RangeError(`rule "${id}" is no rule`);
  return { ...rule, id, ...from };
}

/** The rule's own judgements, of every claim that was asked and that it has a say in, in their order. */
function judgedOf(rule: Rule, { asked, verdicts, undefined: met = [] }: Result, tell: Tell): Judged {
  const own = verdicts.filter(({ judgement }) => judgement.rule === rule.id);
  const claims = claimsOf(rule, asked.claims);
  if (own.map(({ judgement }) => judgement.claim).join() !== claims.join()) {
    throw new RangeError(`the verdicts of rule "${rule.id}" are not those that were asked`);
  }
  return {
    rule,
    judgements: own.map((read) => tell(read, rule)),
    undefinedInputs: met.filter((input) => input.rule === rule.id),
  };
}

type Tell = (read: ReadJudgement, rule: Rule) => Judgement;

function reportOf(result: Result, book: Rulebook): Report {
  const { setting, asked, shard } = result;
  for (const kind of RULE_KINDS) {
    const id = setting[`${kind}_rule`];
    if (id !== undefined && !book.has(id, kind)) throw new RangeError(`"${id}" is no ${kind} rule of the catalogue`);
  }
  const rules = result.rules.map((rule) => ruleOf(rule, setting, book));
  const files = new Map<Judgement, readonly string[]>();
  const tell: Tell = (read, rule) => {
    const judgement = recheck(read, rule, setting, book);
    files.set(judgement, read.counterexample?.files ?? []);
    return judgement;
  };
  return {
    version: result.foliofence,
    seed: result.seed,
    setting,
    asked,
    canary: result.canary,
    judged: rules.map((rule) => judgedOf(rule, result, tell)),
    ...(shard === undefined ? {} : { shard }),
    interrupted: result.interrupted === true,
    filesOf: (judgement) => files.get(judgement) ?? [],
  };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/**
 * A result from its text; every counterexample in it is run again.
 * @param file how the text is called in a message
 * @throws UsageError in one line for whatever is wrong with it
 */
export function readResult(text: string, file: string, version: string, book: Rulebook): ReadReport {
  try {
    const value: unknown = JSON.parse(text);
    // Of another schema or version nothing else needs to fit.
    if (!isObject(value) || !("schema" in value) || value.schema !== SCHEMA) {
      throw new RangeError(`no schema ${SCHEMA} in it`);
    }
    const from: unknown = "foliofence" in value ? value.foliofence : undefined;
    if (typeof from === "string" && from !== version) {
      throw new UsageError(`${file}: written by foliofence ${from}, and this is ${version}`);
    }
    return { file, report: reportOf(parseInput(RESULT, value), book) };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const what = error instanceof SyntaxError ? "no JSON" : error.message;
    throw new UsageError(`${file}: not a result of \`foliofence judge --json\`: ${what}`, { cause: error });
  }
}

/** @throws UsageError in one line for whatever is wrong with the file */
export const readReport = (file: string, version: string, book: Rulebook): ReadReport =>
  readResult(readText(file), file, version, book);
