/** The page: the ruler and its answer on top, what they follow from below. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import type { Rulebook } from "../judge/rulebook.ts";
import { CheckPanel } from "./check-panel.tsx";
import { ClaimsPanel } from "./claims-panel.tsx";
import type { Judging } from "./state/derive.ts";
import { derive, firstOrder, judgingOf } from "./state/derive.ts";
import { Download } from "./download.tsx";
import { shownAt } from "./state/frame.ts";
import type { Given } from "./state/given.ts";
import { stateOf } from "./state/given.ts";
import { fromHash, toHash } from "./state/hash.ts";
import { Header } from "./header.tsx";
import { Headline, NoAnswer } from "./headline.tsx";
import { useHunting } from "./state/hunting.ts";
import { LayoutsPanel } from "./layouts-panel.tsx";
import { brokenUpTo } from "./state/moments.ts";
import { Ruler } from "./ruler.tsx";
import { SettingPanel } from "./setting-panel.tsx";
import { SlotPanel } from "./slot-panel.tsx";
import type { PageState } from "./state/state.ts";
import { FIRST_STATE, withOps } from "./state/state.ts";
import type { Story } from "./state/story.ts";
import { Trace } from "./trace.tsx";

interface AppProps {
  readonly book: Rulebook;
  readonly given: Given | undefined;
}

interface Opening {
  readonly state: PageState;
  readonly message: string | undefined;
}

/** A link says more than the file that the page was written with. */
function opening(book: Rulebook, given: Given | undefined): Opening {
  const linked = fromHash(location.hash);
  if (!linked.ok) return { state: FIRST_STATE, message: linked.message };
  if (given === undefined || location.hash.length > 1) return { state: linked.state, message: undefined };
  const loaded = stateOf(book, given);
  return loaded.ok ? { state: loaded.state, message: undefined } : { state: FIRST_STATE, message: loaded.message };
}

/** The state, kept in the page's address, and read from it when a link is followed. */
function usePageState(book: Rulebook, given: Given | undefined) {
  const [{ state, message }, setOpening] = useState(() => opening(book, given));
  const written = useRef("");
  const set = (next: PageState, said?: string): void => setOpening({ state: next, message: said });
  /** Of the state that is, not of the one that was drawn last: two changes may come between two drawings. */
  const change = (to: (now: PageState) => PageState): void =>
    setOpening((now) => ({ state: to(now.state), message: undefined }));
  useEffect(() => {
    const later = setTimeout(() => {
      written.current = `#${toHash(state)}`;
      if (location.hash !== written.current) history.replaceState(null, "", written.current);
    }, 150);
    return () => clearTimeout(later);
  }, [state]);
  useEffect(() => {
    const follow = (): void => {
      if (location.hash === written.current) return;
      const linked = fromHash(location.hash);
      if (linked.ok) set(linked.state);
      else setOpening((now) => ({ ...now, message: linked.message }));
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return { state, message, set, change };
}

/** The last check that could be read: the picture shows it while a new one is being typed. */
function useJudging(book: Rulebook, { check, setting }: PageState) {
  const last = useRef<Judging>(undefined);
  const read = useMemo(() => judgingOf(book, check, setting), [book, check, setting]);
  if (read.ok) last.current = read.judging;
  else if (last.current === undefined) {
    // A link can hold a check that cannot be read: the page then starts with the one that asks for least.
    const least = judgingOf(book, { id: "none" }, DEFAULT_SETTING);
    if (least.ok) last.current = least.judging;
  }
  return { judging: last.current, error: read.ok ? undefined : read.error };
}

export function App({ book, given }: AppProps) {
  const { state, message, set, change } = usePageState(book, given);
  const { check, setting, ops, at } = state;
  const { judging, error } = useJudging(book, state);
  const derived = useMemo(() => (judging === undefined ? undefined : derive(judging, state)), [judging, ops]);
  const hunting = useHunting(book, error === undefined ? judging : undefined);
  const onStory = (story: Story): void => change((now) => withOps(now, story));
  const onOpen = (opened: Given): void => {
    const loaded = stateOf(book, opened);
    if (loaded.ok) set(loaded.state);
    else set(state, loaded.message);
  };
  const hand = derived?.hand;
  const broken = derived === undefined ? [] : [...brokenUpTo(derived.moments, at).keys()];
  return (
    <>
      <Header onOpen={onOpen} onReset={() => set(FIRST_STATE)} />
      <main class={error === undefined ? "" : "stale"}>
        {message !== undefined && (
          <p class="message" role="alert">
            {message}
          </p>
        )}
        <section class="hero" aria-label="The answer">
          {derived !== undefined && hand !== undefined && (
            <>
              {error === undefined ? (
                <Headline moments={derived.moments} at={at} hand={hand} />
              ) : (
                <NoAnswer error={error} rule={derived.rule} />
              )}
              <Ruler shown={shownAt(derived.moments, at, hand, firstOrder(setting))} story={ops} onStory={onStory} />
            </>
          )}
          {derived !== undefined && (
            <>
              {hand === undefined && <p class="headline quiet">No slot in this story: choose a layout below.</p>}
              <Trace
                moments={derived.moments}
                story={ops}
                at={at}
                onAt={(to) => change((now) => ({ ...now, at: to }))}
                onStory={onStory}
              />
              {error === undefined && (
                <Download book={book} derived={derived} story={ops.slice(0, at + 1)} broken={broken} />
              )}
            </>
          )}
        </section>
        <div class="columns">
          <div>
            <CheckPanel
              book={book}
              check={check}
              choices={judging?.choices ?? []}
              rule={judging?.rule}
              error={error}
              undefinedInputs={[...(judging?.compiled.undefinedInputs.values() ?? [])]}
              onCheck={(next) => change((now) => ({ ...now, check: next }))}
            />
            <SettingPanel
              setting={setting}
              judged={judging?.rule.kind ?? "bind"}
              onSetting={(next) => change((now) => ({ ...now, setting: next }))}
            />
          </div>
          {hand !== undefined && <SlotPanel story={ops} hand={hand} setting={setting} onStory={onStory} />}
          {derived !== undefined && (
            <ClaimsPanel moments={derived.moments} at={at} hunting={hunting} onStory={onStory} />
          )}
        </div>
        {derived !== undefined && <LayoutsPanel derived={derived} onStory={onStory} />}
      </main>
      <footer>
        <p>
          Everything runs here, in the models that the command runs; nothing leaves the page. Page sizes and levels are
          x86-64's. <code>foliofence judge</code> also proves what holds.
        </p>
      </footer>
    </>
  );
}
