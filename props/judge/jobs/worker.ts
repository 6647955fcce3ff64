/** A thread that judges: pieces come in, what they came to goes out. Started by jobs-threads.ts. */

import { parentPort, workerData } from "node:worker_threads";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Given } from "./threads.ts";
import type { Done, Task } from "./task.ts";
import { perform } from "./task.ts";
import { openProver } from "../../prove/prover.ts";

const { work, catalogue, solvers } = workerData as Given; // oxlint-disable-line typescript/no-unsafe-type-assertion -- jobs-threads.ts gives it

const rules = new Map(catalogue.map((rule) => [rule.id, rule]));
function ruleById(id: string): Rule {
  const rule = rules.get(id);
  if (rule === undefined) throw new Error(`rule ${id} was not sent along`);
  return rule;
}

let prover: ReturnType<typeof openProver> | undefined;
const openOnce = (): ReturnType<typeof openProver> => (prover ??= openProver({ solvers }));

const say = (reply: Done | { readonly failed: unknown }): void => {
  parentPort?.postMessage(reply); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window
};

parentPort?.on("message", (task: Task) => {
  perform(work, task, { ruleById, prover: openOnce }).then(
    (done) => say(done),
    (error: unknown) => say({ failed: error }),
  );
});
