/** Pieces done by several threads. Loaded where there are some to start: Node takes its time to load what starts them. */

import { Worker } from "node:worker_threads";
import type { Rule } from "../../../model/rule/tree.ts";
import type { SolverName } from "../../prove/solvers.ts";
import type { Executor } from "./executor.ts";
import type { Done, Task, Work } from "./task.ts";

type Reply = Done | { readonly failed: unknown };

const errorOf = (failed: unknown): Error => (failed instanceof Error ? failed : new Error(String(failed)));

/** Give a thread one piece. A thread that dies is an error, never a piece that came to nothing. */
function give(worker: Worker, task: Task): Promise<Done> {
  return new Promise<Done>((resolve, reject) => {
    const settle = (tell: () => void): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      tell();
    };
    const onMessage = (reply: Reply): void => {
      settle(() => ("failed" in reply ? reject(errorOf(reply.failed)) : resolve(reply)));
    };
    const onError = (error: unknown): void => settle(() => reject(errorOf(error)));
    const onExit = (code: number): void => {
      settle(() => reject(new Error(`a thread that was judging ended with ${code}`)));
    };
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(task); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window
  });
}

/** What a thread is given when it starts. */
export interface Given {
  readonly work: Work;
  /** All that a piece may ask for by its id. */
  readonly catalogue: readonly Rule[];
  /** Who answers the prover's questions in each thread. */
  readonly solvers: readonly SolverName[];
}

/** So many threads, started at once. */
export function inThreads(given: Given, width: number, entry = new URL("./jobs-worker.js", import.meta.url)): Executor {
  const workers = Array.from({ length: width }, () => new Worker(entry, { workerData: given }));
  // Until a piece is given nobody else listens, and an error nobody listens to would end the process.
  const early = new Map<Worker, Error>();
  for (const worker of workers) worker.on("error", (error) => early.set(worker, errorOf(error)));
  const idle = [...workers];
  return {
    width,
    run: async (task) => {
      const worker = idle.pop();
      if (worker === undefined) throw new Error("more pieces than threads");
      const dead = early.get(worker);
      if (dead !== undefined) throw dead;
      const done = await give(worker, task);
      idle.push(worker);
      return done;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
