/** The answer on the page. */

import type { Asked, Tone } from "./answer.ts";
import { answer } from "./answer.ts";

const MARKS: Readonly<Record<Tone, string>> = { bad: "✗", good: "✓", quiet: "–" };

export function Headline(props: Asked) {
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
