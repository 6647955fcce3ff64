/**
 * Judgements as the JSON object of the contract. u64 values are "0x…" strings, page quantities numbers. What was asked
 * and every rule's text stand in it too, so that results can be merged, and checked again, by themselves.
 */

import { exprOf, nameOf } from "../../../model/claim.ts";
import type { ClaimName } from "../../../model/claim.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { givenToJson, opToJson } from "../../../sim/op.ts";
import { givenWords } from "../../../sim/words/given.ts";
import { contractJson, contractVerdictJson } from "./contract-json.ts";
import { arbitraryOf, readsOf } from "./rule-facts.ts";
import { orderText } from "../../../sim/setting.ts";
import type { Setting } from "../../../sim/setting.ts";
import type { ContractJudgement, JudgedContract } from "../../contract/judge.ts";
import type { Judged } from "../../judge/judge.ts";
import type { Witnesses } from "../../claims/sometimes.ts";
import type { Engine, Judgement } from "../../judge/verdict.ts";
import type { UndefinedInput } from "../../../sim/world.ts";
import type { UsageError } from "../terminal/io.ts";

export const SCHEMA = 1;

/** What was asked of every rule. */
export interface RunRequest {
  readonly claims: readonly ClaimName[];
  readonly engines: readonly Engine[];
  /** Runs of the hunt, over all shards; without it the hunt went by time. */
  readonly runs?: number;
  readonly path?: string;
  readonly bound: number;
  /** That no counterexample is smaller was to be shown. */
  readonly smallest?: true;
}

/** What one rule's hunt came to in some shards. */
export interface ShardHunt {
  readonly rule: string;
  readonly runs: number;
  readonly witnesses: Witnesses;
}

/** Results of some of the shards only. Shards count from 1. */
export interface ShardPart {
  readonly of: number;
  readonly has: readonly number[];
  readonly hunts: readonly ShardHunt[];
}

/** An input that two rules answer differently, and which of them takes it. */
export interface Differ {
  readonly inputs: Readonly<Record<string, bigint>>;
  readonly taken: "before" | "after";
}

/** A function that a patch changes; `after` is empty where it is removed. */
export interface JudgedPatch {
  readonly file: string;
  readonly function: string;
  readonly before: readonly Judged[];
  readonly after: readonly Judged[];
  readonly differ: Differ | null;
}

export interface Report {
  readonly version: string;
  readonly seed: number;
  readonly setting: Setting;
  readonly asked: RunRequest;
  readonly canary: string;
  readonly judged: readonly Judged[];
  readonly patches?: readonly JudgedPatch[];
  readonly contracts?: readonly JudgedContract[];
  /** What was assumed to read the text, each in a line. */
  readonly notices?: readonly string[];
  readonly shard?: ShardPart;
  /** Ended early: what is missing was not judged. */
  readonly interrupted: boolean;
  /** The first file that could not be written; what was found is told all the same. */
  readonly notWritten?: UsageError;
  /** Files written for a counterexample. */
  readonly filesOf: (judgement: Judgement) => readonly string[];
  /** And for one that breaks a contract. */
  readonly filesOfContract?: (judgement: ContractJudgement) => readonly string[];
  /** The name of a verdict's certificate, or null; where certificates were asked for. */
  readonly certificateOf?: (judgement: Judgement | ContractJudgement) => string | null;
  /** Is this verdict the one that is wanted, though it is no pass? Of the main job. */
  readonly expected?: (judgement: Judgement) => boolean;
}

interface JsonCounterexample {
  readonly id: string;
  readonly ops: readonly object[];
  readonly excess_pages: number;
  readonly control: string;
  readonly files: readonly string[];
}

