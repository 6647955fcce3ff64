/** The page's side of the judging: starts the worker whenever there is something new to judge, keeps what it answers. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { SlotHit } from "../../../sim/words/hits.ts";
import type { UndefinedInput } from "../../../sim/world.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import type { Judging } from "../state/derive.ts";
import type { Claims, HuntReport } from "./hunted.ts";
import { after, requestOf, WAITING } from "./hunted.ts";
import packedJudge from "./hunt-worker.ts?packed"; // oxlint-disable-line import/default -- made by the build
import { unpack } from "../state/unpack.ts";

export interface Hunting {
  readonly running: boolean;
  readonly claims: Claims;
  /** What the check does to the slots of the built-in layouts; undefined until that is known. */
  readonly hits: readonly SlotHit[] | undefined;
  readonly undefinedInputs: readonly UndefinedInput[];
}

const NOTHING: Hunting = {
  running: false,
  claims: WAITING,
  hits: undefined,
  undefinedInputs: [],
};

/** A pause in typing, in milliseconds, after which what is written is judged. */
const PAUSE = 120;

const told = (before: Hunting, report: HuntReport): Hunting => ({
  running: report.is !== "done",
  claims: after(before.claims, report),
  hits: report.is === "layouts" ? report.hits : before.hits,
  undefinedInputs: report.is === "undefined" ? [...before.undefinedInputs, ...report.inputs] : before.undefinedInputs,
});

let script: Promise<string> | undefined;
/** Where the worker's script is, unpacked once. */
const scriptUrl = (): Promise<string> =>
  (script ??= unpack(packedJudge).then((bytes) => URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }))));

/** One judging at a time, of what is on the page now: the next key, or another setting, ends it and starts another. */
export function useHunting(book: Rulebook, judging: Judging | undefined): Hunting {
  const [known, setKnown] = useState<Hunting>(NOTHING);
  const isFirst = useRef(true);
  useEffect(() => {
    setKnown({ ...NOTHING, running: judging !== undefined });
    if (judging === undefined) return undefined;
    let worker: Worker | undefined;
    let ended = false;
    const begin = async (): Promise<void> => {
      const url = await scriptUrl();
      if (ended) return;
      worker = new Worker(url);
      worker.addEventListener("message", ({ data }: MessageEvent<HuntReport>) => {
        setKnown((before) => told(before, data));
        if (data.is === "done") performance.mark("all-verdicts");
      });
      worker.postMessage(requestOf(book, judging)); // oxlint-disable-line unicorn/require-post-message-target-origin -- a worker has none
    };
    const later = setTimeout(() => void begin(), isFirst.current ? 0 : PAUSE);
    isFirst.current = false;
    return () => {
      ended = true;
      clearTimeout(later);
      worker?.terminate();
    };
  }, [judging]);
  return known;
}
