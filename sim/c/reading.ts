/** What the user says of a text before it is read. */

import { lex } from "./syntax/lex.ts";
import { fail } from "./syntax/fail.ts";
import { normalise, refuseLong } from "./syntax/normalise.ts";
import type { Grammar } from "./syntax/parser-store.ts";
import { wrap } from "./syntax/shape.ts";
import { mustHave, named, parseSyntax } from "./syntax/syntax.ts";
import type { Given } from "./syntax/variant.ts";
import { BARE } from "./lower/bare.ts";
import type { Said } from "./tree/scope.ts";

export type Reading = {
  /** Of configurations and of what else the preprocessor tests. */
  readonly config?: Given;
  /** What names of the text stand for: C over inputs. */
  readonly names?: ReadonlyMap<string, string>;
  /** What is called and not shown may change the slot, too. */
  readonly strictCalls?: boolean;
};

/** What a name stands for, parsed by itself. @throws a refusal at a place of this text */
export function saidAs(grammar: Grammar, text: string): Said {
  const tokens = lex(text);
  const last = tokens.at(-1) ?? fail({ line: 1, column: 1 }, "what it stands for is missing");
  refuseLong(tokens);
  const odd = tokens.find((token) => /^(?:->|\.|;|[{}])$/.test(token.text));
  if (odd)
    fail(
      odd,
      `'${odd.text}' cannot stand here: a name stands for C over offset, size, gpa and what else a rule reads by name`,
    );
  const root = parseSyntax(grammar, wrap(BARE, normalise(tokens), last));
  const body = mustHave(root.children[0] ?? root, "body");
  const [statement] = named(body);
  const [value] = statement ? named(statement) : [];
  return { text, syntax: value ?? fail(last, "this is no expression") };
}
