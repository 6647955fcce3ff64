/** When pieces go to threads. */

import { expect, it } from "vitest";
import { NOTHING_HUNTED } from "../../../props/search/blocks.ts";
import type { Executor } from "../../../props/judge/jobs/executor.ts";
import { growing } from "../../../props/judge/jobs/executor.ts";
import type { Done, Task } from "../../../props/judge/jobs/task.ts";

const SETTLE: Task = { task: "settle", rule: 0, engines: ["prove"] };
const HUNT: Task = { task: "hunt", rule: 0, stretch: { from: 0, to: 1, open: [] } };

/** Pieces that each take so many milliseconds in the first thread, and who did each. */
function under(took: number, pieces: number): { executor: Executor; said: string[] } {
  const said: string[] = [];
  let now = 0;
  const named = (name: string, width: number): Executor => ({
    width,
    run: () => {
      said.push(name);
      now += took;
      const done: Done = { task: "hunt", part: NOTHING_HUNTED };
      return Promise.resolve(done);
    },
    close: () => {
      said.push(`${name} closed`);
      return Promise.resolve();
    },
  });
  const open = (): Promise<Executor> => {
    said.push("opened");
    return Promise.resolve(named("threads", 4));
  };
  return { executor: growing(named("here", 1), pieces, { width: 4, open, now: () => now }), said };
}

async function after(executor: Executor, tasks: readonly Task[]): Promise<number> {
  for (const task of tasks) await executor.run(task); // oxlint-disable-line no-await-in-loop -- one after the other
  return executor.width;
}

const settles = (many: number): Task[] => Array.from({ length: many }, () => SETTLE);

it("are none where the rest is soon done", async () => {
  const { executor, said } = under(100, 40);
  expect(await after(executor, settles(40))).toBe(1);
  await executor.close();
  expect(said).toEqual([...Array.from({ length: 40 }, () => "here"), "here closed"]);
});

it("are opened, once, by the first piece that is hunted", async () => {
  const { executor, said } = under(1, 3);
  expect(await after(executor, [SETTLE, HUNT])).toBe(4);
  await after(executor, [HUNT, SETTLE]);
  await executor.close();
  expect(said).toEqual(["here", "opened", "threads", "threads", "threads", "here closed", "threads closed"]);
});

it("are opened at once for many pieces", async () => {
  const { executor, said } = under(1, 60);
  expect(await after(executor, settles(2))).toBe(4);
  expect(said).toEqual(["opened", "threads", "threads"]);
});

it("are opened where much is left, but not by what the first pieces took", async () => {
  const { executor, said } = under(1000, 30);
  expect(await after(executor, settles(5))).toBe(1);
  expect(await after(executor, settles(2))).toBe(4);
  expect(said.slice(4)).toEqual(["here", "opened", "threads", "threads"]);
});
