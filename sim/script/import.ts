/** Reads the ops back out of a .json, .mjs, .txt, .c or .svg that we wrote, without running it. */

import type { Op } from "../op.ts";
import type { Setting } from "../setting.ts";

/** The judged rule as the script quotes it. */
export interface ImportedRule {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
}

export interface Imported {
  readonly ok: true;
  readonly ops: readonly Op[];
  readonly rule: ImportedRule;
  readonly claim: string;
  readonly setting: Setting;
}

/** `message` is one line; `line` counts from 1. */
export interface NotImported {
  readonly ok: false;
  readonly line: number;
  readonly message: string;
}

export function importScript(_text: string, _fileName: string): Imported | NotImported {
  throw new Error("not written yet");
}
