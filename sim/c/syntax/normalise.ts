/**
 * Tokens -> text that the grammar reads without guessing, and the way back from its offsets to the author's places.
 *
 * The grammar cannot know typedefs: it reads (u64)-1 as a subtraction and min_t(unsigned long, …) as an error. So
 * every integer type becomes `int`; words without a meaning here (static, const, __always_inline,
 * __attribute__((…))) go.
 */

import type { IntType } from "../../../model/rule/int-type.ts";
import { fail } from "./fail.ts";
import { refuseStray, type Token } from "./lex.ts";
import { IGNORED_WORDS, TYPE_NAMES, TYPE_WORDS, typeOfWords } from "./types.ts";

export type Unit = {
  /** Token as the grammar sees it: type tokens carry their meaning. */
  readonly token: Token;
  readonly out: string;
  readonly type?: IntType;
  /** Of an enum's type: its name. */
  readonly tag?: string;
  /** Words without a meaning to the grammar that stand before it: static, const. */
  readonly words?: readonly string[];
};

const TOKEN_LIMIT = 20_000;
const NESTING_LIMIT = 200;
const CLOSES: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Of statements, what is closed was opened above: the paste began too late. */
const closesNothing = (token: Token, tokens: readonly Token[]): string =>
  token.text === ")" &&
  tokens.some(({ text }) => text === ";") &&
  !tokens.slice(0, tokens.indexOf(token)).some(({ text }) => /^(?:if|for|while|switch)$/.test(text))
    ? "the condition begins above what you pasted: this ')' closes nothing"
    : `'${token.text}' closes nothing`;

/** @param tokens without directives and macros */
export function normalise(tokens: readonly Token[]): Unit[] {
  refuseUnreadable(tokens);
  const expanded = bracketed(tokens);
  const units: Unit[] = [];
  let words: string[] = [];
  for (let i = 0; i < expanded.length; i += 1) {
    const token = expanded[i];
    if (!token) break;
    const before = units.length;
    const word = token.kind === "word" ? token.text : undefined;
    if (word === undefined) units.push({ token, out: token.text });
    else if (word === "__attribute__" || word === "__printf") {
      const last = skipBrackets(expanded, i + 1);
      const cleanup = expanded.slice(i, last).find(({ text }) => text === "cleanup" || text === "__cleanup__");
      if (cleanup) fail(cleanup, "what is done at the end of the block is not shown: write the call where it happens");
      i = last;
    } else if (TYPE_WORDS.has(word)) {
      let last = i;
      const ofType = [word];
      for (let next = expanded[i + 1]; isTypePart(next); next = expanded[last + 1]) {
        last += 1;
        if (TYPE_WORDS.has(next.text)) ofType.push(next.text);
      }
      units.push(typeUnit(token, typeOfWords(ofType, token)));
      i = last;
    } else if (word === "enum" && expanded[i + 1]?.kind === "word" && expanded[i + 2]?.text === "{") {
      units.push({ token, out: word, tag: expanded[i + 1]?.text ?? "" });
      i += 1;
    } else if (word === "enum" && expanded[i + 1]?.kind === "word") {
      units.push({ ...typeUnit(token, "u32"), tag: expanded[i + 1]?.text ?? "" });
      i += 1;
    } else if (IGNORED_WORDS.has(word)) words.push(word);
    else units.push(nameUnit(token));
    const last = units.at(-1);
    if (words.length > 0 && last && units.length > before) {
      units[units.length - 1] = { ...last, words };
      words = [];
    }
  }
  return units;
}

const isTypeText = (text: string): boolean => TYPE_WORDS.has(text) || text === "const" || text === "volatile";

const isTypePart = (token: Token | undefined): token is Token => token?.kind === "word" && isTypeText(token.text);

function nameUnit(token: Token): Unit {
  const type = TYPE_NAMES.get(token.text);
  if (type !== undefined) return typeUnit(token, type);
  if (token.text === "float" || token.text === "double" || token.text === "__int128") {
    fail(token, `type '${token.text}' is not supported: only integers of up to 64 bits are`);
  }
  return { token, out: token.text };
}

const typeUnit = (token: Token, type: IntType): Unit => ({ token, out: "int", type });

