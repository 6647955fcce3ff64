/** Who gets which piece when, and that what comes of the pieces does not depend on the order in which they end. */

import type { ClaimName } from "../../../model/claim.ts";
import { describe, expect, it, vi } from "vitest";
import type { BlockFinding, Hunt } from "../../../props/search/blocks.ts";
import { NOTHING_HUNTED } from "../../../props/search/blocks.ts";
import type { Row, RowOutcome, ScheduleOptions } from "../../../props/judge/jobs/schedule.ts";
import { queriesOf, runRows } from "../../../props/judge/jobs/schedule.ts";
import type { Done, Task } from "../../../props/judge/jobs/task.ts";
import { byId } from "../../support/prove-models.ts";

const RULE = byId("none");
const START: ClaimName = "folio_starts_in_slot";
const END: ClaimName = "folio_ends_in_slot";

const row = (blocks: number, more: Partial<Row> = {}): Row => ({
  plan: { seed: 1, numRuns: blocks * 1000, withISize: false },
  claims: [START],
  engines: ["hunt"],
  provesFirst: false,
  ...more,
});

const finding: BlockFinding = { run: 7, ops: [], seed: 1, path: "6" };
const part = (blocks: number, found: readonly ClaimName[] = []): Hunt => ({
  ...NOTHING_HUNTED,
  blocks,
  runs: blocks * 1000,
  findings: new Map(found.map((claim) => [claim, finding])),
});

/** Pieces as words: "0: 5-10" is a stretch of the first rule's blocks, "1: end" the second rule's conclusion. */
const words = (task: Task): string =>
  task.task === "hunt"
    ? `${task.rule}: ${task.stretch.from}-${task.stretch.to}`
    : `${task.rule}: ${task.task === "settle" ? "prove" : "end"}`;

const concluded = (rule: number): Done => ({
  task: "conclude",
  judged: { rule: RULE, judgements: [], undefinedInputs: [] },
  queries: [{ rule: `rule ${rule}`, claim: START, query: { name: "q", text: "", answer: "unsat" } }],
});

/** What a piece comes to where nothing is found. */
const nothing = (task: Task): Done =>
  task.task === "hunt" ? { task: "hunt", part: part(task.stretch.to - task.stretch.from) } : concluded(task.rule);

const OPTIONS: ScheduleOptions = { inTurns: false, timeIsUp: () => false, interrupted: () => false };

