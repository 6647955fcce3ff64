/** Claims of the user's own, read: what a world needs to know of them. */

import type { ClaimName, OwnClaim } from "../../model/claim.ts";
import { isOwn, nameOf, textOf, wordsIn } from "../../model/claim.ts";
import { CLAIM_WORDS } from "../../model/claim-words.ts";
import { x86_64 } from "../../model/arch.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { hasUnknowns } from "../../sim/world.ts";
import { REFUSING_TEXTS } from "../claims/controls.ts";
import type { Setting } from "../../sim/setting.ts";
import type { Prover } from "../prove/prover.ts";
import { findUndefinedClaim } from "../prove/undefined.ts";
import type { Rulebook } from "./rulebook.ts";
import { withMore } from "./rulebook.ts";

/** @throws RangeError where its text is no expression over CLAIM_WORDS */
function ruleOf(book: Rulebook, claim: OwnClaim): Rule {
  const parsed = book.parse(textOf(claim), { id: claim, kind: "map", isClaim: true });
  if (!parsed.ok) {
    const { line, column, message } = parsed.error;
    throw new RangeError(`--claim ${nameOf(claim)}:${line}:${column}: ${message}`);
  }
  const [rule, ...more] = parsed.rules;
  if (wordsIn(claim).length === 0) {
    throw new RangeError(`--claim ${nameOf(claim)}: '${textOf(claim)}' reads none of ${CLAIM_WORDS.join(", ")}`);
  }
  if (rule === undefined || more.length > 0 || hasUnknowns(rule)) {
    throw new RangeError(`--claim ${nameOf(claim)}: one expression is wanted, of which all is known`);
  }
  return rule;
}

/** What a finding is set beside where no check of the catalogue keeps the claim. */
const refusing = (book: Rulebook): readonly Rule[] =>
  REFUSING_TEXTS.flatMap(({ id, kind, text }) => {
    const parsed = book.parse(text, { id, kind });
    return parsed.ok ? parsed.rules : [];
  });

/**
 * A claim has to say of every fault whether it holds: one whose C is undefined for some says neither, and its file could not be run.
 * @throws RangeError that says where it is undefined, and for which values
 */
export async function refuseUndefined(
  book: Rulebook,
  claims: readonly ClaimName[],
  { orders }: Pick<Setting, "orders">,
  prover: () => Promise<Prover>,
): Promise<void> {
  const own = claims.filter(isOwn);
  if (own.length === 0) return;
  const rules = { ...book.canaryWorld, own: own.map((claim) => book.byId(claim)) };
  const { ask } = await prover();
  for (const claim of own) {
    const said = await findUndefinedClaim(ask, { rules, setting: { orders, resize: "any" }, arch: x86_64 }, claim); // oxlint-disable-line no-await-in-loop -- the first is told
    if (said.status !== "undefined") continue;
    const { line, column, what } = said.site;
    const values = Object.entries(said.inputs).map(([name, value]) => `${name}=0x${value.toString(16)}`);
    throw new RangeError(
      `--claim ${nameOf(claim)}:${line}:${column}: undefined: ${what}, with ${values.join(" ")}: a claim has to say what holds of every fault`,
    );
  }
}

/** The rules at hand, and what the claims among these need. @throws RangeError for one that cannot be read */
export function withOwnClaims(book: Rulebook, claims: readonly ClaimName[]): Rulebook {
  const own = claims.filter(isOwn);
  if (own.length === 0) return book;
  return withMore(book, [...own.map((claim) => ruleOf(book, claim)), ...refusing(book)]);
}
