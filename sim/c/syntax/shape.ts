/** Is it a file of functions, a function's body, or a bare expression? The last two get a function around them. */

import { fail } from "./fail.ts";
import type { Token } from "./lex.ts";
import type { Unit } from "./normalise.ts";
import { IGNORED_WORDS, TYPE_NAMES, TYPE_WORDS } from "./types.ts";

/** Words that a statement starts with. */
export const STATEMENT = new Set(["if", "for", "while", "do", "switch", "return", "goto"]);

const isTypeLike = (text: string): boolean =>
  IGNORED_WORDS.has(text) || TYPE_NAMES.has(text) || TYPE_WORDS.has(text) || text === "struct" || text === "void";

export function isFile(tokens: readonly Token[]): boolean {
  const head = tokens.slice(
    0,
    Math.max(
      0,
      tokens.findIndex((token) => token.text === "("),
    ),
  );
  const [first] = head;
  if (!first || !tokens.some((token) => token.text === "{")) return false;
  if (hasFunction(tokens)) return true;
  if (head.some(({ text }) => STATEMENT.has(text) || text === "=")) return false;
  return isTypeLike(first.text) || (head.length > 1 && head.every((token) => token.kind === "word"));
}

/** `type name(…) {` outside of every bracket; of `else if (…) {` both are words of C. */
function hasFunction(tokens: readonly Token[]): boolean {
  let depth = 0;
  let name: Token | undefined;
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    if (token.kind === "mark" && "([{".includes(token.text)) {
      if (depth === 0 && token.text === "{" && before?.text === ")" && name) return true;
      const type = tokens[i - 2];
      const isNamed =
        before?.kind === "word" && !STATEMENT.has(before.text) && type?.kind === "word" && type.text !== "else";
      if (depth === 0 && token.text === "(") name = isNamed ? before : undefined;
      depth += 1;
    }
    if (token.kind === "mark" && ")]}".includes(token.text)) depth -= 1;
  }
  return false;
}

const made = (out: string, at: Token): Unit => {
  const token = { ...at, kind: "mark" as const, text: out, start: at.end, end: at.end };
  return out === "int" ? { token, out, type: "bool" } : { token, out };
};

/** The body of `bool name(void)`, whose own tokens have no extent in the text. */
export function wrap(name: string, units: readonly Unit[], last: Token): Unit[] {
  const [first] = units;
  if (!first) fail(last, "an expression is missing");
  const head = ["int", name, "(", ")", "{"].map((out) => made(out, first.token));
  const end: Token = { ...last, column: last.column + last.text.length };
  if (isStatements(units)) return [...head, ...units, made("}", end)];
  return [
    ...head,
    made("return", first.token),
    made("(", first.token),
    ...units,
    ...[")", ";", "}"].map((out) => made(out, end)),
  ];
}

/** Has it a semicolon or a brace outside of every parenthesis, or a word that only statements have? */
function isStatements(units: readonly Unit[]): boolean {
  if (units.some(({ out }) => out === "else" || STATEMENT.has(out))) return true;
  let depth = 0;
  for (const { out } of units) {
    if (depth === 0 && (out === ";" || out === "{")) return true;
    if (out === "(") depth += 1;
    if (out === ")") depth -= 1;
  }
  return false;
}