/** Run with pieces that end in the order given by `next`, of those under way; at once and in order without. */
async function scheduled(
  rows: readonly Row[],
  {
    width = 1,
    comes = nothing,
    next = () => 0,
    ...over
  }: Partial<ScheduleOptions> & {
    width?: number;
    comes?: (task: Task) => Done;
    next?: (underWay: readonly string[]) => number;
  } = {},
): Promise<{ started: string[]; tasks: Task[]; most: number; outcomes: readonly RowOutcome[] }> {
  const tasks: Task[] = [];
  const underWay: { task: Task; end: () => void }[] = [];
  let most = 0;
  const run = (task: Task): Promise<Done> =>
    new Promise((resolve, reject) => {
      tasks.push(task);
      underWay.push({
        task,
        end: () => {
          try {
            resolve(comes(task));
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
      });
      most = Math.max(most, underWay.length);
      // Once all that start now have started.
      setImmediate(() => {
        if (underWay.length === 0) return;
        const [ending] = underWay.splice(next(underWay.map((one) => words(one.task))), 1);
        ending?.end();
      });
    });
  const outcomes = await runRows(rows, { width, run, close: () => Promise.resolve() }, { ...OPTIONS, ...over });
  return { started: tasks.map(words), tasks, most, outcomes };
}

describe("the pieces", () => {
  it("are stretches of 50 blocks and then the conclusion, rule after rule", async () => {
    const { started, outcomes } = await scheduled([row(120), row(10)]);
    expect(started).toEqual(["0: 0-50", "0: 50-100", "0: 100-120", "0: end", "1: 0-10", "1: end"]);
    expect(outcomes.map(({ hunt }) => [hunt.blocks, hunt.runs])).toEqual([[120, 120_000], [10, 10_000]]); // prettier-ignore
    expect(outcomes.map((outcome) => outcome.concluded?.judged.rule)).toEqual([RULE, RULE]);
  });

  it("are stretches of 5 blocks where the rules take turns, the one that had fewest first", async () => {
    const { started } = await scheduled([row(12), row(7), row(3)], { inTurns: true });
    expect(started).toEqual([
      "0: 0-5", "1: 0-5", "2: 0-3", "2: end", "0: 5-10", "1: 5-7", "1: end", "0: 10-12", "0: end",
    ]); // prettier-ignore
  });

  it("are given out up to the width, whole rules from the first on", async () => {
    const { started, most } = await scheduled([row(120), row(60)], { width: 3 });
    expect(most).toBe(3);
    expect(started).toEqual(["0: 0-50", "0: 50-100", "0: 100-120", "1: 0-50", "1: 50-60", "0: end", "1: end"]);
  });

  it("conclude with what the hunt came to, and at once where there is none", async () => {
    const { tasks } = await scheduled([row(5, { engines: ["hunt", "prove"] }), row(5, { engines: ["prove"] })]);
    expect(tasks.map(words)).toEqual(["1: end", "0: 0-5", "0: end"]);
    expect(tasks[2]).toMatchObject({ task: "conclude", engines: ["hunt", "prove"], hunted: { blocks: 5 } });
    expect(tasks[0]).toEqual({ task: "conclude", rule: 1, engines: ["prove"] });
  });

  it("look for the claims that are still open", async () => {
    const comes = (task: Task): Done =>
      task.task === "hunt" && task.stretch.from === 0 ? { task: "hunt", part: part(50, [END]) } : nothing(task);
    const { tasks } = await scheduled([row(100, { claims: [START, END] })], { comes });
    expect(tasks.map((task) => task.task === "hunt" && task.stretch.open)).toEqual([[START, END], [START], false]);
  });

  it("end with the last claim that falls", async () => {
    const comes = (task: Task): Done =>
      task.task === "hunt" ? { task: "hunt", part: part(3, [START]) } : concluded(task.rule);
    const { started, outcomes } = await scheduled([row(500)], { comes });
    expect(started).toEqual(["0: 0-50", "0: end"]);
    expect(outcomes[0]?.hunt.blocks).toBe(3);
  });

  it("go on with a hunt that was begun before, and are none for a rule that was judged", async () => {
    const judged = { rule: RULE, judgements: [], undefinedInputs: [] };
    const { started, outcomes } = await scheduled([row(60, { hunted: part(55) }), row(5, { judged, hunted: part(5) })]);
    expect(started).toEqual(["0: 55-60", "0: end"]);
    expect(outcomes[0]?.hunt.blocks).toBe(60);
    expect(outcomes[1]).toEqual({ hunt: part(5), concluded: { judged, queries: [] } });
  });

  it("are told as they start, and all outcomes after each", async () => {
    const [starts, dones]: [string[], number[][]] = [[], []];
    await scheduled([row(60)], {
      onStart: (at, task) => starts.push(`${at} ${words(task)}`),
      onDone: (outcomes) => dones.push(outcomes.map(({ hunt }) => hunt.blocks)),
    });
    expect(starts).toEqual(["0 0: 0-50", "0 0: 50-60", "0 0: end"]);
    expect(dones).toEqual([[50], [60], [60]]);
  });
});

describe("the order in which pieces end", () => {
  it("does not matter: what follows waits for what comes before it", async () => {
    const dones: number[] = [];
    const { started, outcomes } = await scheduled([row(150)], {
      width: 3,
      next: (underWay) => underWay.length - 1,
      onDone: ([first]) => dones.push(first?.hunt.blocks ?? -1),
    });
    expect(started).toEqual(["0: 0-50", "0: 50-100", "0: 100-150", "0: end"]);
    expect(dones).toEqual([0, 0, 150, 150]);
    expect(outcomes[0]?.hunt.runs).toBe(150_000);
  });

  it("does not matter: a stretch that looked for a claim which then fell is run again for the rest", async () => {
    // Blocks 0 to 50 break START. Blocks 50 to 100, begun before that was known, broke both and stopped early.
    const comes = (task: Task): Done => {
      if (task.task !== "hunt") return concluded(task.rule);
      if (task.stretch.from === 0) return { task: "hunt", part: part(50, [START]) };
      return { task: "hunt", part: part(task.stretch.open.length === 2 ? 9 : 21, [END]) };
    };
    const { started, tasks, outcomes } = await scheduled([row(100, { claims: [START, END] })], { width: 2, comes });
    expect(started).toEqual(["0: 0-50", "0: 50-100", "0: 50-100", "0: end"]);
    expect(tasks.map((task) => task.task === "hunt" && task.stretch.open)).toEqual([[START, END], [START, END], [END], false]); // prettier-ignore
    expect(outcomes[0]?.hunt.blocks).toBe(71);
    expect([...(outcomes[0]?.hunt.findings.keys() ?? [])]).toEqual([START, END]);
  });

  it("does not matter: a stretch behind the one that broke the last claim counts for nothing", async () => {
    const comes = (task: Task): Done =>
      task.task === "hunt" && task.stretch.from === 0 ? { task: "hunt", part: part(50, [START]) } : nothing(task);
    const late = await scheduled([row(100)], { width: 2, comes, next: (underWay) => underWay.length - 1 });
    expect(late.outcomes[0]?.hunt.blocks).toBe(50);
    const early = await scheduled([row(100)], { width: 2, comes });
    expect(early.outcomes[0]?.hunt.blocks).toBe(50);
  });
});

describe("when time is up", () => {
  it("no more is hunted, and each rule is concluded from what there is", async () => {
    let pieces = 0;
    const { tasks, outcomes } = await scheduled([row(500), row(500)], { timeIsUp: () => pieces > 1, onDone: () => (pieces += 1) });
    expect(tasks.map(words)).toEqual(["0: 0-50", "0: 50-100", "0: end", "1: end"]);
    expect(tasks[2]).toMatchObject({ hunted: { blocks: 100 } });
    expect(outcomes.map(({ hunt }) => hunt.blocks)).toEqual([100, 0]);
  }); // prettier-ignore

  it("what is under way is waited for before its rule is concluded", async () => {
    let pieces = 0;
    const { started, outcomes } = await scheduled([row(500)], { width: 2, timeIsUp: () => pieces > 0, onDone: () => (pieces += 1) });
    expect(started).toEqual(["0: 0-50", "0: 50-100", "0: end"]);
    expect(outcomes[0]?.hunt.blocks).toBe(100);
  }); // prettier-ignore

  it("what has to be run again still is", async () => {
    let pieces = 0;
    const comes = (task: Task): Done => {
      if (task.task !== "hunt") return concluded(task.rule);
      if (task.stretch.from === 0) return { task: "hunt", part: part(50, [START]) };
      return { task: "hunt", part: part(50, [END]) };
    };
    const { started } = await scheduled([row(500, { claims: [START, END] })], {
      width: 2, comes, timeIsUp: () => pieces > 0, onDone: () => (pieces += 1), next: (underWay) => underWay.length - 1,
    });
    expect(started).toEqual(["0: 0-50", "0: 50-100", "0: 50-100", "0: end"]);
  }); // prettier-ignore
});

describe("when it is interrupted", () => {
  it("nothing more starts, and a hunt under way still counts", async () => {
    let started = 0;
    const { tasks, outcomes } = await scheduled([row(500)], {
      width: 2, interrupted: () => started > 1, onStart: () => (started += 1),
    });
    expect(tasks.map(words)).toEqual(["0: 0-50", "0: 50-100"]);
    expect(outcomes).toEqual([{ hunt: part(100) }]);
  }); // prettier-ignore

  it("a conclusion under way is dropped, within a moment, even if it never ends", async () => {
    let isInterrupted = false;
    const run = (): Promise<Done> => {
      setTimeout(() => (isInterrupted = true), 5);
      return new Promise(() => undefined);
    };
    const executor = { width: 1, run, close: () => Promise.resolve() };
    const outcomes = await runRows([row(5, { engines: ["prove"] })], executor, {
      ...OPTIONS,
      interrupted: () => isInterrupted,
    });
    expect(outcomes).toEqual([{ hunt: NOTHING_HUNTED }]);
  });

  it("before it began, there is nothing", async () => {
    const { tasks, outcomes } = await scheduled([row(5)], { interrupted: () => true });
    expect([tasks, outcomes]).toStrictEqual([[], [{ hunt: NOTHING_HUNTED }]]);
  });
});

describe("a piece that fails", () => {
  const failing = (what: Task["task"]) => (task: Task): Done => {
    if (task.task === what) throw new Error(`no ${what}`);
    return nothing(task);
  }; // prettier-ignore

  it("fails the whole", async () => {
    await expect(scheduled([row(5)], { comes: failing("hunt") })).rejects.toThrow("no hunt");
    await expect(scheduled([row(5)], { comes: failing("conclude") })).rejects.toThrow("no conclude");
  });

  it("fails it when it was under way as it was interrupted, unless it was to be dropped", async () => {
    const interruptedAt = (count: number) => {
      let started = 0;
      return { interrupted: () => started >= count, onStart: () => (started += 1) };
    };
    await expect(scheduled([row(5)], { comes: failing("hunt"), ...interruptedAt(1) })).rejects.toThrow("no hunt");
    const dropped = await scheduled([row(5)], { comes: failing("conclude"), ...interruptedAt(2) });
    expect(dropped.outcomes).toEqual([{ hunt: part(5) }]);
  });
});

describe("whether it was interrupted", () => {
  it("is looked at every 50 ms, and a piece that takes longer is waited for", async () => {
    const run = (task: Task): Promise<Done> => new Promise((resolve) => setTimeout(() => resolve(nothing(task)), 120));
    const executor = { width: 1, run, close: () => Promise.resolve() };
    const outcomes = await runRows([row(5, { engines: ["prove"] })], executor, OPTIONS);
    expect(outcomes[0]?.concluded?.judged.rule).toBe(RULE);
  });

  it("is not looked at any more once all is done, or one piece has failed", async () => {
    const [starts, ends] = [vi.spyOn(globalThis, "setInterval"), vi.spyOn(globalThis, "clearInterval")];
    await scheduled([row(5)]);
    await scheduled([row(5)], { comes: () => { throw new Error("no piece"); } }).catch(() => undefined);
    const looking = starts.mock.results.map(({ value }) => value as unknown);
    expect(starts.mock.calls.map(([, every]) => every)).toEqual([50, 50]);
    expect(ends.mock.calls.map(([timer]) => timer as unknown)).toEqual(looking);
    vi.restoreAllMocks();
  }); // prettier-ignore
});

it("queries are those of all rules, in the order of the rules", async () => {
  const { outcomes } = await scheduled([row(5), row(5), row(5)], { width: 3, next: (underWay) => underWay.length - 1 });
  expect(queriesOf(outcomes).map(({ rule }) => rule)).toEqual(["rule 0", "rule 1", "rule 2"]);
  expect(queriesOf([{ hunt: NOTHING_HUNTED }])).toEqual([]);
});
