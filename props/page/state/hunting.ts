/** The page's side of the hunt: starts the worker, keeps what it answers, stops it. */

import type { ClaimName } from "../../../model/claim.ts";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Rulebook } from "../../judge/rulebook.ts";
import type { Judging } from "./derive.ts";
import type { Hunted, HuntReport } from "./hunted.ts";
import { after, requestOf, WAITING } from "./hunted.ts";
import HuntWorker from "./hunt-worker.ts?worker&inline"; // oxlint-disable-line import/default -- made by the build

export interface Hunting {
  /** There is something to judge. */
  readonly possible: boolean;
  readonly running: boolean;
  /** Empty until the first hunt. */
  readonly claims: ReadonlyMap<ClaimName, Hunted>;
  readonly start: () => void;
  readonly stop: () => void;
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
    setClaims(WAITING);
    setRunning(true);
    const hunter = new HuntWorker();
    worker.current = hunter;
    hunter.addEventListener("message", ({ data }: MessageEvent<HuntReport>) => {
      setClaims((before) => after(before, data));
      if (data.is === "done") stop();
    });
    hunter.postMessage(requestOf(book, judging)); // oxlint-disable-line unicorn/require-post-message-target-origin -- a worker has none
  };
  return { possible: judging !== undefined, running, claims, start, stop };
}
