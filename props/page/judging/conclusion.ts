/** The answer to the question: what all verdicts on the check come to, in one sentence and a line below it. */

import type { ClaimName } from "../../../model/claim.ts";
import { claimOf, filled, isAllocation } from "../../../model/claim.ts";
import { compareOps } from "../../../sim/op-order.ts";
import { amount } from "../../../sim/words/amount.ts";
import type { Counterexample } from "../../../sim/counterexample.ts";
import type { SlotHit } from "../../../sim/words/hits.ts";
import type { UndefinedInput } from "../../../sim/world.ts";
import type { Judgement } from "../../judge/verdict.ts";
import type { Claims } from "./hunted.ts";

/** refuted and undefined are bad, proved is good; what is not settled is neither, however little was found. */
export type Standing = "bad" | "good" | "vague" | "working";

export interface Conclusion {
  readonly standing: Standing;
  readonly word: string;
  readonly rest: string;
  /** How many claims came to which verdict. */
  readonly count: string;
  /** The claim whose smallest escape is shown. */
  readonly shown: ClaimName | undefined;
}

const judged = (claims: Claims): readonly Judgement[] =>
  [...claims.values()].flatMap((known) => (known.is === "judged" ? [known.judgement] : []));

/** Both ends of what leaves the slot. */
function bothEnds({ violation: { expected, actual } }: Counterexample): string {
  const below = expected.start - actual.start;
  const past = actual.start + actual.npages - (expected.start + expected.npages);
  const parts = [below > 0 ? `${amount(below)} below` : "", past > 0 ? `${amount(past)} past` : ""];
  return parts.filter((part) => part !== "").join(" and ");
}

function escape(ce: Counterexample): string {
  const { claim, violation } = ce;
  if (isAllocation(claim) && claimOf(claim).side !== "others") {
    return `allocates memory outside of the slot: ${bothEnds(ce)} it`;
  }
  return filled(claimOf(claim).short, { by: amount(violation.excess) });
}

const SUBJECT = {
  bind: "This check takes slots in which a guest's fault",
  map: "With this check, a guest's fault",
  level: "With this check, a guest's fault",
  order: "With this check, a guest's fault",
} as const;

/** The smallest of all counterexamples that were found: allocation first, as it is the plainer story. */
function smallest(found: readonly Judgement[]): Counterexample | undefined {
  const all = found.flatMap(({ counterexample }) => (counterexample === undefined ? [] : [counterexample]));
  return all.toSorted((a, b) => {
    const family = Number(isAllocation(b.claim)) - Number(isAllocation(a.claim));
    return family === 0 ? compareOps(a.ops, b.ops) : family;
  })[0];
}

/** "3 refuted, 5 proved" */
function countOf(all: readonly Judgement[], claims: Claims): string {
  const words = new Map<string, number>();
  for (const { verdict } of all) words.set(verdict, (words.get(verdict) ?? 0) + 1);
  const failed = [...claims.values()].filter(({ is }) => is === "failed").length;
  if (failed > 0) words.set("failed", failed);
  const told = ["refuted", "proved", "exhausted", "sampled", "vacuous", "failed"].flatMap((word) => {
    const n = words.get(word);
    return n === undefined ? [] : [`${n} ${word}`];
  });
  return `Of ${all.length + failed} claims: ${told.join(", ")}.`;
}

const givenOf = ({ ops }: Counterexample): readonly string[] =>
  ops.flatMap((op) =>
    "given" in op && op.given !== undefined ? op.given.map(({ text, value }) => `${text} is ${value}`) : [],
  );

/** What is known by now. */
export function conclude(
  claims: Claims,
  kind: keyof typeof SUBJECT,
  running: boolean,
  undefinedInputs: readonly UndefinedInput[],
): Conclusion {
  const all = judged(claims);
  const count = all.length === 0 ? "" : countOf(all, claims);
  const found = smallest(all.filter(({ verdict }) => verdict === "refuted"));
  if (found !== undefined) {
    const given = givenOf(found);
    const when = given.length === 0 ? "" : `if ${given.join(", ")}, `;
    const rest = `${SUBJECT[kind]} ${escape(found)}${isAllocation(found.claim) ? " in the smallest case" : ""}.`;
    return {
      standing: "bad",
      word: given.length === 0 ? "Unsafe." : "Unsafe on a condition:",
      rest: when === "" ? rest : `${when}${rest.charAt(0).toLowerCase()}${rest.slice(1)}`,
      count,
      shown: found.claim,
    };
  }
  const [odd] = undefinedInputs;
  if (odd !== undefined) {
    const rest = `C leaves the result of ${odd.rule} open at ${odd.site.line}:${odd.site.column}: ${odd.site.what}.`;
    return {
      standing: "bad",
      word: "Undefined.",
      rest,
      count,
      shown: undefined,
    };
  }
  if (running) {
    return {
      standing: "working",
      word: "Judging…",
      rest: "every slot, size and order of steps.",
      count,
      shown: undefined,
    };
  }
  const failed = [...claims.values()].some(({ is }) => is === "failed");
  const isProved = ({ verdict, inconclusive }: Judgement): boolean =>
    verdict === "proved" && inconclusive === undefined;
  if (!failed && all.length > 0 && all.every(isProved)) {
    const rest = "No slot that the ioctl lets through breaks a claim, whatever its 64-bit values: proved.";
    return { standing: "good", word: "Safe.", rest, count, shown: undefined };
  }
  const vacuous = all.find(({ verdict }) => verdict === "vacuous");
  if (vacuous !== undefined) {
    const rest = `This was never really exercised (not met: ${(vacuous.unmet ?? []).join(", ")}), so that nothing breaks means nothing.`;
    return {
      standing: "vague",
      word: "Vacuous.",
      rest,
      count,
      shown: undefined,
    };
  }
  const open = all.find(({ inconclusive }) => inconclusive !== undefined)?.inconclusive;
  const why = open === undefined ? "" : ` The prover came to no end: ${open}.`;
  return {
    standing: "vague",
    word: "Not settled.",
    rest: `Nothing was found that breaks it, and not all is proved.${why}`,
    count,
    shown: undefined,
  };
}

/** "Of 32 real slots: 12 taken and escape, 6 taken and safe, …" with the four kinds apart. */
export type SlotKind = "escapes" | "safe" | "cost" | "refused";

export const kindOf = ({ taken, breaks }: Pick<SlotHit, "taken" | "breaks">): SlotKind =>
  taken ? (breaks.length > 0 ? "escapes" : "safe") : breaks.length > 0 ? "refused" : "cost";

export const KIND_WORDS: Readonly<Record<SlotKind, string>> = {
  escapes: "taken, escapes",
  safe: "taken, safe",
  cost: "refused, would be safe",
  refused: "refused, would escape",
};
