/** The page's side of the hunt: starts the worker, keeps what it answers, stops it. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { ClaimName } from "../always.ts";
import { CLAIMS } from "../always.ts";
import type { Rulebook } from "../rulebook.ts";
import type { Judgement } from "../verdict.ts";
import type { Judging } from "./derive.ts";
import type { HuntReport, HuntRequest } from "./hunt-worker.ts";
import HuntWorker from "./hunt-worker.ts?worker&inline"; // oxlint-disable-line import/default -- made by the build

/** What the hunt knows of a claim by now. */
export type Hunted =
  | { readonly is: "waiting" }
  | { readonly is: "searching"; readonly engine: string }
  | { readonly is: "judged"; readonly judgement: Judgement }
  /** The judged kind of rule has no say in this claim. */
  | { readonly is: "not_asked" }
  | { readonly is: "failed"; readonly message: string };

export interface Hunting {
  /** There is something to judge. */
  readonly possible: boolean;
  readonly running: boolean;
  /** Empty until the first hunt. */
  readonly claims: ReadonlyMap<ClaimName, Hunted>;
  readonly start: () => void;
  readonly stop: () => void;
}

const RUNS = 20_000;
const SEED = 1;

function after(claims: ReadonlyMap<ClaimName, Hunted>, report: HuntReport): ReadonlyMap<ClaimName, Hunted> {
  switch (report.is) {
    case "started":
      return new Map(claims).set(report.claim, { is: "searching", engine: report.engine });
    case "judged":
      return new Map(claims).set(report.claim, { is: "judged", judgement: report.judgement });
    case "failed":
      return new Map(claims).set(report.claim, { is: "failed", message: report.message });
    case "done": {
      const open = [...claims].filter(([, { is }]) => is === "waiting" || is === "searching");
      return new Map([...claims, ...open.map(([claim]) => [claim, { is: "not_asked" }] as const)]);
    }
    default:
      return report satisfies never;
  }
}

/** One hunt at a time, of what is judged now; another check or setting forgets what the last one found. */
export function useHunting(book: Rulebook, judging: Judging | undefined): Hunting {
  const [running, setRunning] = useState(false);
  const [claims, setClaims] = useState<ReadonlyMap<ClaimName, Hunted>>(new Map());
  const worker = useRef<Worker>(undefined);
  const stop = (): void => {
    worker.current?.terminate();
    worker.current = undefined;
    setRunning(false);
  };
  useEffect(() => {
    setClaims(new Map());
    return stop;
  }, [judging]);
  const start = (): void => {
    if (judging === undefined) return;
    stop();
    const { rule, setting, rules } = judging;
    const catalogue = [...book.all.filter(({ id }) => id !== rule.id), ...Object.values(rules)];
    const request: HuntRequest = { rule, setting, claims: CLAIMS, seed: SEED, numRuns: RUNS, catalogue };
    setClaims(new Map(CLAIMS.map((claim) => [claim, { is: "waiting" }])));
    setRunning(true);
    const hunter = new HuntWorker();
    worker.current = hunter;
    hunter.addEventListener("message", ({ data }: MessageEvent<HuntReport>) => {
      setClaims((before) => after(before, data));
      if (data.is === "done") stop();
    });
    hunter.postMessage(request); // oxlint-disable-line unicorn/require-post-message-target-origin -- a worker has none
  };
  return { possible: judging !== undefined, running, claims, start, stop };
}
