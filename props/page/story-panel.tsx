/** How the check breaks, step by step on the ruler; or, plainly apart from the verdict, a slot of the reader's own. */

import { claimOf } from "../../model/claim.ts";
import type { ClaimName } from "../../model/claim.ts";
import type { Rulebook } from "../judge/rulebook.ts";
import type { Derived } from "./state/derive.ts";
import { firstOrder } from "./state/derive.ts";
import { Download } from "./download.tsx";
import { shownAt } from "./state/frame.ts";
import { Headline } from "./headline.tsx";
import { brokenUpTo } from "./state/moments.ts";
import { Ruler } from "./ruler.tsx";
import { SlotPanel } from "./slot-panel.tsx";
import type { PageState } from "./state/state.ts";
import type { Story } from "./state/story.ts";
import { Trace } from "./trace.tsx";

interface StoryPanelProps {
  readonly book: Rulebook;
  readonly derived: Derived;
  readonly state: PageState;
  /** The claim whose smallest escape is shown, where the story is not the reader's own. */
  readonly shown: ClaimName | undefined;
  /** Claims that are refuted, with something to show. */
  readonly refuted: readonly ClaimName[];
  readonly stale: boolean;
  readonly onShow: (claim: ClaimName) => void;
  readonly onAt: (at: number) => void;
  readonly onStory: (story: Story) => void;
  readonly onOwn: () => void;
}

function Title({ shown, refuted, onShow, onOwn }: Pick<StoryPanelProps, "shown" | "refuted" | "onShow" | "onOwn">) {
  const [first] = refuted;
  return (
    <header>
      <h2 id="story-title">{shown === undefined ? "A slot of your own" : "How it breaks"}</h2>
      {shown === undefined ? (
        <span class="quiet">what this check does to this one slot; the verdict on the check is above</span>
      ) : (
        <label>
          <span class="visually-hidden">claim</span>
          <select
            name="shown"
            value={shown}
            onChange={({ currentTarget }) => {
              const claim = refuted.find((each) => each === currentTarget.value);
              if (claim !== undefined) onShow(claim);
            }}
          >
            {refuted.map((claim) => (
              <option key={claim} value={claim}>
                {claim}: {claimOf(claim).broken}
              </option>
            ))}
          </select>
        </label>
      )}
      <span class="gap" />
      {shown === undefined ? (
        first !== undefined && (
          <button type="button" onClick={() => onShow(first)}>
            Back to how it breaks
          </button>
        )
      ) : (
        <button type="button" onClick={onOwn}>
          Try a slot of your own
        </button>
      )}
    </header>
  );
}

export function StoryPanel(props: StoryPanelProps) {
  const { book, derived, state, shown, stale, onAt, onStory } = props;
  const { setting, ops, at } = state;
  const { hand, moments } = derived;
  const broken = [...brokenUpTo(moments, at).keys()];
  const first = shown === undefined ? broken : [shown, ...broken.filter((claim) => claim !== shown)];
  return (
    <section class="panel story" aria-labelledby="story-title" data-story={shown === undefined ? "own" : "escape"}>
      <Title {...props} />
      {hand === undefined ? (
        <p class="headline quiet">No slot in this story: choose a layout below.</p>
      ) : (
        <>
          {shown === undefined && <Headline moments={moments} at={at} hand={hand} />}
          <Ruler shown={shownAt(moments, at, hand, firstOrder(setting))} story={ops} onStory={onStory} />
        </>
      )}
      <Trace moments={moments} story={ops} at={at} onAt={onAt} onStory={onStory} />
      {!stale && (
        <Download
          book={book}
          derived={derived}
          story={ops.slice(0, at + 1)}
          broken={first.filter((claim) => broken.includes(claim))}
        />
      )}
      {shown === undefined && hand !== undefined && (
        <SlotPanel story={ops} hand={hand} setting={setting} onStory={onStory} />
      )}
    </section>
  );
}
