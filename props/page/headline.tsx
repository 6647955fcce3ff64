/** What became of the one slot that the reader tries. */

import type { Situation, Tone } from "./state/answer.ts";
import { answer } from "./state/answer.ts";

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
