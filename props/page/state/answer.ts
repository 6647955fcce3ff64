/** The answer, in one sentence: was the slot taken, and what came of it. */

import { refusalWords } from "../../../sim/words/refusal.ts";
import type { ClaimName } from "../../../model/claim.ts";
import { ALLOCATION_CLAIMS, MAPPING_CLAIMS } from "../../../model/claim.ts";
import type { Moment } from "./moments.ts";
import { brokenUpTo } from "./moments.ts";
import type { Hand } from "./story.ts";
import { inShort } from "./words.ts";

export interface Situation {
  readonly moments: readonly Moment[];
  readonly at: number;
  readonly hand: Hand;
}

export type Tone = "bad" | "good" | "quiet";

interface Said {
  readonly tone: Tone;
  readonly word: string;
  readonly rest: string;
}

const list = (parts: readonly string[]): string => parts.join(" and ");

const FAMILIES: readonly (readonly ClaimName[])[] = [ALLOCATION_CLAIMS, MAPPING_CLAIMS.toReversed()];

/** The first broken claim of each family; a wrong translation says most of a mapping. */
const telling = (broken: ReadonlyMap<ClaimName, number>): readonly string[] =>
  FAMILIES.flatMap((family) => {
    const claim = family.find((each) => broken.has(each));
    return claim === undefined ? [] : [inShort(claim, broken.get(claim) ?? 0)];
  });

const count = (claims: number): string => (claims > 1 ? ` ${claims} claims break.` : "");

/** What is said of step `at`. */
export function answer({ moments, at, hand }: Situation): Said {
  const bound = moments[hand.boundAt]?.effect;
  if (at < hand.boundAt) return { tone: "quiet", word: "Not bound yet.", rest: "Step on to bind the slot." };
  if (bound?.effect === "refused") {
    return { tone: "quiet", word: "Refused", rest: `with ${bound.errno}: ${refusalWords(bound.check)}.` };
  }
  const broken = brokenUpTo(moments, at);
  if (broken.size > 0) {
    return { tone: "bad", word: "Accepted,", rest: `and the fault ${list(telling(broken))}.${count(broken.size)}` };
  }
  const faulted = moments.slice(0, at + 1).some(({ effect }) => effect.effect === "faulted");
  return faulted
    ? { tone: "good", word: "Accepted,", rest: "and this fault stays inside the slot." }
    : { tone: "good", word: "Accepted.", rest: "Step on to touch a page." };
}
