/** Who does the pieces: this thread, or several. What a piece comes to does not depend on who did it. */

import type { Asks, Done, Task, Work } from "./task.ts";
import { perform } from "./task.ts";

export interface Executor {
  /** Pieces that can be under way at a time. */
  readonly width: number;
  readonly run: (task: Task) => Promise<Done>;
  /** Ends what is under way: it never comes to anything. */
  readonly close: () => Promise<void>;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** This thread. Between two pieces it looks up, so that a signal is heard. */
export const inThread = (work: Work, asks: Asks): Executor => ({
  width: 1,
  run: async (task) => {
    await turn();
    return perform(work, task, asks);
  },
  close: async () => undefined,
});

/** Threads need the built files: where the sources themselves are run, there are none to start. */
export const hasThreads = (): boolean => import.meta.url.endsWith(".js");
