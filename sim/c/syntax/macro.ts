/**
 * Macros, as C expands them: arguments first, then the result once more, and no macro inside of its own.
 *
 * What a macro's body brings in has the place where the macro is used; arguments keep theirs.
 */

import { append } from "../../append.ts";
import type { Define } from "./directive.ts";
import { fail } from "./fail.ts";
import { lex, type Token } from "./lex.ts";

/** A rule is a screenful; a macro that makes more of it is a mistake or an attack. */
const EXPANSION_LIMIT = 20_000;
const NESTING_LIMIT = 200;

export type Defines = ReadonlyMap<string, Define>;

/** A token, and the macros that it must not be taken for again. */
type Hidden = { readonly token: Token; readonly hides: ReadonlySet<string> };

const NOTHING: ReadonlySet<string> = new Set();

export function expand(tokens: readonly Token[], defines: Defines): readonly Token[] {
  if (defines.size === 0 || !tokens.some(({ text }) => defines.has(text))) return tokens;
  const budget = { left: EXPANSION_LIMIT };
  return expandAll(
    tokens.map((token) => ({ token, hides: NOTHING })),
    { defines, budget, depth: 0 },
  ).map(({ token }) => token);
}

type Context = { readonly defines: Defines; readonly budget: { left: number }; readonly depth: number };

function expandAll(given: readonly Hidden[], context: Context): Hidden[] {
  const out: Hidden[] = [];
  // The next one is the last: what a macro stands for is read again before what follows it.
  const todo = given.toReversed();
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { token, hides } = next;
    const define = token.kind === "word" && !hides.has(token.text) ? context.defines.get(token.text) : undefined;
    if (!define || (define.parameters && todo.at(-1)?.token.text !== "(")) {
      out.push(next);
      continue;
    }
    if (context.depth > NESTING_LIMIT) fail(token, `macros are nested deeper than ${NESTING_LIMIT}`);
    const call = define.parameters && takeArguments(token, todo);
    // Of a call that begins inside of a macro and ends behind it, neither is inside of the other.
    const around = call ? [...hides].filter((name) => call.closes.has(name)) : hides;
    const inner = new Set([...around, define.name]);
    const made = substitute(define, token, call ? argumentsOf(define, token, call.list) : [], context).map((each) => ({
      token: each.token,
      hides: each.hides.size === 0 ? inner : new Set([...each.hides, ...inner]),
    }));
    context.budget.left -= made.length + 1;
    if (context.budget.left < 0) fail(token, "the #defines expand to too much text");
    for (const each of made.toReversed()) todo.push(each);
  }
  return out;
}

/** Takes `( … )` off the end, and splits it at its own commas. */
function takeArguments(
  use: Token,
  todo: Hidden[],
): { readonly list: Hidden[][]; readonly closes: ReadonlySet<string> } {
  todo.pop();
  const list: Hidden[][] = [[]];
  for (let depth = 0, next = todo.pop(); next; next = todo.pop()) {
    const { text, kind } = next.token;
    if (kind === "mark" && text === ")" && depth === 0) return { list, closes: next.hides };
    if (kind === "mark" && "([{".includes(text)) depth += 1;
    if (kind === "mark" && ")]}".includes(text)) depth -= 1;
    if (kind === "mark" && text === "," && depth === 0) list.push([]);
    else list.at(-1)?.push(next);
  }
  return fail(use, `the arguments of macro ${use.text} are never closed`);
}

/** One list of tokens a parameter. */
function argumentsOf(define: Define, use: Token, given: Hidden[][]): readonly Hidden[][] {
  const parameters = define.parameters ?? [];
  const least = parameters.length - (define.isVariadic === true ? 1 : 0);
  if (parameters.length === 0 && given.length === 1 && given[0]?.length === 0) return [];
  if (given.length < least || (define.isVariadic !== true && given.length > least)) {
    fail(use, `macro ${define.name} takes ${least} argument${least === 1 ? "" : "s"}, not ${given.length}`);
  }
  if (define.isVariadic !== true) return given;
  const [comma] = given.flat();
  const rest = given.slice(least).flatMap((each, i): Hidden[] => {
    const mark = comma ?? { token: use, hides: NOTHING };
    return i === 0 ? each : [{ ...mark, token: { ...mark.token, kind: "mark", text: "," } }, ...each];
  });
  return [...given.slice(0, least), rest];
}

function substitute(define: Define, use: Token, args: readonly Hidden[][], context: Context): Hidden[] {
  const { body, parameters = [] } = define;
  const argument = (token: Token | undefined): readonly Hidden[] | undefined => {
    const at = token?.kind === "word" ? parameters.indexOf(token.text) : -1;
    return at < 0 ? undefined : (args[at] ?? []);
  };
  const own = (token: Token): Hidden => ({
    token: { ...use, kind: token.kind, text: token.text, isSpaced: token.isSpaced === true },
    hides: NOTHING,
  });
  const out: Hidden[] = [];
  for (let i = 0; i < body.length; i += 1) {
    const token = body[i];
    if (!token) break;
    const next = body[i + 1];
    if (token.text === "#" && parameters.length > 0 && argument(next)) {
      out.push(own({ ...token, kind: "string", text: quoted(argument(next) ?? []) }));
      i += 1;
    } else if (token.text === "##" && i > 0 && next) {
      const right = argument(next);
      i += 1;
      // GNU's `, ## __VA_ARGS__` drops the comma where nothing is given.
      const isRest = define.isVariadic === true && next.text === parameters.at(-1);
      if (!isRest || out.at(-1)?.token.text !== ",") paste(out, right ?? [own(next)], use);
      else if (right?.length === 0) out.pop();
      else append(out, right ?? []);
    } else {
      const given = argument(token);
      if (!given) out.push(own(token));
      // An operand of ## is taken as it is written; where it is empty, something has to stand for it.
      else if (next?.text === "##") append(out, given.length > 0 ? given : [own({ ...token, text: "" })]);
      else append(out, expandAll(given, { ...context, depth: context.depth + 1 }));
    }
  }
  return out.filter(({ token }) => token.text !== "");
}

/** The last token and the first of these become one. */
function paste(out: Hidden[], right: readonly Hidden[], use: Token): void {
  const left = out.pop();
  const [first, ...rest] = right;
  if (!left || !first || left.token.text === "") {
    append(out, left && !first ? [left] : []);
    append(out, right);
    return;
  }
  const text = left.token.text + first.token.text;
  const made = lex(text);
  const [token] = made;
  if (!token || made.length > 1) fail(use, `'${left.token.text}' and '${first.token.text}' do not make one token`);
  out.push({ token: { ...use, kind: token.kind, text }, hides: NOTHING }, ...rest);
}

function quoted(tokens: readonly Hidden[]): string {
  const text = tokens.map(({ token }, i) => (i > 0 && token.isSpaced === true ? " " : "") + token.text).join("");
  return `"${text.replaceAll(/(["\\])/g, String.raw`\$1`)}"`;
}
