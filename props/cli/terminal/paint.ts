/** Colours, or none. Whether is main.ts's to say: nothing here asks the terminal or the environment. */

import { styleText } from "node:util";
import type { Verdict } from "../../judge/verdict.ts";

export interface Paint {
  readonly verdict: (verdict: Verdict, text?: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly name: (text: string) => string;
  readonly bad: (text: string) => string;
}

const plain = (text: string): string => text;

const COLORS = {
  refuted: "red",
  proved: "green",
  exhausted: "green",
  sampled: "yellow",
  vacuous: "yellow",
} as const satisfies Readonly<Record<Verdict, string>>;

const styled =
  (style: Parameters<typeof styleText>[0]) =>
  (text: string): string =>
    styleText(style, text, { validateStream: false });

export const paint = (color: boolean): Paint =>
  color
    ? {
        verdict: (verdict, text = verdict) => styled(COLORS[verdict])(text),
        strong: styled("bold"),
        faint: styled("dim"),
        name: styled("cyan"),
        bad: styled("red"),
      }
    : { verdict: (verdict, text = verdict) => text, strong: plain, faint: plain, name: plain, bad: plain };
