/** What does not matter in a finding, in words. */

import { amount, hex } from "./amount.ts";

/** As props/prove/general.ts has it: pages. */
interface Freed {
  readonly of: "offset" | "gpa" | "size" | "page";
  readonly at_least?: number;
  readonly at_most?: number;
  readonly no_multiple_of?: number;
}

const NOUN = { offset: "any offset", gpa: "any gpa", size: "any size", page: "a fault on any page" } as const;

function one({ of, at_least, at_most, no_multiple_of }: Freed): string {
  const into = of === "page" ? " of the slot" : "";
  const from = at_least === undefined ? "" : ` from ${hex(at_least)} on`;
  const to = at_most === undefined ? "" : ` up to ${hex(at_most)}`;
  const but = no_multiple_of === undefined ? "" : ` that is no multiple of ${amount(2 ** no_multiple_of)}`;
  return `${NOUN[of]}${into}${from}${to}${but}`;
}

/** "any offset that is no multiple of 2 MiB and any size will do as well"; nothing where every value may matter. */
export function generalWords(freed: readonly Freed[]): string {
  const words = freed.map(one);
  const last = words.pop();
  if (last === undefined) return "";
  return `${words.length === 0 ? "" : `${words.join(", ")} and `}${last} will do as well`;
}
