/**
 * Colours, or none. Whether is main.ts's to say: nothing here asks the terminal or the environment. A colour is written
 * with a mark in place of ESC, which no text from outside can hold, so that only ours become ESC at the very end.
 */

import type { Verdict } from "../../judge/verdict.ts";
import { escapeControls } from "../../../sim/visible.ts";

export interface Paint {
  readonly verdict: (verdict: Verdict, text?: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly name: (text: string) => string;
  readonly bad: (text: string) => string;
}

const plain = (text: string): string => text;

/** Half of a surrogate pair: UTF-8 has no way to write it. */
const MARK = "\udc1b";
const OURS = new RegExp(String.raw`${MARK}\[\d+m`, "g");

const styled =
  (on: number, off: number) =>
  (text: string): string =>
    `${MARK}[${on}m${text}${MARK}[${off}m`;

const COLORS = {
  refuted: styled(31, 39),
  proved: styled(32, 39),
  exhausted: styled(32, 39),
  sampled: styled(33, 39),
  vacuous: styled(33, 39),
} as const satisfies Readonly<Record<Verdict, (text: string) => string>>;

export const paint = (color: boolean): Paint =>
  color
    ? {
        verdict: (verdict, text = verdict) => COLORS[verdict](text),
        strong: styled(1, 22),
        faint: styled(2, 22),
        name: styled(36, 39),
        bad: styled(31, 39),
      }
    : { verdict: (verdict, text = verdict) => text, strong: plain, faint: plain, name: plain, bad: plain };

/** Without its colours. */
export const unpainted = (text: string): string => text.replaceAll(OURS, "");

/** What a terminal or a pipe gets: our colours, and no control character of anybody's. */
export function forTerminal(text: string): string {
  let at = 0;
  let safe = "";
  for (const { 0: color, index } of text.matchAll(OURS)) {
    safe += `${escapeControls(text.slice(at, index))}\u001b${color.slice(MARK.length)}`;
    at = index + color.length;
  }
  return safe + escapeControls(text.slice(at));
}
