/** A finding, with all that a report of it needs. Everything in it is data. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { ClaimName } from "../model/claim.ts";
import type { Rule } from "../model/rule/tree.ts";
import type { Op } from "./op.ts";
import { opText } from "./op.ts";
import type { Setting } from "./setting.ts";
import type { Range } from "./step.ts";
import type { Trace } from "./trace.ts";
import type { Rules } from "./world.ts";

/** How a claim was broken by the step `at` of the trace. Ranges are half-open, in pages. */
export interface Violation {
  readonly at: number;
  /** Pages where the claim forbids them; where it is about a distance, how far the page mapped is from the page meant. */
  readonly excess: number;
  /** What the ranges count: pages of the file, or guest frames. */
  readonly unit: "file pages" | "guest frames";
  /** Where the claim wants it. */
  readonly expected: Range;
  /** Where it is. */
  readonly actual: Range;
  /** Where the claim is about other slots: their file ranges that the folio reaches into. */
  readonly others: readonly Range[];
}

export interface Counterexample {
  /** Hash of the ops: the bug's id. */
  readonly id: string;
  /** The judged rule. */
  readonly rule: Rule;
  readonly claim: ClaimName;
  readonly setting: Setting;
  /** All three rules of the world it happened in; the judged one is among them. */
  readonly rules: Rules;
  readonly ops: readonly Op[];
  readonly trace: Trace;
  readonly violation: Violation;
  /** Does it take a userspace_addr other than 0? */
  readonly userspaceAddrMatters: boolean;
  /**
   * A rule of the same kind that keeps the claim for every input of the setting, and what it makes of the same ops. Where the
   * claim is the user's own, one that keeps it with these ops; `fails` where no rule of the kind does.
   */
  readonly control: { readonly rule: Rule; readonly trace: Trace; readonly fails?: true };
}

/** What a picture of it needs: it can be drawn of any world, of one made of functions too. */
export type Shown = Pick<Counterexample, "claim" | "ops" | "trace" | "violation">;

/** First 12 hex digits of the SHA-256 of the ops, one a line. */
export const idOf = (ops: readonly Op[]): string =>
  bytesToHex(sha256(utf8ToBytes(ops.map((op) => `${opText(op)}\n`).join("")))).slice(0, 12);
