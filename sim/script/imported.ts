/** What comes back out of a script. */

import type { Op } from "../op.ts";
import type { Setting } from "../setting.ts";

/** Of a counterexample's JSON. */
export const SCHEMA = 1;

/** The judged rule as the script quotes it. */
export interface ImportedRule {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
}

export interface Imported {
  readonly ok: true;
  /** Of the ops as they stand in the file, edited or not. */
  readonly id: string;
  readonly ops: readonly Op[];
  readonly rule: ImportedRule;
  readonly claim: string;
  readonly setting: Setting;
}

/** `message` is one line that starts with file:line; `line` counts from 1. */
export interface NotImported {
  readonly ok: false;
  readonly line: number;
  readonly message: string;
}

export const notImported = (fileName: string, line: number, what: string): NotImported => ({
  ok: false,
  line,
  message: `${fileName}:${line}: ${what}`,
});

/** Stands in the id's place where somebody changed the ops and means it. */
export const EDITED = "edited";
export const DAMAGED = `damaged, or edited (then write "${EDITED}" in its place)`;
