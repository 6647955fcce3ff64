/** What stands behind #if: decided where the text says enough, else by asking whoever tries both ways. */

import type { Define } from "./directive.ts";
import { fail } from "./fail.ts";
import type { Token } from "./lex.ts";
import { type Defines, expand } from "./macro.ts";
import { number } from "./literal.ts";

/** What a condition asks that its text does not say. */
export type Ask = {
  /** Is it on? Of a CONFIG_ symbol, an unknown macro, or a whole comparison that cannot be computed. */
  readonly isOn: (symbol: string, place: Token) => boolean;
  /** IS_ENABLED() and its like: also where it is built as a module. */
  readonly isEnabled: (symbol: string, place: Token) => boolean;
  /** What was answered before, if anything was. */
  readonly known: (symbol: string) => boolean | undefined;
  /** The number that a symbol was given to be. */
  readonly value: (symbol: string) => bigint | undefined;
};

/** What a kernel for x86-64 is built with, whatever its configuration. */
const BUILT_WITH: ReadonlyMap<string, bigint> = new Map([
  ["__KERNEL__", 1n],
  ["__x86_64__", 1n],
  ["__LP64__", 1n],
  ["_LP64", 1n],
  ["__GNUC__", 12n],
  ["BITS_PER_LONG", 64n],
  ["__BITS_PER_LONG", 64n],
  ["__SIZEOF_INT128__", 16n],
  ["__ASSEMBLY__", 0n],
  ["__ASSEMBLER__", 0n],
  ["__cplusplus", 0n],
  ["__CHECKER__", 0n],
  ["__GENKSYMS__", 0n],
]);

const ENABLED = new Set(["IS_ENABLED", "IS_REACHABLE", "IS_BUILTIN", "IS_MODULE"]);
export const isEnabledName = (name: string): boolean => ENABLED.has(name);

/** IS_ENABLED(CONFIG_X) and its like, of a symbol that the text may define itself: to 1, or to nothing. */
export function isEnabled(how: string, symbol: Token, defines: Defines, ask: Ask): boolean {
  const { text } = symbol;
  const module = `${text}_MODULE`;
  const isOne = (name: string): boolean => defines.get(name)?.body[0]?.text === "1";
  if (how === "IS_MODULE") return defines.has(module) ? isOne(module) : ask.isOn(module, symbol);
  if (how !== "IS_BUILTIN" && isOne(module)) return true;
  if (defines.has(text)) return isOne(text);
  return how === "IS_BUILTIN" ? ask.isOn(text, symbol) : ask.isEnabled(text, symbol);
}

export function isDefined(name: string, defines: ReadonlyMap<string, Define>, place: Token, ask: Ask): boolean {
  const built = BUILT_WITH.get(name);
  if (defines.has(name)) return true;
  return built === undefined ? ask.isOn(name, place) : built !== 0n;
}

/** Part of a condition. A value that cannot be computed is undefined; whether it holds is asked then. */
type Node = { readonly value: () => bigint | undefined; readonly truth: () => boolean; readonly words: string };

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

const bit = (truth: boolean): bigint => (truth ? 1n : 0n);
const ofTruth = (truth: () => boolean, words: string): Node => ({ value: () => bit(truth()), truth, words });

