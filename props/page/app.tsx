/** The page: the verdict on the check first, how it breaks below, then a slot of the reader's own and real layouts. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ClaimName } from "../../model/claim.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import type { Rulebook } from "../judge/rulebook.ts";
import { CheckPanel } from "./check-panel.tsx";
import { ClaimsPanel } from "./claims-panel.tsx";
import { conclude } from "./judging/conclusion.ts";
import type { Judging } from "./state/derive.ts";
import { derive, judgingOf } from "./state/derive.ts";
import type { Given } from "./state/given.ts";
import { stateOf } from "./state/given.ts";
import { fromHash, toHash } from "./state/hash.ts";
import { Header } from "./header.tsx";
import { begin, changed, redone, undone } from "./state/history.ts";
import type { Hunting } from "./judging/hunting.ts";
import { useHunting } from "./judging/hunting.ts";
import { opWord } from "./state/op-word.ts";
import { LayoutsPanel } from "./layouts-panel.tsx";
import { SettingPanel } from "./setting-panel.tsx";
import type { PageState } from "./state/state.ts";
import { FIRST_STATE, follow, withOps } from "./state/state.ts";
import type { Story } from "./state/story.ts";
import { StoryPanel } from "./story-panel.tsx";
import { Verdict } from "./verdict.tsx";

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

/** Changes that come closer to each other than this, in milliseconds, are undone together. */
const TOGETHER = 600;

