/** A page quantity: a slider over telling values, and a field that takes any, as "2M-4K". */

import { useEffect, useId, useState } from "preact/hooks";
import { hex } from "../../sim/words/amount.ts";
import { LAST_POSITION, notchAt, positionOf } from "./state/notches.ts";
import { parsePages, sizeText } from "./state/size.ts";

interface SizeFieldProps {
  readonly name: string;
  readonly label: string;
  readonly pages: number;
  readonly least?: number;
  readonly onPages: (pages: number) => void;
}

export function SizeField({ name, label, pages, least = 0, onPages }: SizeFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<string>();
  const parsed = typed === undefined ? undefined : parsePages(typed);
  const problem =
    parsed === undefined
      ? undefined
      : !parsed.ok
        ? parsed.message
        : parsed.pages < least
          ? `at least ${sizeText(least)}`
          : undefined;
  // What was typed stands until something else changes the value.
  useEffect(() => {
    setTyped((text) => {
      const mine = text === undefined ? undefined : parsePages(text);
      return mine === undefined || (mine.ok && mine.pages !== pages) ? undefined : text;
    });
  }, [pages]);
  const position = positionOf(pages);
  const type = (text: string): void => {
    setTyped(text);
    const read = parsePages(text);
    if (read.ok && read.pages >= least) onPages(read.pages);
  };
  return (
    <div class="field" data-field={name}>
      <label for={id}>{label}</label>
      <input
        class="typed"
        id={id}
        type="text"
        inputMode="text"
        autocomplete="off"
        spellcheck={false}
        value={typed ?? sizeText(pages)}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-note`}
        onInput={({ currentTarget }) => type(currentTarget.value)}
        onBlur={() => setTyped(undefined)}
      />
      <input
        type="range"
        min={0}
        max={LAST_POSITION}
        step={1}
        value={position}
        aria-label={label}
        aria-valuetext={`${sizeText(pages)}, ${hex(pages)}`}
        onInput={({ currentTarget }) => onPages(Math.max(notchAt(Number(currentTarget.value), position), least))}
      />
      <output id={`${id}-note`} class={problem === undefined ? "note" : "note problem"}>
        {problem ?? hex(pages)}
      </output>
    </div>
  );
}
