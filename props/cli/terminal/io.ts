/** The outside world, as the commands see it. main.ts makes the real one; tests make their own. */

export interface Io {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and complaints. */
  readonly err: (text: string) => void;
  /** Adds to the summary of a CI step, in Markdown, where there is one. */
  readonly summary?: (text: string) => void;
  /** stdout is a terminal that shows colours. */
  readonly color: boolean;
  /** stderr is a terminal: progress may be shown. */
  readonly progress: boolean;
  /** Milliseconds from some fixed point: for --time and progress, never for results. */
  readonly now: () => number;
  readonly cpus: number;
  /** Becomes true on Ctrl-C and SIGTERM: stop soon, write what there is. */
  readonly interrupted: () => boolean;
  /** Does work of which nothing is to be saved: a signal ends the process at once. */
  readonly unguarded?: <T>(work: () => T) => T;
}

/** Where in a user's file something is wrong; both count from 1. */
export interface At {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Bad input: one line for the user, exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
  readonly at: At | undefined;

  constructor(message: string, { at, ...options }: ErrorOptions & { readonly at?: At } = {}) {
    super(message, options);
    this.at = at;
  }
}

export const EXIT = {
  holds: 0,
  refuted: 1,
  usage: 2,
  inconclusive: 3,
  vacuous: 4,
  disagree: 5,
  internal: 70,
  interrupted: 130,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** Work that only reads, which a signal ends. */
export const readingOnly = <T>({ unguarded }: Io, work: () => T): T => (unguarded ? unguarded(work) : work());
