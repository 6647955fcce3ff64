/** Reading a result of `foliofence judge --json` back whole. */

import type { Rule } from "../../../model/rule/tree.ts";
import type { Judged } from "../../judge/judge.ts";
import { claimsOf } from "../../judge/judge.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import type { Judgement } from "../../judge/verdict.ts";
import { readText } from "../terminal/files.ts";
import { UsageError } from "../terminal/io.ts";
import type { Asked, Report, ShardPart } from "../format/json.ts";
import { SCHEMA } from "../format/json.ts";
import type { Fields, ReadJudgement } from "./read.ts";
import {
  claimOf,
  countOf,
  countsOf,
  engineOf,
  fieldsOf,
  judgementOf,
  kindOf,
  listOf,
  maybe,
  settingOf,
  textOf,
  undefinedOf,
} from "./read.ts";
import { retell } from "./recheck.ts";

export interface ReadReport {
  readonly file: string;
  readonly report: Report;
}

/** The rule of a text that stands in a result: it is parsed again, so that its counterexamples can be run again. */
function ruleOf(value: unknown, book: Rulebook): Rule {
  const fields = fieldsOf(value, "rules");
  const [id, text] = [textOf(fields["id"], "id"), textOf(fields["text"], "text")];
  const kind = kindOf(fields["kind"], "kind");
  const line = countOf(fields["line"], "line");
  const { file } = maybe(fields, "file", textOf);
  const from = { line, ...(file === undefined ? {} : { file }) };
  if (book.has(id, kind) && book.byId(id).text === text) return { ...book.byId(id), ...from };
  const parsed = book.parse(text, { file: id, id, kind });
  if (!parsed.ok) throw new RangeError(`rule "${id}": ${parsed.error.message}`);
  const [rule] = parsed.rules;
  if (rule === undefined) throw new RangeError(`rule "${id}" is no rule`);
  return { ...rule, id, ...from };
}

function askedOf(value: unknown): Asked {
  const fields = fieldsOf(value, "asked");
  return {
    claims: listOf(fields["claims"], "claims", claimOf),
    engines: listOf(fields["engines"], "engines", engineOf),
    ...maybe(fields, "runs", countOf),
    ...maybe(fields, "path", textOf),
    bound: countOf(fields["bound"], "bound"),
    ...(fields["smallest"] === true && { smallest: true }),
  };
}

function shardOf(value: unknown): ShardPart {
  const fields = fieldsOf(value, "shard");
  const of = countOf(fields["of"], "of");
  const has = listOf(fields["has"], "has", countOf);
  if (has.length === 0 || has.some((shard) => !Number.isInteger(shard) || shard < 1 || shard > of)) {
    throw new RangeError(`shards ${has.join(", ")} of ${of}`);
  }
  const hunts = listOf(fields["hunts"], "hunts", (one, name) => {
    const hunt = fieldsOf(one, name);
    const { rule, runs, witnesses } = hunt;
    return {
      rule: textOf(rule, "rule"),
      runs: countOf(runs, "runs"),
      witnesses: countsOf(witnesses, "witnesses"),
    };
  });
  return { of, has, hunts };
}

/** The rule's own judgements, of every claim that was asked and that it has a say in, in their order. */
function judgedOf(rule: Rule, asked: Asked, verdicts: readonly ReadJudgement[], fields: Fields, tell: Tell): Judged {
  const own = verdicts.filter(({ judgement }) => judgement.rule === rule.id);
  const claims = claimsOf(rule, asked.claims);
  if (own.map(({ judgement }) => judgement.claim).join() !== claims.join()) {
    throw new RangeError(`the verdicts of rule "${rule.id}" are not those that were asked`);
  }
  const { undefined: met = [] } = maybe(fields, "undefined", (list, name) => listOf(list, name, undefinedOf));
  return {
    rule,
    judgements: own.map((read) => tell(read, rule)),
    undefinedInputs: met.filter((input) => input.rule === rule.id),
  };
}

type Tell = (read: ReadJudgement, rule: Rule) => Judgement;

function reportOf(fields: Fields, book: Rulebook): Report {
  const setting = settingOf(fields["setting"]);
  for (const kind of ["bind", "map", "level"] as const) {
    const id = setting[`${kind}_rule`];
    if (!book.has(id, kind)) throw new RangeError(`"${id}" is no ${kind} rule of the catalogue`);
  }
  const asked = askedOf(fields["asked"]);
  const rules = listOf(fields["rules"], "rules", (one) => ruleOf(one, book));
  const verdicts = listOf(fields["verdicts"], "verdicts", judgementOf);
  const files = new Map<Judgement, readonly string[]>();
  const tell: Tell = (read, rule) => {
    const judgement = retell(read, rule, setting, book);
    files.set(judgement, read.counterexample?.files ?? []);
    return judgement;
  };
  const { shard } = maybe(fields, "shard", shardOf);
  return {
    version: textOf(fields["foliofence"], "foliofence"),
    seed: countOf(fields["seed"], "seed"),
    setting,
    asked,
    canary: textOf(fields["canary"], "canary"),
    judged: rules.map((rule) => judgedOf(rule, asked, verdicts, fields, tell)),
    ...(shard === undefined ? {} : { shard }),
    interrupted: fields["interrupted"] === true,
    filesOf: (judgement) => files.get(judgement) ?? [],
  };
}

/** @throws UsageError in one line for whatever is wrong with the file */
export function readReport(file: string, version: string, book: Rulebook): ReadReport {
  const text = readText(file);
  try {
    const fields = fieldsOf(JSON.parse(text), "result");
    if (fields["schema"] !== SCHEMA) throw new RangeError(`no schema ${SCHEMA} in it`);
    const from = textOf(fields["foliofence"], "foliofence");
    if (from !== version) throw new UsageError(`${file}: written by foliofence ${from}, and this is ${version}`);
    return { file, report: reportOf(fields, book) };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const what = error instanceof SyntaxError ? "no JSON" : error.message;
    throw new UsageError(`${file}: not a result of \`foliofence judge --json\`: ${what}`, { cause: error });
  }
}
