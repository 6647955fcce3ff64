/**
 * One rule, put to each engine by itself. Engines differ in reach, so one may refute what another could not; but nothing
 * that one refutes is proved by another, nothing that one has met is impossible to another, and all that refute a claim
 * end at the same counterexample.
 */

import type { ClaimName } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { JudgeOptions } from "../../props/judge/context.ts";
import { judgeRule } from "../../props/judge/judge.ts";
import type { Prover } from "../../props/prove/prover.ts";
import type { Query } from "../../props/prove/question.ts";
import type { Rulebook } from "../../props/judge/rulebook.ts";
import type { Engine as AnyEngine, Judgement } from "../../props/judge/verdict.ts";

type Engine = Exclude<AnyEngine, "z3">;
import { orderText, type Setting } from "../../sim/setting.ts";

export interface Bench {
  readonly book: Rulebook;
  readonly prover: Prover;
}

export interface Asked {
  readonly setting: Setting;
  readonly claims: readonly ClaimName[];
  readonly seed: number;
  readonly numRuns: number;
  readonly onQuery?: (query: Query) => void;
}

/** What came of one rule in one setting. */
export interface Agreement {
  /** Cells of rule and claim. */
  readonly cells: number;
  /** By what the engines said, in words. */
  readonly tally: Readonly<Record<string, number>>;
  readonly contradictions: readonly string[];
  /** Cells that the solver left open. */
  readonly unknown: number;
  /** Cells that several engines refuted, and those of them with more than one counterexample. */
  readonly shared: number;
  readonly several: readonly string[];
  readonly milliseconds: Readonly<Record<Engine, number>>;
}

const ENGINES: readonly Engine[] = ["hunt", "exhaust", "prove"];

type Cell = Readonly<Record<Engine, Judgement>>;

/** What a false premise says can never be met. */
function metThough(premise: string, { witnesses }: Judgement): boolean {
  const order = /^(?:first|last)_page_order_(\d+)$/.exec(premise)?.[1];
  const name =
    order === undefined
      ? { slot_accepted: "bind_accepted", two_slots_accepted: "two_slots", large_mapping: "large_mapping" }[premise]
      : `folio_of_${orderText(Number(order))}`;
  return name !== undefined && (witnesses[name] ?? 0) > 0;
}

function contradictionsOf(cell: Cell): string[] {
  const { hunt, exhaust, prove } = cell;
  const said: string[] = [];
  const settled = prove.engine === "prove" && prove.inconclusive === undefined;
  for (const other of [hunt, exhaust]) {
    if (settled && prove.verdict !== "refuted" && other.verdict === "refuted")
      said.push(`${prove.verdict}, but ${other.engine} refutes`);
    const impossible = Object.entries(prove.premises ?? {}).flatMap(([name, possible]) => (possible ? [] : [name]));
    for (const premise of impossible) {
      if (metThough(premise, other)) said.push(`${premise} is impossible, but ${other.engine} met it`);
    }
  }
  return said;
}

const searched = ({ verdict, unmet }: Judgement): string => (unmet === undefined ? verdict : "unsettled");

const words = ({ hunt, exhaust, prove }: Cell): string =>
  `hunt ${searched(hunt)}, exhaust ${searched(exhaust)}, prove ${prove.inconclusive === undefined ? prove.verdict : "unknown"}`;

/** Ask every engine about a rule. Whatever an engine refutes is replayed, minimised and told: these throw when they fail. */
export async function askEngines(bench: Bench, rule: Rule, asked: Asked): Promise<Agreement> {
  const { setting, claims, seed, numRuns, onQuery } = asked;
  const milliseconds = { hunt: 0, exhaust: 0, prove: 0 };
  const answers = new Map<Engine, readonly Judgement[]>();
  for (const engine of ENGINES) {
    const options: JudgeOptions = {
      setting,
      claims,
      engines: [engine],
      seed,
      numRuns,
      ruleById: bench.book.byId,
      prover: () => Promise.resolve(bench.prover),
      ...(onQuery === undefined ? {} : { onQuery: (_rule, _claim, query) => onQuery(query) }),
    };
    const start = performance.now();
    answers.set(engine, (await judgeRule(rule, options)).judgements); // oxlint-disable-line no-await-in-loop -- engines are timed one by one
    milliseconds[engine] = performance.now() - start;
  }
  const of = (engine: Engine, at: number): Judgement => {
    const judgement = answers.get(engine)?.[at];
    if (judgement === undefined) throw new Error(`${engine} gave no verdict ${at}`);
    return judgement;
  };
  const cells = (answers.get("hunt") ?? []).map((_, at): Cell => ({
    hunt: of("hunt", at),
    exhaust: of("exhaust", at),
    prove: of("prove", at),
  }));
  const tally: Record<string, number> = {};
  const contradictions: string[] = [];
  const several: string[] = [];
  let [unknown, shared] = [0, 0];
  for (const cell of cells) {
    tally[words(cell)] = (tally[words(cell)] ?? 0) + 1;
    const where = `${rule.id}, ${cell.hunt.claim}, orders ${setting.orders.map(orderText).join(",")}, resize ${setting.resize}`;
    contradictions.push(...contradictionsOf(cell).map((what) => `${where}: ${what}\n${rule.text}`));
    if (cell.prove.inconclusive !== undefined) unknown++;
    const found = ENGINES.flatMap((engine) => cell[engine].counterexample ?? []);
    if (found.length > 1) shared++;
    if (new Set(found.map(({ id }) => id)).size > 1) {
      several.push(`${where}:\n${found.map(({ ops }) => JSON.stringify(ops)).join("\n")}\n${rule.text}`);
    }
  }
  return { cells: cells.length, tally, contradictions, unknown, shared, several, milliseconds };
}
