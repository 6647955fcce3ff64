/** A contract's tree, run with inputs: the same machine code that rules are run by. */

import type { Given } from "../../model/given.ts";
import { afterCall, type Contract, RESULT } from "../../model/rule/contract.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { RuleTree, Site, Unknown } from "../../model/rule/tree.ts";
import { wrapTo } from "../../model/rule/tree.ts";
import { compileRule } from "../../model/rule/wasm/module.ts";
import { isOf } from "../../sim/answers.ts";
import type { ContractInput } from "../../sim/contract.ts";

/** What an unknown that is no input is, the how manyth time it is come to. */
export type Answer = (unknown: Unknown, times: number) => bigint;

/** As where nothing goes wrong. */
export const plainly: Answer = ({ plain }) => plain;

/** What is not among the values is as where nothing goes wrong. */
export const givenAnswer =
  (given: readonly Given[]): Answer =>
  (unknown, times) =>
    given.find((each) => isOf(each, unknown, times, undefined))?.value ?? unknown.plain;

export interface Ran {
  readonly outcome: Outcome;
  readonly site: Site | undefined;
  readonly result: bigint | undefined;
  readonly after: readonly ContractInput[];
}

export interface Runner {
  /** @param values of inputs, by their names; one that is missing is 0 */
  readonly run: (values: ReadonlyMap<string, bigint>, answer?: Answer) => Outcome;
  /** The same, with what can be seen afterwards. */
  readonly look: (values: ReadonlyMap<string, bigint>, answer?: Answer) => Ran;
}

const NOTHING = new Map<string, bigint>();

export function runnerOf(tree: RuleTree, { parameters }: Contract): Runner {
  let now = NOTHING as ReadonlyMap<string, bigint>;
  let answerNow = plainly;
  const run = new Map<string, bigint>();
  const evaluator = compileRule(tree, (at, times) => {
    const unknown = tree.unknowns[at];
    if (unknown === undefined) throw new Error(`${tree.id} has no unknown ${at}`);
    if (unknown.is === "input") return now.get(unknown.text) ?? 0n;
    if (times > 0) return answerNow(unknown, times);
    const known = run.get(unknown.text) ?? answerNow(unknown, 0);
    run.set(unknown.text, known);
    return known;
  });
  const cellOf = (name: string): number => tree.cells.findIndex((cell) => cell.name === name);
  const seen = (name: string): bigint | undefined => {
    const at = cellOf(name);
    const cell = tree.cells[at];
    return cell && wrapTo(cell.type, evaluator.cell(at));
  };
  const once: Runner["run"] = (values, answer = plainly) => {
    now = values;
    answerNow = answer;
    run.clear();
    return evaluator.bytes({});
  };
  return {
    run: once,
    look: (values, answer) => {
      const outcome = once(values, answer);
      const after = parameters.flatMap(({ name, type, isPointer }): ContractInput[] => {
        const value = isPointer ? seen(afterCall(name)) : undefined;
        return value === undefined || type === undefined ? [] : [{ name: `*${name}`, type, value }];
      });
      return { outcome, site: evaluator.undefinedAt(), result: seen(RESULT), after };
    },
  };
}
