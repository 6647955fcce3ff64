/** The solver in a thread of its own: a text comes in, its answer goes out. Started by remote.ts. */

import { parentPort } from "node:worker_threads";
import { loadSolver } from "./solver.ts";

const { version, check } = await loadSolver();
const say = (message: unknown): void => parentPort?.postMessage(message); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window

parentPort?.on("message", (text: string) => {
  try {
    say(check(text));
  } catch (error) {
    say({ failed: String(error) });
  }
});
say({ version });
