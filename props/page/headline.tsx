/** The answer on the page. */

import type { Rule } from "../../model/rule/tree.ts";
import type { Situation, Tone } from "./state/answer.ts";
import { answer } from "./state/answer.ts";
import type { Unreadable } from "./state/derive.ts";

/** In the answer's place while the check cannot be read. */
export function NoAnswer({ error, rule }: { error: Unreadable; rule: Rule }) {
  return (
    <p class="headline quiet" data-tone="quiet">
      <span class="mark" aria-hidden="true">
        –
      </span>
      <span>
        The check cannot be read at{" "}
        <span class="num">
          {error.line}:{error.column}
        </span>
        . The picture is still of <code>{rule.id}</code>.
      </span>
    </p>
  );
}

const MARKS: Readonly<Record<Tone, string>> = { bad: "✗", good: "✓", quiet: "–" };

export function Headline(props: Situation) {
  const { tone, word, rest } = answer(props);
  return (
    <p class={`headline ${tone}`} aria-live="polite" data-tone={tone}>
      <span class="mark" aria-hidden="true">
        {MARKS[tone]}
      </span>
      <span>
        <strong>{word}</strong> {rest}
      </span>
    </p>
  );
}
