/** C, as its author wrote it, on one line. */

import type { Token } from "../syntax/lex.ts";
import { fail } from "../syntax/fail.ts";
import { named, type Syntax } from "../syntax/syntax.ts";

const LONGEST = 100;

function* tokens(syntax: Syntax): Generator<Token> {
  if (syntax.children.length === 0) yield syntax.place;
  else for (const each of syntax.children) yield* tokens(each);
}

export function textOf(syntax: Syntax): string {
  let text = "";
  let before: Token | undefined;
  for (const token of tokens(syntax)) {
    text += before && token.start > before.end ? ` ${token.text}` : token.text;
    before = token;
  }
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

export function only(syntax: Syntax): Syntax {
  const [inner] = named(syntax);
  return inner ?? fail(syntax.place, "an expression is missing");
}
