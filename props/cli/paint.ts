/** Colours, or none: stdout may not be a terminal, and NO_COLOR may be set. */

import { bold, cyan, dim, green, red, yellow } from "yoctocolors";
import type { Verdict } from "../verdict.ts";

export interface Paint {
  readonly verdict: (verdict: Verdict, text?: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly name: (text: string) => string;
  readonly bad: (text: string) => string;
}

const plain = (text: string): string => text;

const COLORS: Readonly<Record<Verdict, (text: string) => string>> = {
  refuted: red,
  proved: green,
  exhausted: green,
  sampled: yellow,
  vacuous: yellow,
};

export const paint = (color: boolean): Paint =>
  color
    ? {
        verdict: (verdict, text = verdict) => COLORS[verdict](text),
        strong: bold,
        faint: dim,
        name: cyan,
        bad: red,
      }
    : { verdict: (verdict, text = verdict) => text, strong: plain, faint: plain, name: plain, bad: plain };
