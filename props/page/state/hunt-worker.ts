/** The hunt, beside the page so that the page stays awake: it is told what to judge and answers claim by claim. */

import type { ClaimName } from "../../../model/claim.ts";
import { judgeRule } from "../../judge/judge.ts";
import type { HuntReport, HuntRequest } from "./hunted.ts";

async function judge(request: HuntRequest, claim: ClaimName, report: (told: HuntReport) => void): Promise<void> {
  const { rule, setting, seed, numRuns, catalogue } = request;
  const byId = new Map(catalogue.map((each) => [each.id, each]));
  const { judgements } = await judgeRule(rule, {
    setting,
    claims: [claim],
    engines: ["hunt", "exhaust"],
    seed,
    numRuns,
    ruleById: (id) => {
      const found = byId.get(id);
      if (found === undefined) throw new Error(`no rule ${id} in the catalogue`);
      return found;
    },
    prover: () => Promise.reject(new Error("the page does not prove")),
    onProgress: (_rule, engine) => report({ is: "started", claim, engine }),
  });
  for (const judgement of judgements) report({ is: "judged", claim, judgement });
}

async function run(request: HuntRequest, report: (told: HuntReport) => void): Promise<void> {
  for (const claim of request.claims) {
    try {
      // One after the other: each answer is shown as it comes.
      await judge(request, claim, report); // oxlint-disable-line no-await-in-loop -- in turn, see above
    } catch (error) {
      report({ is: "failed", claim, message: error instanceof Error ? error.message : String(error) });
    }
  }
  report({ is: "done" });
}

// A worker's own global: the DOM's types describe the page's.
addEventListener("message", ({ data }: MessageEvent<HuntRequest>) => {
  void run(data, (told) => postMessage(told));
});
