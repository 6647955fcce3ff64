/** What this is, and what can be done with all of it: share, open, start over. */

import { useState } from "preact/hooks";
import type { Given } from "./state/given.ts";

interface HeaderProps {
  readonly onOpen: (given: Given) => void;
  readonly onReset: () => void;
  /** Undefined where there is nothing to undo or redo. */
  readonly undo: (() => void) | undefined;
  readonly redo: (() => void) | undefined;
}

export function Header({ onOpen, onReset, undo, redo }: HeaderProps) {
  const [copied, setCopied] = useState<string>();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setCopied("Copied");
    } catch {
      // A page from a disk may not write there; the address is the link all the same.
      setCopied("It is the page's address");
    }
    setTimeout(() => setCopied(undefined), 2500);
  };
  const open = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) onOpen({ name: file.name, text: await file.text() });
  };
  return (
    <header class="top">
      <h1>
        <span class="logo" aria-hidden="true">
          [<i />)
        </span>{" "}
        foliofence
      </h1>
      <p>Does a check keep a memslot's folios inside its part of the file?</p>
      <div class="actions">
        <button type="button" aria-keyshortcuts="Control+Z" disabled={undo === undefined} onClick={undo}>
          Undo
        </button>
        <button type="button" aria-keyshortcuts="Control+Y" disabled={redo === undefined} onClick={redo}>
          Redo
        </button>
        <button type="button" onClick={() => void copy()}>
          <span aria-live="polite">{copied ?? "Copy link"}</span>
        </button>
        <label class="button">
          Open…
          <input
            class="visually-hidden"
            type="file"
            name="finding"
            title="a check, a patch, a mail, or a finding"
            onChange={({ currentTarget }) => void open(currentTarget.files?.[0])}
          />
        </label>
        <button type="button" onClick={onReset}>
          Start over
        </button>
      </div>
    </header>
  );
}
