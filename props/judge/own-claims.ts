/** Claims of the user's own, read: what a world needs to know of them. */

import type { ClaimName, OwnClaim } from "../../model/claim.ts";
import { isOwn, nameOf, textOf } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { hasUnknowns } from "../../sim/world.ts";
import { NO_LEVEL, NO_SLOT } from "../claims/controls.ts";
import type { Rulebook } from "./rulebook.ts";

/** @throws RangeError where its text is no expression over CLAIM_WORDS */
function ruleOf(book: Rulebook, claim: OwnClaim): Rule {
  const parsed = book.parse(textOf(claim), { id: claim, kind: "map", isClaim: true });
  if (!parsed.ok) {
    const { line, column, message } = parsed.error;
    throw new RangeError(`--claim ${nameOf(claim)}:${line}:${column}: ${message}`);
  }
  const [rule, ...more] = parsed.rules;
  if (rule === undefined || more.length > 0 || hasUnknowns(rule)) {
    throw new RangeError(`--claim ${nameOf(claim)}: one expression is wanted, of which all is known`);
  }
  return rule;
}

/** What a finding is set beside where no check of the catalogue keeps the claim. */
const refusing = (book: Rulebook): readonly Rule[] =>
  (
    [
      [NO_SLOT, "bind", "false"],
      [NO_LEVEL, "level", "true"],
    ] as const
  ).flatMap(([id, kind, text]) => {
    const parsed = book.parse(text, { id, kind });
    return parsed.ok ? parsed.rules : [];
  });

/** The rules at hand, and what the claims among these need. @throws RangeError for one that cannot be read */
export function withOwnClaims(book: Rulebook, claims: readonly ClaimName[]): Rulebook {
  const own = claims.filter(isOwn);
  if (own.length === 0) return book;
  const more = new Map([...own.map((claim) => ruleOf(book, claim)), ...refusing(book)].map((rule) => [rule.id, rule]));
  return {
    get all() {
      return book.all;
    },
    made: [...book.made, ...more.values()],
    byId: (id) => more.get(id) ?? book.byId(id),
    has: (id, kind) => {
      const rule = more.get(id);
      if (rule === undefined) return book.has(id, kind);
      return rule.isClaim !== true && (kind === undefined || kind === rule.kind);
    },
    get canary() {
      return book.canary;
    },
    get canaryWorld() {
      return book.canaryWorld;
    },
    parse: book.parse,
  };
}
