/** What the page knows; everything else on it follows from this. */

import { DEFAULT_SETTING, type Setting } from "../../../sim/setting.ts";
import { FIRST_STORY, type Story } from "./story.ts";

/** The judged check: one of the catalogue, or C of the reader's own (and which of its functions, from 0). */
export type Check = { readonly id: string } | { readonly text: string; readonly pick: number };

export interface PageState {
  readonly check: Check;
  /** The judged check stands in place of the rule of its kind. */
  readonly setting: Setting;
  readonly ops: Story;
  /** The step that is shown: the machine after this op. -1 is the empty machine. */
  readonly at: number;
  /** The story is the reader's own; if not, it follows the verdict on the check and shows its smallest escape. */
  readonly own: boolean;
}

export const FIRST_STATE: PageState = {
  check: { id: "file_folio" },
  setting: DEFAULT_SETTING,
  ops: FIRST_STORY,
  at: FIRST_STORY.length - 1,
  own: false,
};

/** A story of the reader's own, shown to its end. */
export const withOps = (state: PageState, ops: Story): PageState => ({
  ...state,
  ops,
  at: ops.length - 1,
  own: true,
});

/** What the verdict shows, to its end. */
export const follow = (state: PageState, ops: Story): PageState => ({
  ...state,
  ops,
  at: ops.length - 1,
  own: false,
});
