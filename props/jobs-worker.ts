/** A thread that judges: pieces come in, what they came to goes out. Started by jobs-pool.ts. */

import { parentPort, workerData } from "node:worker_threads";
import type { Done, Task, Work } from "./jobs-task.ts";
import { perform } from "./jobs-task.ts";
import { openProver } from "./prove.ts";

const { work, prove } = workerData as { readonly work: Work; readonly prove: boolean }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- jobs-pool.ts gives it

// The solver compiles beside this thread while it hunts; a failure is told by the piece that needs it.
let prover: ReturnType<typeof openProver> | undefined;
const openOnce = (): ReturnType<typeof openProver> => (prover ??= openProver({ threads: 0 }));
if (prove) openOnce().catch(() => undefined);

const say = (reply: Done | { readonly failed: unknown }): void => {
  parentPort?.postMessage(reply); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window
};

parentPort?.on("message", (task: Task) => {
  perform(work, task, openOnce).then(
    (done) => say(done),
    (error: unknown) => say({ failed: error }),
  );
});