/** @param place where an error points if the condition is empty */
export function holds(given: readonly Token[], defines: Defines, place: Token, ask: Ask): boolean {
  const answers = new Map<string, Node>();
  const tokens = expand(withoutQuestions(given, defines, ask, answers), defines);
  let at = 0;
  const peek = (): string | undefined => tokens[at]?.text;
  const take = (): Token => tokens[at++] ?? fail(tokens.at(-1) ?? place, "this condition ends too early");
  const must = (text: string): void => {
    const token = take();
    if (token.text !== text) fail(token, `'${text}' is missing before '${token.text}' in this condition`);
  };
  const ofValue = (value: Node["value"], words: string): Node => ({
    value,
    truth: () => (value() ?? bit(ask.isOn(words, place))) !== 0n,
    words,
  });

  const choice = (): Node => {
    const test = binary(0);
    if (peek() !== "?") return test;
    take();
    const then = choice();
    must(":");
    const otherwise = choice();
    const words = `${test.words} ? ${then.words} : ${otherwise.words}`;
    return {
      value: () => (test.truth() ? then : otherwise).value(),
      truth: () => (test.truth() ? then : otherwise).truth(),
      words,
    };
  };
  const binary = (level: number): Node => {
    const ops = LEVELS[level];
    if (!ops) return unary();
    let left = binary(level + 1);
    while (ops.includes(peek() ?? "")) {
      const op = take();
      left = join(op, left, binary(level + 1));
    }
    return left;
  };
  const join = (op: Token, left: Node, right: Node): Node => {
    const words = `${left.words} ${op.text} ${right.words}`;
    // Of `A && B` the second is asked only where it matters.
    if (op.text === "&&") return ofTruth(() => left.truth() && right.truth(), words);
    if (op.text === "||") return ofTruth(() => left.truth() || right.truth(), words);
    return ofValue(() => compute(op, left.value(), right.value()), words);
  };
  const unary = (): Node => {
    const token = take();
    const { text, kind } = token;
    if (text === "!") {
      const inner = unary();
      return ofTruth(() => !inner.truth(), `!${inner.words}`);
    }
    if ("+-~".includes(text)) {
      const inner = unary();
      return ofValue(() => compute(token, 0n, inner.value()), text + inner.words);
    }
    if (text === "(") {
      const inner = choice();
      must(")");
      return { ...inner, words: `(${inner.words})` };
    }
    if (kind === "number") return ofValue(() => valueOf(token), text);
    const answer = answers.get(text);
    if (answer) return answer;
    if (kind !== "word") return fail(token, `'${text}' does not belong in a condition`);
    if (peek() !== "(") return ofValue(() => BUILT_WITH.get(text) ?? ask.value(text), text);
    return ofValue(() => undefined, text + group());
  };
  /** The arguments of what only the compiler knows, as words. */
  const group = (): string => {
    let words = "";
    let depth = 0;
    do {
      const { text } = take();
      if (text === "(") depth += 1;
      if (text === ")") depth -= 1;
      words += text;
    } while (depth > 0);
    return words;
  };
  const whole = choice();
  const [more] = tokens.slice(at);
  if (more) fail(more, `'${more.text}' does not belong in this condition`);
  return whole.truth();
}

const valueOf = (token: Token): bigint => {
  const found = number(token.text, token);
  return found.node === "const" ? found.value : fail(token, `'${token.text}' is no integer literal`);
};

/** In intmax_t, as the preprocessor does; a sign is a sum with 0. */
function compute({ text, ...place }: Token, left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return undefined;
  const wrapped = (value: bigint): bigint => BigInt.asIntN(64, value);
  switch (text) {
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "&":
      return left & right;
    case "==":
      return bit(left === right);
    case "!=":
      return bit(left !== right);
    case "<":
      return bit(left < right);
    case ">":
      return bit(left > right);
    case "<=":
      return bit(left <= right);
    case ">=":
      return bit(left >= right);
    case "<<":
      return wrapped(left << BigInt.asUintN(6, right));
    case ">>":
      return left >> BigInt.asUintN(6, right);
    case "+":
      return wrapped(left + right);
    case "-":
      return wrapped(left - right);
    case "~":
      return ~right;
    case "*":
      return wrapped(left * right);
    default:
      if (right === 0n) fail(place, "division by 0 in a condition");
      return text === "/" ? left / right : left % right;
  }
}

/** `defined X` and IS_ENABLED(X) are about the name, which must not be expanded: one word stands for each. */
function withoutQuestions(
  given: readonly Token[],
  defines: Defines,
  ask: Ask,
  answers: Map<string, Node>,
): readonly Token[] {
  const out: Token[] = [];
  for (let i = 0; i < given.length; i += 1) {
    const token = given[i];
    if (!token) break;
    const isAsked = token.text === "defined" || (isEnabledName(token.text) && !defines.has(token.text));
    const inBrackets = given[i + 1]?.text === "(";
    const name = given[i + (inBrackets ? 2 : 1)];
    if (!isAsked || name?.kind !== "word") {
      out.push(token);
      continue;
    }
    if (inBrackets && given[i + 3]?.text !== ")") fail(token, `'${token.text}(' is never closed`);
    const text = `@${answers.size}`;
    const truth = (): boolean =>
      token.text === "defined" ? isDefined(name.text, defines, name, ask) : isEnabled(token.text, name, defines, ask);
    answers.set(text, ofTruth(truth, `${token.text}(${name.text})`));
    out.push({ ...token, text });
    i += inBrackets ? 3 : 1;
  }
  return out;
}
