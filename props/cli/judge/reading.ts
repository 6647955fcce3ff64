/** What the user says of a text before it is read: --let. */

import type { Reading } from "../../../sim/c/reading.ts";
import type { Given } from "../../../sim/c/syntax/variant.ts";
import type { Setting } from "../../../sim/setting.ts";
import { UsageError } from "../terminal/io.ts";
import type { Sources } from "../terminal/sources.ts";

/** As commander gives it. */
export interface ReadingFlags {
  readonly let?: readonly string[];
  readonly assume?: readonly string[];
  readonly strictCalls?: boolean;
}

/** What a setting says of the judged rule's text. */
export const readingOf = ({ let: words, assume, strict_calls }: Setting): Reading =>
  readingFrom({ ...(words && { let: words }), ...(assume && { assume }), ...(strict_calls && { strictCalls: true }) });

const hasComment = (text: string): boolean => text.includes("/*") || text.includes("//");
const NUMBER = /^(?:\d+|0[xX][\da-fA-F]+)$/;

/** NAME=y, =m and =n settle a configuration, NAME=EXPR what the name stands for in C; a number does both. */
export function readingFrom({ let: words = [], assume: assumed = [], strictCalls = false }: ReadingFlags): Reading {
  if (assumed.some(hasComment)) throw new UsageError("--assume: a comment cannot stand there");
  const config = new Map<string, "y" | "m" | "n" | bigint>();
  const names = new Map<string, string>();
  for (const word of words) {
    const [, name, value] = /^\s*([A-Za-z_]\w*)\s*=\s*([^\s=].*?)\s*$/s.exec(word) ?? [];
    if (name === undefined || value === undefined) {
      throw new UsageError(`--let: "${word}" is not NAME=y, NAME=m, NAME=n or NAME=EXPR`);
    }
    if (hasComment(value)) throw new UsageError(`--let ${name}: a comment cannot stand there`);
    if (config.has(name) || names.has(name)) throw new UsageError(`--let: ${name} is settled twice`);
    const isState = value === "y" || value === "m" || value === "n";
    if (isState) config.set(name, value);
    else names.set(name, value);
    if (NUMBER.test(value)) config.set(name, BigInt(value));
  }
  return { config: config satisfies Given, names, assumed, strictCalls };
}

/** Does the C that is judged have the name, beside what it was settled to? @throws UsageError for one that changes nothing */
export function refuseIdle({ config = NOTHING, names = NOTHING }: Reading, { rules, patches }: Sources): void {
  const all = [...rules, ...patches.flatMap(({ before, after }) => [...before, ...after])];
  for (const name of new Set([...config.keys(), ...names.keys()])) {
    const isTested = all.some(({ text }) => new RegExp(`^\\s*#.*\\b${name}\\b`, "m").test(text));
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
