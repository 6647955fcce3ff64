/**
 * What the rules of a world read and no model knows, answered while a list of ops runs. A value is looked for among those
 * that the op was given, by its text, its place and how often the evaluation came to it; what is not there is answered by
 * `otherwise`. The level rule is asked about a slot that is bound, so its values are the bind's and stay with the slot.
 * What keeps its value for a whole run has the one that it had first, whichever rule asks.
 */

import type { Answers as MachineAnswers } from "../model/abstract/machine.ts";
import type { Given } from "../model/given.ts";
import type { Rule, Unknown } from "../model/rule/tree.ts";
import { wrapTo } from "../model/rule/tree.ts";

/** An unknown that an evaluation came to. */
export interface AskedUnknown {
  readonly unknown: Unknown;
  /** From 1; 0 of one that keeps its value for a whole run. */
  readonly times: number;
  /** Of a map, level or order rule: what it is asked about. */
  readonly order: number | undefined;
  /** Which op of the list its value stands on, from 0. */
  readonly op: number;
}

export type Otherwise = (asked: AskedUnknown) => bigint;

/** As where nothing goes wrong. */
export const plainly: Otherwise = ({ unknown }) => unknown.plain;

export interface Answers extends MachineAnswers {
  /** Answers what no op was given; `plainly` unless set. */
  otherwise: Otherwise;
  /** Every value of the list so far, as the given values of each op, in the order in which they were asked for. */
  readonly asked: () => ReadonlyMap<number, readonly Given[]>;
  /** What was asked for since the evaluation of the rule began. */
  readonly ofEvaluation: () => readonly Given[];
  /** An evaluation of the rule of this kind begins. */
  readonly bind: () => void;
  readonly level: (pgoff: number, order: number) => void;
  readonly map: (order: number) => void;
  readonly order: (order: number) => void;
  readonly answer: (rule: Rule, unknown: number, times: number) => bigint;
}

interface Tape {
  readonly op: number;
  readonly given: readonly Given[];
}

const NO_TAPE: Tape = { op: -1, given: [] };

export const placeOf = ({ line, column }: Unknown): string => `${line}:${column}`;

/** Does a given value stand for this? One that is kept for a run is known by its text: its places in the rules differ. */
export const isOf = (given: Given, unknown: Unknown, times: number, order: number | undefined): boolean =>
  given.text === unknown.text &&
  given.times === times &&
  (times === 0 || (given.order === order && given.at === placeOf(unknown)));

export function newAnswers(): Answers {
  let owner: object | undefined;
  let tape = NO_TAPE;
  /** Of the evaluation under way. */
  let from = NO_TAPE;
  let order: number | undefined;
  let evaluation: Given[] = [];
  const slots = new Map<number, Tape>();
  const run = new Map<string, bigint>();
  const records = new Map<number, Map<string, Given>>();

  const start = (of: Tape, at: number | undefined): void => {
    from = of;
    order = at;
    evaluation = [];
  };

  function value(unknown: Unknown, times: number): bigint {
    const there = from.given.find((given) => isOf(given, unknown, times, order));
    return wrapTo(unknown.type, there?.value ?? answers.otherwise({ unknown, times, order, op: from.op }));
  }

  function note(unknown: Unknown, times: number, is: bigint): void {
    const { text, pointer } = unknown;
    const given: Given = {
      at: placeOf(unknown),
      text,
      times,
      ...(order !== undefined && times > 0 && { order }),
      value: is,
      ...(pointer && { pointer }),
    };
    evaluation.push(given);
    const ofOp = records.get(from.op) ?? new Map<string, Given>();
    records.set(from.op, ofOp);
    ofOp.set(`${given.order ?? ""} ${given.at} ${times} ${text}`, given);
  }

  const answers: Answers = {
    otherwise: plainly,
    begin: (vm) => {
      owner = vm;
      start(NO_TAPE, undefined);
      tape = NO_TAPE;
      slots.clear();
      run.clear();
      records.clear();
    },
    open: (vm, given) => {
      // What was said is remembered for one list at a time.
      if (vm !== owner) throw new Error("another machine has begun in the same world");
      tape = { op: tape.op + 1, given };
    },
    bound: (pgoff) => void slots.set(pgoff, tape),
    bind: () => start(tape, undefined),
    level: (pgoff, at) => start(slots.get(pgoff) ?? tape, at),
    map: (at) => start(tape, at),
    order: (at) => start(tape, at),
    answer: (rule, at, times) => {
      const unknown = rule.unknowns[at];
      if (unknown === undefined) throw new Error(`rule ${rule.id} has no unknown ${at}`);
      if (times > 0) {
        const is = value(unknown, times);
        note(unknown, times, is);
        return is;
      }
      const name = `${unknown.type} ${unknown.text}`;
      const known = run.get(name);
      const is = known ?? value(unknown, 0);
      if (known === undefined) note(unknown, 0, is);
      run.set(name, is);
      return is;
    },
    asked: () => new Map([...records].map(([op, given]) => [op, [...given.values()]])),
    ofEvaluation: () => evaluation,
  };
  return answers;
}
