/** A counterexample from outside: the one that the page was written with, or a file that the reader opens. */

import { importScript } from "../../../sim/script/import.ts";
import { DEFAULT_SETTING, type Setting } from "../../../sim/setting.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import type { PageState } from "./state.ts";

/** What `explore` writes into the page; null where it was asked for nothing. */
export interface Given {
  readonly name: string;
  readonly text: string;
}

export function givenOf(json: string): Given | undefined {
  const given: unknown = JSON.parse(json);
  if (typeof given !== "object" || given === null || !("name" in given) || !("text" in given)) return undefined;
  const { name, text } = given;
  return typeof name === "string" && typeof text === "string" ? { name, text } : undefined;
}

export type Loaded =
  { readonly ok: true; readonly state: PageState } | { readonly ok: false; readonly message: string };

const own = (kind: string): Partial<Setting> =>
  Object.fromEntries(Object.entries(DEFAULT_SETTING).filter(([name]) => name === `${kind}_rule`));

/** The state that shows a counterexample: its check, its setting, its ops. A catalogue rule is named, not quoted. */
export function stateOf(book: Rulebook, { name, text }: Given): Loaded {
  const imported = importScript(text, name);
  if (!imported.ok) return { ok: false, message: imported.message };
  const { rule, setting, ops } = imported;
  const isAsWritten = setting.assume === undefined;
  const known = isAsWritten && book.has(rule.id) && book.byId(rule.id).text === rule.text.trim();
  return {
    ok: true,
    state: {
      check: known ? { id: rule.id } : { text: rule.text, pick: 0 },
      // The judged rule's own entry may name what no catalogue has.
      setting: { ...setting, ...(known ? {} : own(rule.kind)) },
      ops,
      at: ops.length - 1,
      // What was opened is shown, whatever the verdict would show.
      own: true,
    },
  };
}
