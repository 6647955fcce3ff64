/**
 * Judging many rules with several threads. Pieces are handed out as threads fall idle and come back in any order; what
 * they come to is put together in the order of rules and blocks, so it is the same with any number of threads.
 */

import type { ClaimName } from "../../../model/claim.ts";
import type { Hunt, HuntPlan, Stretch } from "../../search/blocks.ts";
import { append, NOTHING_HUNTED, openClaims, ownBlocks } from "../../search/blocks.ts";
import type { Judged } from "../judge.ts";
import type { Settled } from "../settle.ts";
import type { Executor } from "./executor.ts";
import type { AskedQuery, Concluded, Done, Task } from "./task.ts";
import type { Engine } from "../verdict.ts";

/** One rule on its way to its verdicts. */
export interface Row {
  readonly plan: HuntPlan;
  readonly claims: readonly ClaimName[];
  readonly engines: readonly Engine[];
  /** The prover is asked before anything is hunted. */
  readonly provesFirst: boolean;
  /** What of its hunt was done before, if any. */
  readonly hunted?: Hunt;
  /** It was judged before. */
  readonly judged?: Judged;
}

export interface RowOutcome {
  readonly hunt: Hunt;
  /** What the prover said, where that left something to hunt for. */
  readonly settled?: Settled;
  /** Undefined where the judging was ended before it came to this. */
  readonly concluded?: Concluded;
}

export interface ScheduleOptions {
  /** The hunts share the time: each rule gets a turn, rather than the first all of it. */
  readonly inTurns: boolean;
  /** No more hunting: conclude from what there is. */
  readonly timeIsUp: () => boolean;
  /** Stop now: what is under way is dropped, but for blocks of a hunt, which are done in a moment. */
  readonly interrupted: () => boolean;
  readonly onStart?: (row: number, task: Task) => void;
  /** Told after every piece. */
  readonly onDone?: (outcomes: readonly RowOutcome[]) => void;
}

/** Blocks that are handed out together: a fifth of a second or so. */
const STRETCH_BLOCKS = 50;
/** And where rules take turns. */
const TURN_BLOCKS = 5;
/** How often an idle scheduler looks whether it was interrupted, in milliseconds. */
const LOOK_EVERY = 50;

interface State {
  readonly row: Row;
  readonly total: number;
  hunt: Hunt;
  /** Own blocks handed out. */
  sent: number;
  /** Stretches under way. */
  hunting: number;
  readonly waiting: Map<number, { readonly stretch: Stretch; readonly part: Hunt }>;
  again: Stretch | undefined;
  /** The prover has yet to be asked, is being asked, or has nothing more to say. */
  settling: "to ask" | "asked" | "done";
  settled: Settled | undefined;
  /** What is hunted for: all claims, or those that the prover left open. */
  claims: readonly ClaimName[];
  /** What the prover was asked before the hunt. */
  queries: readonly AskedQuery[];
  concluding: boolean;
  concluded: Concluded | undefined;
}

function begin(row: Row): State {
  const hunt = row.hunted ?? NOTHING_HUNTED;
  const { judged } = row;
  return {
    row,
    total: row.engines.includes("hunt") ? ownBlocks(row.plan) : 0,
    hunt,
    sent: hunt.blocks,
    hunting: 0,
    waiting: new Map(),
    again: undefined,
    settling: row.provesFirst && judged === undefined ? "to ask" : "done",
    settled: undefined,
    claims: row.claims,
    queries: [],
    concluding: judged !== undefined,
    concluded: judged === undefined ? undefined : { judged, queries: [] },
  };
}

const allFell = ({ claims, hunt }: State): boolean => openClaims(claims, hunt).length === 0;

const huntOver = (state: State, timeIsUp: boolean): boolean =>
  allFell(state) || state.hunt.blocks >= state.total || (timeIsUp && state.hunting === 0);

/**
 * The next piece that nobody has: what must be done again, then what the prover says of each rule, then whole rules from
 * the first on, then more of a hunt.
 */
