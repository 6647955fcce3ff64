/** The story step by step, back and forth. */

import type { Moment } from "./state/moments.ts";
import type { Story } from "./state/story.ts";
import { effectWords, opWords } from "./state/words.ts";

interface TraceProps {
  readonly moments: readonly Moment[];
  readonly story: Story;
  readonly at: number;
  readonly onAt: (at: number) => void;
  readonly onStory: (story: Story) => void;
}

export function Trace({ moments, story, at, onAt, onStory }: TraceProps) {
  const last = moments.length - 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = { ArrowUp: at - 1, ArrowLeft: at - 1, ArrowDown: at + 1, ArrowRight: at + 1, Home: 0, End: last }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    onAt(Math.min(Math.max(to, -1), last));
  };
  return (
    <div class="trace" onKeyDown={onKeyDown}>
      <div class="steps-bar">
        <button type="button" aria-label="Step back" disabled={at < 0} onClick={() => onAt(at - 1)}>
          ◀
        </button>
        <button type="button" aria-label="Step on" disabled={at >= last} onClick={() => onAt(at + 1)}>
          ▶
        </button>
        <span class="num" aria-live="polite">
          {at < 0 ? "empty machine" : `step ${at + 1} of ${moments.length}`}
        </span>
      </div>
      <ol>
        {moments.map(({ op, effect, broken }, i) => {
          const { name, arguments: given } = opWords(op);
          const tone = broken.size > 0 ? "bad" : effect.effect === "refused" ? "refused" : "ok";
          return (
            <li key={i} class={i > at ? "ahead" : ""} aria-current={i === at ? "step" : undefined}>
              <button type="button" class="step" onClick={() => onAt(i)}>
                <span class="num n">{i + 1}</span>
                <span class="op">
                  <b>{name}</b> {given}
                </span>
                <span class={`effect ${tone}`}>{i > at ? "" : effectWords(effect)}</span>
              </button>
              <button
                type="button"
                class="drop"
                aria-label={`Leave out step ${i + 1}`}
                title="leave out"
                onClick={() => onStory(story.toSpliced(i, 1))}
              >
                ×
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
