/** The finding on the page as files to keep: every format that the command writes. */

import type { ClaimName } from "../../model/claim.ts";
import { useState } from "preact/hooks";
import type { Rulebook } from "../judge/rulebook.ts";
import type { Derived } from "./state/derive.ts";
import { findingOf } from "./state/finding.ts";
import type { Format } from "./state/scripts.ts";
import { fileName, FORMATS } from "./state/scripts.ts";
import type { Story } from "./state/story.ts";

interface DownloadProps {
  readonly book: Rulebook;
  readonly derived: Derived;
  readonly story: Story;
  /** The claims that the story breaks. */
  readonly broken: readonly ClaimName[];
}

function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

export function Download({ book, derived, story, broken }: DownloadProps) {
  const [chosen, setChosen] = useState<ClaimName>();
  const [problem, setProblem] = useState<string>();
  const claim = broken.find((each) => each === chosen) ?? broken[0];
  if (claim === undefined) return null;
  const keep = (format: Format) => () => {
    try {
      const found = findingOf(book, derived, claim, story);
      const text = format.tell(found);
      if (text !== undefined) save(fileName(found, format), format.type, text);
      setProblem(text === undefined ? "A running kernel shows nothing of this finding." : undefined);
    } catch (error) {
      setProblem(`This cannot be told as a script: ${error instanceof Error ? error.message : String(error)}.`);
    }
  };
  return (
    <div class="download" role="group" aria-label="Download the finding">
      <label>
        <span class="visually-hidden">claim of the script</span>
        <select
          name="claim"
          value={claim}
          onChange={({ currentTarget }) => setChosen(broken.find((each) => each === currentTarget.value))}
        >
          {broken.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      {FORMATS.map((format) => (
        <button key={format.extension} type="button" title={format.what} onClick={keep(format)}>
          .{format.extension}
        </button>
      ))}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
