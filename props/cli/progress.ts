/** Progress on stderr, on a terminal only. */

import yoctoSpinner from "yocto-spinner";
import type { Io } from "./io.ts";

export interface Progress {
  readonly tell: (rule: string, engine: string, claim?: string) => void;
  readonly done: () => void;
  readonly end: () => void;
}

const nothing = (): void => undefined;

/** `total` things will be done; the time left is told from those that are. */
export function progressOf(io: Io, total: number): Progress {
  if (!io.progress) return { tell: nothing, done: nothing, end: nothing };
  const started = io.now();
  let finished = 0;
  const spinner = yoctoSpinner({ text: "judging" }).start();
  return {
    tell: (rule, engine, claim) => {
      const spent = io.now() - started;
      const left = finished === 0 ? "" : `, ${Math.ceil((spent / finished) * (total - finished) * 0.001)} s left`;
      spinner.text = `${finished + 1}/${total} ${rule}: ${engine}${claim === undefined ? "" : ` ${claim}`}${left}`;
    },
    done: () => {
      finished++;
    },
    end: () => {
      spinner.stop();
    },
  };
}
