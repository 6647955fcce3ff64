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

/** An executor that is opened when it is needed, and how many pieces can be under way in it. */
interface More {
  readonly width: number;
  readonly open: () => Promise<Executor>;
  /** Milliseconds from any moment on. */
  readonly now: () => number;
}

/** Pieces whose time says nothing yet of those to come: the engines are being compiled. */
const WARMING = 5;
/** Where so many pieces are left, they are not waited for. */
const MANY = 60;
/** Of fewer, what is left has to take so many milliseconds by what was done so far: on a busy machine all takes longer, and threads help least. */
const PAYS = 20_000;

/**
 * This thread, until others pay: each of them reads and compiles the engines anew, which takes as long as some dozens of
 * rules take to prove. A hunt pays, and so does a rest that takes long.
 * @param pieces how many of them there are, if nothing is hunted
 */
export function growing(first: Executor, pieces: number, { width, open, now }: More): Executor {
  let opened: Promise<Executor> | undefined;
  let done = 0;
  let spent = 0;
  const pays = ({ task }: Task): boolean =>
    task === "hunt" || pieces - done >= MANY || (done >= WARMING && (spent / done) * (pieces - done) > PAYS);
  return {
    get width() {
      return opened === undefined ? first.width : width;
    },
    run: async (task) => {
      if (pays(task)) opened ??= open();
      if (opened !== undefined) return (await opened).run(task);
      const from = now();
      const came = await first.run(task);
      spent += now() - from;
      done++;
      return came;
    },
    close: async () => {
      await first.close();
      await (await opened)?.close();
    },
  };
}

/** Threads need the built files: where the sources themselves are run, there are none to start. */
export const hasThreads = (): boolean => import.meta.url.endsWith(".js");
