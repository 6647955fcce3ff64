/** The bare command: judge the whole catalogue and hold every verdict against the recorded one. */

import { recordedVerdict } from "../recorded.ts";
import type { JudgeContext, JudgeFlags } from "./judge.ts";
import { runJudge } from "./judge.ts";
import { judgeJson } from "./judge-json.ts";
import { EXIT } from "./io.ts";
import { paint } from "./paint.ts";
import { settingText, tableReport } from "./report.ts";

interface Difference {
  readonly rule: string;
  readonly claim: string;
  readonly verdict: string;
  readonly recorded: string;
}

export async function mainJob(flags: JudgeFlags, context: JudgeContext): Promise<number> {
  const { io, version } = context;
  const { outcome, files } = await runJudge([], flags, context);
  const { judged, options, canary, out } = outcome;
  const { setting, seed } = options;
  const judgements = judged.flatMap((one) => one.judgements);
  const differences = judgements.flatMap(({ rule, claim, verdict }): Difference[] => {
    const recorded = recordedVerdict(rule, claim);
    const holds = verdict === "proved" || verdict === "exhausted" || verdict === "sampled";
    return recorded === (holds ? "holds" : verdict) ? [] : [{ rule, claim, verdict, recorded }];
  });
  if (flags.json === true) {
    io.out(judgeJson({ version, seed, setting, canary, judged, filesOf: (judgement) => files.get(judgement) ?? [] }));
  } else {
    const ink = paint(io.color);
    const lines = [
      ...tableReport(judged, ink),
      `refuted: a smallest sequence of ops breaks the claim${out === false ? "" : `; ${files.size} scripts in ${out}/`}`,
      "proved: no 64-bit input breaks it     vacuous: nothing large was ever mapped, so a pass would be empty",
      ink.faint(`${settingText(setting)}; seed ${seed}; canary: ${canary}`),
    ];
    if (io.interrupted()) lines.push(`interrupted after ${judged.length} rules`);
    else if (differences.length === 0) lines.push(`all ${judgements.length} verdicts are the recorded ones`);
    io.out(`${lines.join("\n")}\n`);
  }
  for (const { rule, claim, verdict, recorded } of differences) {
    io.err(`${rule} ${claim}: ${verdict}, but the catalogue records ${recorded}\n`);
  }
  if (io.interrupted()) return EXIT.interrupted;
  return differences.length === 0 ? EXIT.holds : EXIT.disagree;
}