function nextTask(states: readonly State[], inTurns: boolean, timeIsUp: boolean): Task | undefined {
  for (const [rule, state] of states.entries()) {
    const { again } = state;
    if (again === undefined) continue;
    state.again = undefined;
    state.hunting++;
    return { task: "hunt", rule, stretch: again };
  }
  for (const [rule, state] of states.entries()) {
    if (state.settling !== "to ask") continue;
    state.settling = "asked";
    return { task: "settle", rule, engines: state.row.engines };
  }
  const settled = states.filter(({ settling, concluding }) => settling === "done" && !concluding);
  for (const [rule, state] of states.entries()) {
    if (!settled.includes(state) || !huntOver(state, timeIsUp)) continue;
    state.concluding = true;
    const { engines } = state.row;
    return {
      task: "conclude",
      rule,
      engines,
      ...(engines.includes("hunt") ? { hunted: state.hunt } : {}),
      ...(state.settled === undefined ? {} : { settled: state.settled }),
    };
  }
  if (timeIsUp) return undefined;
  const hunting = settled.filter((state) => !allFell(state) && state.sent < state.total);
  const first = inTurns
    ? hunting.reduce<State | undefined>(
        (least, state) => (least && least.sent <= state.sent ? least : state),
        undefined,
      )
    : hunting[0];
  if (first === undefined) return undefined;
  const { sent: from, total } = first;
  const to = Math.min(from + (inTurns ? TURN_BLOCKS : STRETCH_BLOCKS), total);
  first.sent = to;
  first.hunting++;
  return {
    task: "hunt",
    rule: states.indexOf(first),
    stretch: { from, to, open: openClaims(first.claims, first.hunt) },
  };
}

/** Take in the stretches that follow on what there is. */
function absorb(state: State): void {
  for (let next = state.waiting.get(state.hunt.blocks); next !== undefined && !allFell(state);) {
    const { stretch, part } = next;
    state.waiting.delete(stretch.from);
    const longer = append(state.hunt, stretch, part, state.claims);
    if (longer === undefined) {
      state.again = { ...stretch, open: openClaims(state.claims, state.hunt) };
      return;
    }
    state.hunt = longer;
    next = state.waiting.get(longer.blocks);
  }
}

function takeIn(states: readonly State[], task: Task, done: Done): void {
  const state = states[task.rule];
  if (state === undefined) throw new Error(`no rule ${task.rule}`);
  if (done.task === "conclude") {
    state.settling = "done";
    state.concluding = true;
    state.concluded = { judged: done.judged, queries: [...state.queries, ...done.queries] };
  } else if (done.task === "settle") {
    const { settled, queries } = done;
    Object.assign(state, { settling: "done", settled, queries, claims: settled.open });
  } else if (task.task === "hunt") {
    state.hunting--;
    state.waiting.set(task.stretch.from, { stretch: task.stretch, part: done.part });
    absorb(state);
  }
}

const outcomesOf = (states: readonly State[]): RowOutcome[] =>
  states.map(({ hunt, settled, concluded }) => ({
    hunt,
    ...(settled === undefined ? {} : { settled }),
    ...(concluded === undefined ? {} : { concluded }),
  }));

/** Look every now and then whether it was interrupted. */
function watch(interrupted: () => boolean): { readonly seen: Promise<void>; readonly end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const seen = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      if (interrupted()) resolve();
    }, LOOK_EVERY);
  });
  return { seen, end: () => clearInterval(timer) };
}

/**
 * Do all the pieces of all rows. Ended early, it says what there was by then.
 * @throws whatever a piece threw: nothing is lost in silence
 */
export async function runRows(
  rows: readonly Row[],
  executor: Executor,
  options: ScheduleOptions,
): Promise<readonly RowOutcome[]> {
  const states = rows.map(begin);
  const { inTurns, timeIsUp, interrupted, onStart, onDone } = options;
  const underWay = new Map<Task, Promise<void>>();
  const watching = watch(interrupted);
  const launch = (task: Task): void => {
    onStart?.(task.rule, task);
    const end = async (): Promise<void> => {
      const done = await executor.run(task);
      takeIn(states, task, done);
      onDone?.(outcomesOf(states));
    };
    underWay.set(
      task,
      end().finally(() => underWay.delete(task)),
    );
  };
  try {
    for (;;) {
      while (underWay.size < executor.width && !interrupted()) {
        const task = nextTask(states, inTurns, timeIsUp());
        if (task === undefined) break;
        launch(task);
      }
      if (underWay.size === 0 || interrupted()) break;
      await Promise.race([...underWay.values(), watching.seen]); // oxlint-disable-line no-await-in-loop -- a piece at a time
    }
    const left = [...underWay];
    for (const [, end] of left) end.catch(() => undefined);
    await Promise.all(left.flatMap(([{ task }, end]) => (task === "hunt" ? [end] : [])));
  } finally {
    watching.end();
  }
  return outcomesOf(states);
}

export const queriesOf = (outcomes: readonly RowOutcome[]): readonly AskedQuery[] =>
  outcomes.flatMap(({ concluded }) => concluded?.queries ?? []);
