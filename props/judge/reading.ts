/** What the user says of a text before it is read, in words: --let, --assume, --strict-calls. */

import type { Reading } from "../../sim/c/reading.ts";
import type { Setting } from "../../sim/setting.ts";

const hasComment = (text: string): boolean => text.includes("/*") || text.includes("//");
const NUMBER = /^(?:\d+|0[xX][\da-fA-F]+)$/;

/**
 * What a setting says of the judged rule's text. NAME=y, =m and =n settle a configuration, NAME=EXPR what the name stands
 * for in C; a number does both.
 * @throws RangeError that names the option
 */
export function readingOf({
  let: words = [],
  assume: assumed = [],
  strict_calls,
}: Pick<Setting, "let" | "assume" | "strict_calls">): Reading {
  if (assumed.some(hasComment)) throw new RangeError("--assume: a comment cannot stand there");
  const config = new Map<string, "y" | "m" | "n" | bigint>();
  const names = new Map<string, string>();
  for (const word of words) {
    const [, name, value] = /^\s*([A-Za-z_]\w*)\s*=\s*([^\s=].*?)\s*$/s.exec(word) ?? [];
    if (name === undefined || value === undefined) {
      throw new RangeError(`--let: "${word}" is not NAME=y, NAME=m, NAME=n or NAME=EXPR`);
    }
    if (hasComment(value)) throw new RangeError(`--let ${name}: a comment cannot stand there`);
    if (config.has(name) || names.has(name)) throw new RangeError(`--let: ${name} is settled twice`);
    const isState = value === "y" || value === "m" || value === "n";
    if (isState) config.set(name, value);
    else names.set(name, value);
    if (NUMBER.test(value)) config.set(name, BigInt(value));
  }
  return { config, names, assumed, strictCalls: strict_calls === true };
}
