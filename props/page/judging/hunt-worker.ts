/**
 * The judge, beside the page so that the page stays awake: it is told what to judge and answers claim by claim. A claim
 * that the first runs do not break is proved; only what the prover leaves open is searched for long.
 */

import type { ClaimName } from "../../../model/claim.ts";
import { slotHits } from "../../judge/layout-hits.ts";
import { judgeRule } from "../../judge/judge.ts";
import type { Judged } from "../../judge/judge.ts";
import type { Engine } from "../../judge/verdict.ts";
import type { Prover } from "../../prove/prover.ts";
import { openProver } from "../../prove/prover.ts";
import type { HuntReport, HuntRequest } from "./hunted.ts";

type Report = (told: HuntReport) => void;

let opened: Promise<Prover> | undefined;
const prover = (): Promise<Prover> => (opened ??= openProver({ solvers: ["own"] }));

async function judgedBy(
  request: HuntRequest,
  claim: ClaimName,
  engines: readonly Engine[],
  numRuns: number,
  report: Report,
): Promise<Judged> {
  const { rule, setting, seed, catalogue } = request;
  const byId = new Map(catalogue.map((each) => [each.id, each]));
  return judgeRule(rule, {
    setting,
    claims: [claim],
    engines,
    seed,
    numRuns,
    ruleById: (id) => {
      const found = byId.get(id);
      if (found === undefined) throw new Error(`no rule ${id} in the catalogue`);
      return found;
    },
    prover,
    onProgress: (_rule, engine) => report({ is: "started", claim, engine }),
  });
}

async function judge(request: HuntRequest, claim: ClaimName, report: Report): Promise<void> {
  let judged = await judgedBy(request, claim, ["hunt", "prove"], request.firstRuns, report);
  const [first] = judged.judgements;
  if (first?.verdict !== "refuted" && first?.inconclusive !== undefined) {
    const { inconclusive } = first;
    judged = await judgedBy(request, claim, ["hunt", "exhaust"], request.numRuns, report);
    // What the prover left open stays open, whatever the search did not find.
    judged = {
      ...judged,
      judgements: judged.judgements.map((each) => (each.verdict === "refuted" ? each : { ...each, inconclusive })),
    };
  }
  for (const judgement of judged.judgements) report({ is: "judged", claim, judgement });
  if (judged.undefinedInputs.length > 0) report({ is: "undefined", inputs: judged.undefinedInputs });
}

async function run(request: HuntRequest, report: Report): Promise<void> {
  for (const claim of request.claims) {
    try {
      // One after the other: each answer is shown as it comes.
      await judge(request, claim, report); // oxlint-disable-line no-await-in-loop -- in turn, see above
    } catch (error) {
      report({
        is: "failed",
        claim,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }
  report({ is: "layouts", hits: slotHits(request.rules, request.setting) });
  report({ is: "done" });
}

// A worker's own global: the DOM's types describe the page's.
addEventListener("message", ({ data }: MessageEvent<HuntRequest>) => {
  void run(data, (told) => postMessage(told));
});