/**
 * The grammar does not know which names are types. It knows GNU C's address of a label, and may read `2 < (x) && (y)` as a cast; and
 * `(a * (b)) & 3`, `(a[3]) & 3`, `(f(x)) & 3` as casts to a pointer to a function, an array, a function. A second pair of
 * parentheses leaves it no such choice.
 */
function bracketed(tokens: readonly Token[]): readonly Token[] {
  const closes = new Set<number>();
  return tokens.flatMap((token, i) => {
    const close = closes.has(i) ? [token] : [];
    if (!isMistakable(tokens, i)) return [token, ...close];
    closes.add(skipBrackets(tokens, i));
    return [token, token];
  });
}

/** Words before a bracket that is no list of arguments. */
const BEFORE_A_VALUE = new Set(["return", "case", "sizeof", "else", "do"]);
/** What a value may be followed by and an operand may begin with. */
const EITHER_WAY = new Set(["&&", "&", "*", "+", "-"]);
const IN_A_TYPE = new Set(["struct", "union", "enum", "typeof", "__typeof__", "__typeof", "__auto_type"]);

/** Does a group in brackets begin here that is a value and may be read as a type? */
function isMistakable(tokens: readonly Token[], i: number): boolean {
  const first = tokens[i + 1];
  if (tokens[i]?.text !== "(" || first?.kind !== "word") return false;
  const last = skipBrackets(tokens, i);
  const [before, behind] = [tokens[i - 1], tokens[last + 1]?.text ?? ""];
  const isArgument = before?.kind === "word" && !BEFORE_A_VALUE.has(before.text);
  if (last === i + 2) return behind === "&&" && before?.kind !== "word";
  if (beginsType(first)) return false;
  if (before?.text !== "sizeof" && !EITHER_WAY.has(behind)) return false;
  const second = tokens[i + 2]?.text;
  if (second === "(") return skipBrackets(tokens, i + 2) === last - 1;
  if (isArgument) return false;
  return second === "[" || (second === "*" && !endsAsPointer(tokens, i + 3));
}

const beginsType = ({ text }: Token): boolean => isTypeText(text) || TYPE_NAMES.has(text) || IN_A_TYPE.has(text);

const goesOnAsPointer = (token: Token | undefined): boolean =>
  token !== undefined && (token.text === "*" || isTypeText(token.text) || IGNORED_WORDS.has(token.text));

/** Is what stands here the rest of a pointer's type: more stars, then the bracket's end, or a pointer to a function? */
function endsAsPointer(tokens: readonly Token[], from: number): boolean {
  let at = from;
  while (goesOnAsPointer(tokens[at])) at += 1;
  const next = tokens[at]?.text;
  return next === ")" || (next === "(" && tokens[at + 1]?.text === "*" && endsAsPointer(tokens, at + 2));
}

/** @returns the index of the last token of the bracketed group that starts at `from`, or from - 1 */
function skipBrackets(tokens: readonly Token[], from: number): number {
  if (tokens[from]?.text !== "(") return from - 1;
  let depth = 0;
  for (let i = from; i < tokens.length; i += 1) {
    if (tokens[i]?.text === "(") depth += 1;
    if (tokens[i]?.text === ")") depth -= 1;
    if (depth === 0) return i;
  }
  return tokens.length - 1;
}

export function refuseLong(tokens: readonly Token[]): void {
  const token = tokens[TOKEN_LIMIT];
  if (token) fail(token, `too long to be a rule: more than ${TOKEN_LIMIT} tokens`);
}

function refuseUnreadable(tokens: readonly Token[]): void {
  refuseLong(tokens);
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.kind === "stray" || token.text === "#" || token.text === "##") refuseStray(token);
    if (token.kind !== "mark") continue;
    if ("([{".includes(token.text)) {
      open.push(token);
      if (open.length > NESTING_LIMIT) fail(token, `nested deeper than ${NESTING_LIMIT} brackets`);
    }
    const opener = CLOSES[token.text];
    if (opener === undefined) continue;
    const last = open.pop();
    if (!last) fail(token, closesNothing(token, tokens));
    if (last.text !== opener) fail(token, `'${token.text}' closes the '${last.text}' of line ${last.line}`);
  }
  const unclosed = open.pop();
  if (unclosed) fail(unclosed, `'${unclosed.text}' is never closed`);
}
