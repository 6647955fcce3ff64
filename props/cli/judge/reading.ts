/** What the user says of a text before it is read, as options. */

import type { Reading } from "../../../sim/c/reading.ts";
import type { Setting } from "../../../sim/setting.ts";
import { readingOf } from "../../judge/reading.ts";
import { UsageError } from "../terminal/io.ts";
import type { Sources } from "../terminal/sources.ts";

/** As commander gives it. */
export interface ReadingFlags {
  readonly let?: readonly string[];
  readonly assume?: readonly string[];
  readonly strictCalls?: boolean;
}

/** @throws UsageError */
export function readingFrom({ let: words, assume, strictCalls }: ReadingFlags): Reading {
  const said: Partial<Setting> = {
    ...(words && { let: words }),
    ...(assume && { assume }),
    ...(strictCalls === true && { strict_calls: true as const }),
  };
  try {
    return readingOf(said);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(error.message);
  }
}

/** Does the C that is judged have the name, beside what it was settled to? @throws UsageError for one that changes nothing */
export function refuseIdle({ config = NOTHING, names = NOTHING }: Reading, { rules, patches }: Sources): void {
  const all = [...rules, ...patches.flatMap(({ before, after }) => [...before, ...after])];
  for (const name of new Set([...config.keys(), ...names.keys()])) {
    const isTested = all.some(({ text }) => new RegExp(`^\\s*#\\s*(?:el)?if.*\\b${name}\\b`, "m").test(text));
    const isWritten = all.some(({ text }) => new RegExp(`\\b${name}\\b`).test(text));
    const isSaid = all.some(({ readAs = [] }) => readAs.some(({ text }) => text === name));
    if (isSaid || isTested || (isWritten && !names.has(name))) continue;
    const why = isWritten
      ? "what is judged has that name for something of its own, which is not settled from outside"
      : "nothing that is judged has that name";
    throw new UsageError(`--let ${name}: ${why}`);
  }
}

const NOTHING = new Map<string, never>();
