/**
 * Solvers in threads, so that a search and a proof run at once. Each thread has one text at a time; answers do not depend on
 * which thread gave them. A thread that waits does not keep the process alive.
 */

import type { Worker } from "node:worker_threads";
import type { Answer } from "./solver.ts";
import { loadSolver } from "./solver.ts";

export interface Solver {
  readonly version: string;
  readonly check: (text: string) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

type Reply = Answer | { readonly version: string } | { readonly failed: string };

/** The next thing a thread says. */
function reply(worker: Worker): Promise<Reply> {
  worker.ref();
  return new Promise<Reply>((resolve, reject) => {
    const done = (): void => {
      worker.off("message", said).off("error", failed).off("exit", ended);
      worker.unref();
    };
    const said = (message: Reply): void => {
      done();
      resolve(message);
    };
    const failed = (error: unknown): void => {
      done();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const ended = (code: number): void => failed(new Error(`the solver's thread ended with ${code}`));
    worker.on("message", said).on("error", failed).on("exit", ended);
  });
}

/** @param stop ends a thread that is still loading, and this with it */
async function startThread(entry: URL, stop?: AbortSignal): Promise<{ worker: Worker; version: string }> {
  // Loaded with the first thread: Node takes its time.
  const { Worker: Thread } = await import("node:worker_threads");
  stop?.throwIfAborted();
  const worker = new Thread(entry);
  const end = (): void => void worker.terminate();
  stop?.addEventListener("abort", end);
  try {
    const hello = await reply(worker);
    return { worker, version: "version" in hello ? hello.version : "" };
  } finally {
    stop?.removeEventListener("abort", end);
  }
}

/** So many threads at most; the second starts when the first is busy, and so on. */
export async function threadedSolver(
  threads: number,
  entry = new URL("./host.js", import.meta.url),
  stop?: AbortSignal,
): Promise<Solver> {
  const first = await startThread(entry, stop);
  const all = [first.worker];
  const idle = [first.worker];
  const waiting: ((worker: Worker) => void)[] = [];
  const starting = new Set<Promise<void>>();
  const release = (worker: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  const another = async (): Promise<void> => {
    const { worker } = await startThread(entry);
    all.push(worker);
    release(worker);
  };
  const acquire = (): Promise<Worker> => {
    const worker = idle.pop();
    if (worker !== undefined) return Promise.resolve(worker);
    if (all.length + starting.size < threads) {
      const start = another().finally(() => starting.delete(start));
      starting.add(start);
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  return {
    version: first.version,
    check: async (text) => {
      const worker = await acquire();
      try {
        const asked = reply(worker);
        worker.postMessage(text); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window
        const said = await asked;
        if ("answer" in said) return said;
        throw new Error("failed" in said ? said.failed : "the solver's thread started twice");
      } finally {
        release(worker);
      }
    },
    close: async () => {
      await Promise.allSettled(starting);
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

async function localSolver(): Promise<Solver> {
  const { version, check } = await loadSolver();
  return { version, check: async (text) => check(text), close: async () => undefined };
}

/**
 * With 0 threads the solver runs in this one. Threads need the built files: where the sources themselves are run, there
 * is none.
 */
export const openSolver = (threads: number, stop?: AbortSignal): Promise<Solver> =>
  threads > 0 && import.meta.url.endsWith(".js") ? threadedSolver(threads, undefined, stop) : localSolver();