/** Keys in one order, whatever made the judgement. */
export function verdictJson(
  judgement: Judgement,
  files: readonly string[],
  of: Rule,
  certified?: string | null,
): object {
  const { counterexample } = judgement;
  const facts = {
    kind: of.kind,
    reads: readsOf(of),
    arbitrary: arbitraryOf(of),
    given: counterexample && givenWords(counterexample.ops),
    given_in_full: judgement.givenInFull,
  };
  const told: JsonCounterexample | undefined = counterexample && {
    id: counterexample.id,
    ops: counterexample.ops.map(opToJson),
    excess_pages: counterexample.violation.excess,
    control: counterexample.control.rule.id,
    files,
  };
  const { rule, claim, verdict, engine, runs, seed, path, residual_rate, states, bound } = judgement;
  const { premises, witnesses, unmet, inconclusive, smallest } = judgement;
  // What z3 says has none, asked for or not.
  const certificate = judgement.engine === "z3" ? null : certified;
  const head = {
    rule,
    claim: nameOf(claim),
    ...exprOf(claim),
    verdict,
    engine,
    runs,
    seed,
    path,
    residual_rate,
    states,
    bound,
  };
  const rest = { premises, witnesses, unmet, inconclusive, not_run: judgement.notRun, smallest, certificate };
  return { ...head, ...rest, ...facts, counterexample: told };
}

export const undefinedJson = ({ rule, site, inputs, given }: UndefinedInput): object => ({
  rule,
  line: site.line,
  column: site.column,
  what: site.what,
  inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, `0x${value.toString(16)}`])),
  ...(given !== undefined && { given: given.map(givenToJson) }),
});

export const ruleJson = ({ id, kind, file, line, text }: Rule): object => ({ id, kind, file, line, text });

export const settingJson = ({
  orders,
  resize,
  bind_rule,
  map_rule,
  level_rule,
  order_rule,
  beside,
  file,
  must_accept,
  use,
  let: settled,
  assume,
  strict_calls,
}: Setting): object => ({
  orders: orders.map(orderText),
  resize,
  bind_rule,
  map_rule,
  level_rule,
  ...(order_rule === undefined ? {} : { order_rule }),
  ...(beside === undefined ? {} : { beside }),
  ...(file === undefined ? {} : { file }),
  ...(must_accept === undefined ? {} : { must_accept }),
  ...(use === undefined ? {} : { use }),
  ...(settled === undefined ? {} : { let: settled }),
  ...(assume === undefined ? {} : { assume }),
  ...(strict_calls === undefined ? {} : { strict_calls }),
});

const patchJson = (
  { file, function: name, before, after, differ }: JudgedPatch,
  verdictsOf: (some: readonly Judged[]) => object[],
): object => ({
  file,
  function: name,
  before: verdictsOf(before),
  after: verdictsOf(after),
  differ: differ && {
    inputs: Object.fromEntries(
      Object.entries(differ.inputs).map(([input, value]) => [input, `0x${value.toString(16)}`]),
    ),
    taken: differ.taken,
  },
});

export function judgeJson(report: Report): string {
  const { version, seed, setting, asked, canary, judged, shard, interrupted, filesOf, certificateOf } = report;
  const { contracts = [] } = report;
  const undefinedInputs = [...judged, ...contracts].flatMap((one) => one.undefinedInputs);
  const { claims, engines, runs, path, bound, smallest } = asked;
  const { patches = [], notices = [] } = report;
  const removed = new Set(
    patches.flatMap(({ before, after }) => (after.length > 0 ? [] : before.map(({ rule }) => rule.id))),
  );
  const verdictsOf = (some: readonly Judged[]): object[] =>
    some.flatMap(({ rule, judgements }) =>
      judgements.map((one) => ({
        ...verdictJson(one, filesOf(one), rule, certificateOf?.(one)),
        ...(removed.has(one.rule) ? { removed: true } : {}),
      })),
    );
  return `${JSON.stringify(
    {
      foliofence: version,
      schema: SCHEMA,
      seed,
      setting: settingJson(setting),
      asked: { claims, engines, runs, path, bound, smallest },
      canary,
      ...(shard === undefined ? {} : { shard }),
      ...(interrupted ? { interrupted } : {}),
      rules: judged.map(({ rule }) => ruleJson(rule)),
      ...(contracts.length > 0 ? { contracts: contracts.map(({ contract }) => contractJson(contract)) } : {}),
      verdicts: [
        ...verdictsOf(judged),
        ...contracts.flatMap(({ judgements }) => judgements.map((one) => contractVerdictJson(one, report))),
      ],
      ...(patches.length > 0 ? { patches: patches.map((patch) => patchJson(patch, verdictsOf)) } : {}),
      ...(notices.length > 0 ? { notices } : {}),
      ...(undefinedInputs.length > 0 ? { undefined: undefinedInputs.map(undefinedJson) } : {}),
    },
    undefined,
    2,
  )}\n`;
}