/** The state, with what undoes it, kept in the page's address and read from it when a link is followed. */
function usePageState(book: Rulebook, given: Given | undefined) {
  const [first] = useState(() => opening(book, given));
  const [history, setHistory] = useState(() => begin(first.state));
  const [message, setMessage] = useState(first.message);
  const written = useRef("");
  const joining = useRef<ReturnType<typeof setTimeout>>(undefined);
  const state = history.now;
  /** Of the state that is, not of the one that was drawn last: two changes may come between two drawings. */
  const change = (to: (now: PageState) => PageState): void => {
    const joins = joining.current !== undefined;
    clearTimeout(joining.current);
    joining.current = setTimeout(() => (joining.current = undefined), TOGETHER);
    setHistory((before) => changed(before, to(before.now), joins));
    setMessage(undefined);
  };
  /** What follows from the verdict is no change of the reader's. */
  const settle = (to: (now: PageState) => PageState): void =>
    setHistory((before) => changed(before, to(before.now), true));
  const set = (next: PageState, said?: string): void => {
    setHistory((before) => changed(before, next, false));
    setMessage(said);
  };
  const undo = (): void => setHistory(undone);
  const redo = (): void => setHistory(redone);
  useEffect(() => {
    const write = (): void => {
      written.current = `#${toHash(state)}`;
      if (location.hash !== written.current) globalThis.history.replaceState(null, "", written.current);
    };
    const later = setTimeout(write, 150);
    // Who leaves at once finds it again with Back.
    addEventListener("pagehide", write);
    return () => {
      clearTimeout(later);
      removeEventListener("pagehide", write);
    };
  }, [state]);
  useEffect(() => {
    // The event's own address: a verdict that comes in between may have written another into the bar.
    const followLink = ({ newURL }: HashChangeEvent): void => {
      const { hash } = new URL(newURL);
      if (hash === written.current) return;
      const linked = fromHash(hash);
      if (linked.ok) set(linked.state);
      else setMessage(linked.message);
    };
    addEventListener("hashchange", followLink);
    return () => removeEventListener("hashchange", followLink);
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) redo();
      else undo();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return { state, message, set, change, settle, undo, redo, history };
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

/** Every escape that is known, by its claim. */
const escapesOf = ({ claims }: Hunting): ReadonlyMap<ClaimName, Story> =>
  new Map(
    [...claims].flatMap(([claim, known]) =>
      known.is === "judged" && known.judgement.counterexample !== undefined
        ? [[claim, known.judgement.counterexample.ops] as const]
        : [],
    ),
  );

const isSame = (a: Story, b: Story): boolean => a === b || a.map(opWord).join() === b.map(opWord).join();

export function App({ book, given }: AppProps) {
  const { state, message, set, change, settle, undo, redo, history } = usePageState(book, given);
  const { check, setting, ops } = state;
  const { judging, error } = useJudging(book, state);
  const hunting = useHunting(book, error === undefined ? judging : undefined);
  const derived = useMemo(() => (judging === undefined ? undefined : derive(judging, state)), [judging, ops]);
  const rule = judging?.rule;
  const conclusion = conclude(hunting.claims, rule?.kind ?? "bind", hunting.running, hunting.undefinedInputs);
  const escapes = escapesOf(hunting);
  const [chosen, setChosen] = useState<ClaimName>();
  // A link may hold another escape than the smallest: what is there is kept.
  const linked = [...escapes].find(([, story]) => isSame(story, ops))?.[0];
  const shown = state.own
    ? undefined
    : [chosen, linked, conclusion.shown].find((claim) => claim !== undefined && escapes.has(claim));
  const escape = shown === undefined ? undefined : escapes.get(shown);
  // The picture follows the verdict until the reader takes a slot in hand.
  useEffect(() => {
    if (escape !== undefined && !isSame(escape, ops)) settle((now) => (now.own ? now : follow(now, escape)));
  }, [escape]);
  const onStory = (story: Story): void => change((now) => withOps(now, story));
  const onShow = (claim: ClaimName): void => {
    setChosen(claim);
    const story = escapes.get(claim);
    if (story !== undefined) change((now) => follow(now, story));
  };
  const onOpen = (opened: Given): void => {
    const loaded = stateOf(book, opened);
    if (loaded.ok) set(loaded.state);
    // What is no finding of ours is a check: a C file, a patch or a mail.
    else if (!/\.(json|mjs|svg)$/i.test(opened.name))
      set({ ...state, check: { text: opened.text, pick: 0 }, own: false });
    else set(state, loaded.message);
  };
  const onCheck = (next: PageState["check"]): void => {
    setChosen(undefined);
    change((now) => ({ ...now, check: next }));
  };
  return (
    <>
      <Header
        onOpen={onOpen}
        onReset={() => set(FIRST_STATE)}
        undo={history.past.length > 0 ? undo : undefined}
        redo={history.future.length > 0 ? redo : undefined}
      />
      <main class={error === undefined ? "" : "stale"}>
        {message !== undefined && (
          <p class="message" role="alert">
            {message}
          </p>
        )}
        <Verdict conclusion={conclusion} rule={rule} error={error} />
        <div class="columns">
          <div>
            <CheckPanel
              book={book}
              check={check}
              choices={judging?.choices ?? []}
              rule={rule}
              error={error}
              undefinedInputs={hunting.undefinedInputs}
              onCheck={onCheck}
            />
            <SettingPanel
              setting={setting}
              judged={rule?.kind ?? "bind"}
              onSetting={(next) => change((now) => ({ ...now, setting: next }))}
            />
          </div>
          <ClaimsPanel hunting={hunting} setting={setting} shown={shown} onShow={onShow} />
        </div>
        {derived !== undefined && (
          <StoryPanel
            book={book}
            derived={derived}
            state={state}
            shown={shown}
            refuted={[...escapes.keys()]}
            stale={error !== undefined}
            onShow={onShow}
            onAt={(to) => change((now) => ({ ...now, at: to }))}
            onStory={onStory}
            onOwn={() => change((now) => ({ ...now, own: true }))}
          />
        )}
        {derived !== undefined && <LayoutsPanel derived={derived} hits={hunting.hits} onStory={onStory} />}
      </main>
      <footer>
        <p>
          Everything runs here, in the models and the prover that the command runs; nothing leaves the page. Page sizes
          and levels are x86-64's. <kbd>Ctrl+Z</kbd> undoes, <kbd>Ctrl+Y</kbd> redoes; arrow keys step and move what has
          the focus.
        </p>
      </footer>
    </>
  );
}
