/** Progress on stderr, on a terminal only. */

import yoctoSpinner from "yocto-spinner";
import { escapeControls } from "../../../sim/visible.ts";
import type { Io } from "./io.ts";

export interface Progress {
  /** What is being done now. */
  readonly tell: (rule: string, doing: string) => void;
  /** How much of all is done, from 0 to 1, and in words. */
  readonly done: (share: number, words: string) => void;
  readonly end: () => void;
}

const nothing = (): void => undefined;

/** Seconds as people say them: 45 s, 12 min, 3 h 20 min. */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The time left is told from the share that was done since the start; a resumed judging starts at a share above 0. */
export function progressOf(io: Io): Progress {
  if (!io.progress) return { tell: nothing, done: nothing, end: nothing };
  const started = io.now();
  let [from, left, words, doing] = [-1, "", "", ""];
  const spinner = yoctoSpinner({ text: "judging" }).start();
  const show = (): void => {
    spinner.text = escapeControls([words, doing, left].filter((part) => part !== "").join(", "));
  };
  return {
    tell: (rule, what) => {
      doing = `${rule}: ${what}`;
      show();
    },
    done: (share, said) => {
      if (from < 0) from = share;
      const spent = (io.now() - started) / 1000;
      left = share > from ? `${duration((spent * (1 - share)) / (share - from))} left` : "";
      words = said;
      show();
    },
    end: () => {
      spinner.stop();
    },
  };
}
