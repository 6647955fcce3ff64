/** The verdict on the check, first on the page. */

import type { Rule } from "../../model/rule/tree.ts";
import type { Conclusion, Standing } from "./judging/conclusion.ts";
import type { Unreadable } from "./state/derive.ts";

/** Each word has a shape of its own, so that nothing rests on colour: octagon, disc, half disc, ring. */
const SHAPES: Readonly<Record<Standing, string>> = {
  bad: "M5 1h6l4 4v6l-4 4H5l-4-4V5zM5 5l6 6M11 5l-6 6",
  good: "M15 8a7 7 0 1 1-14 0a7 7 0 0 1 14 0zM4.6 8.3l2.4 2.4 4.6-5",
  vague: "M15 8a7 7 0 1 1-14 0a7 7 0 0 1 14 0zM8 1v14M8 4h4M8 8h6M8 12h4",
  working: "M15 8a7 7 0 1 1-14 0a7 7 0 0 1 14 0zM8 4v4l3 2",
};

export function Mark({ standing }: { standing: Standing }) {
  return (
    <svg class={`mark ${standing}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[standing]} />
    </svg>
  );
}

interface VerdictProps {
  readonly conclusion: Conclusion;
  readonly rule: Rule | undefined;
  readonly error: Unreadable | undefined;
}

export function Verdict({ conclusion, rule, error }: VerdictProps) {
  const { standing, word, rest, count } = conclusion;
  if (error !== undefined || rule === undefined) {
    return (
      <section class="verdict" aria-label="The verdict" data-standing="unreadable">
        <Mark standing="working" />
        <h2 aria-live="polite">
          <b>Not read.</b> The check cannot be read at{" "}
          <span class="num">
            {error?.line ?? 1}:{error?.column ?? 1}
          </span>
          : {error?.message ?? "no rule"}
        </h2>
        <p>{rule === undefined ? "" : `What is dimmed below is still of ${rule.id}.`}</p>
      </section>
    );
  }
  return (
    <section class="verdict" aria-label="The verdict" data-standing={standing}>
      <Mark standing={standing} />
      <h2 aria-live="polite">
        <b class={standing}>{word}</b> {rest}
      </h2>
      <p>
        <code>{rule.id}</code>, read as a {rule.kind} rule. {count}
      </p>
    </section>
  );
}
