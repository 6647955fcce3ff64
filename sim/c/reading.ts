/** What the user says of a text before it is read. */

import { lex, type Token } from "./syntax/lex.ts";
import { fail, type Place } from "./syntax/fail.ts";
import { normalise, refuseLong } from "./syntax/normalise.ts";
import type { Grammar } from "./syntax/parser-store.ts";
import { wrap } from "./syntax/shape.ts";
import { mustHave, named, parseSyntax, type Syntax } from "./syntax/syntax.ts";
import type { Given } from "./syntax/variant.ts";
import { BARE } from "./lower/bare.ts";
import type { Said } from "./tree/scope.ts";

export type Reading = {
  /** Of configurations and of what else the preprocessor tests. */
  readonly config?: Given;
  /** What names of the text stand for: C over inputs. */
  readonly names?: ReadonlyMap<string, string>;
  /** C that is taken for granted whenever the rule is asked. */
  readonly assumed?: readonly string[];
  /** What is called and not shown may change the slot, too. */
  readonly strictCalls?: boolean;
};

/** An assumption, parsed by itself. @throws a refusal at a place of this text */
export const assumedAs = (grammar: Grammar, text: string): Said => expressionOf(grammar, text, /^(?:;|[{}])$/, "");

/** What a name stands for, parsed by itself. @throws a refusal at a place of this text */
export const saidAs = (grammar: Grammar, text: string): Said =>
  expressionOf(
    grammar,
    text,
    /^(?:->|\.|;|[{}])$/,
    ": a name stands for C over offset, size, gpa and what else a rule reads by name",
  );

/** @param odd tokens that it cannot have, and why */
function expressionOf(grammar: Grammar, text: string, odd: RegExp, why: string): Said {
  const tokens = lex(text);
  const found = tokens.find((token) => odd.test(token.text));
  if (found) fail(found, `'${found.text}' cannot stand here${why}`);
  return { text, syntax: expressionIn(grammar, tokens, { line: 1, column: 1 }) };
}

/** @param place of where it should stand, if there is none */
export function expressionIn(grammar: Grammar, tokens: readonly Token[], place: Place): Syntax {
  const last = tokens.at(-1) ?? fail(place, "an expression is missing");
  refuseLong(tokens);
  const root = parseSyntax(grammar, wrap(BARE, normalise(tokens), last));
  const body = mustHave(root.children[0] ?? root, "body");
  const [statement] = named(body);
  const [value] = statement ? named(statement) : [];
  return value ?? fail(last, "this is no expression");
}
