/** C text -> tokens with places. Comments and line continuations go; #define lines are kept apart. */

import { fail, type Place } from "./fail.ts";

export type Token = Place & {
  readonly kind: "word" | "number" | "character" | "string" | "mark";
  readonly text: string;
  /** Half-open range of the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
};

/** An object-like macro. */
export type Define = { readonly name: string; readonly body: readonly Token[]; readonly text: string };

export type Lexed = { readonly tokens: readonly Token[]; readonly defines: ReadonlyMap<string, Define> };

/** A rule is a screenful; whatever is larger was not meant to be one, and must not cost seconds. */
const TEXT_LIMIT = 262_144;
const TOKEN_LIMIT = 20_000;
const NESTING_LIMIT = 200;

const TOKEN =
  // \x0b is \v, which mutation testing would make a \V of: no escape in a regular expression.
  // oxlint-disable-next-line no-control-regex
  /(?<blank>(?:[ \t\r\n\f\x0b\u{a0}]|\\\r?\n|\/\/[^\n]*|\/\*[^]*?\*\/)+)|(?<word>[A-Za-z_]\w*)|(?<number>\.?\d(?:[\w.]|(?<=[eEpP])[+-])*)|(?<character>'(?:\\.|[^'\\\n])+')|(?<string>"(?:\\.|[^"\\\n])*")|(?<mark><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\/(?!\*)|[-+*%&|^~!<>=?:;,.(){}[\]#])/uy;
const START: Place = { line: 1, column: 1 };
const CLOSES: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

export function lex(source: string): Lexed {
  refuseUnreadable(source);
  const text = source.startsWith("\u{feff}") ? ` ${source.slice(1)}` : source;
  const tokens: Token[] = [];
  const defines = new Map<string, Define>();
  const open: Token[] = [];
  let line = 1;
  let lineStart = source === text ? 0 : 1;
  let at = 0;
  while (at < text.length) {
    const place = { line, column: at - lineStart + 1 };
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups ?? fail(place, unreadable(text, at));
    const kind = kindOf(groups);
    const found = groups[kind ?? "blank"] ?? "";
    const token = kind && { kind, text: found, start: at, end: at + found.length, ...place };
    if (token?.text === "#") {
      at = directive(text, token, defines);
    } else {
      if (token) pushToken(tokens, open, token);
      at += found.length;
    }
    for (let nl = text.indexOf("\n", lineStart); nl >= 0 && nl < at; nl = text.indexOf("\n", lineStart)) {
      line += 1;
      lineStart = nl + 1;
    }
  }
  const unclosed = open.pop();
  if (unclosed) fail(unclosed, `'${unclosed.text}' is never closed`);
  return { tokens, defines };
}

function refuseUnreadable(source: string): void {
  if (source.length > TEXT_LIMIT) {
    fail(START, `too long to be a rule: ${source.length} characters, at most ${TEXT_LIMIT}`);
  }
  const odd = /[\0\u{fffd}]/u.exec(source);
  if (!odd) return;
  const before = source.slice(0, odd.index).split("\n");
  const place = { line: before.length, column: (before.at(-1) ?? "").length + 1 };
  fail(place, odd[0] === "\0" ? "not text: a NUL byte" : "not UTF-8 text");
}

function unreadable(text: string, at: number): string {
  if (text.startsWith("/*", at)) return "this comment is never closed";
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === '"' || character === "'") return `this ${character} is never closed on its line`;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return /[!-~]/.test(character) ? `stray '${character}'` : `stray character U+${code}`;
}

const KINDS = ["word", "number", "character", "string", "mark"] as const;
const kindOf = (groups: Readonly<Record<string, string | undefined>>): Token["kind"] | undefined =>
  KINDS.find((kind) => groups[kind] !== undefined);

function pushToken(tokens: Token[], open: Token[], token: Token): void {
  if (tokens.length >= TOKEN_LIMIT) fail(token, `too long to be a rule: more than ${TOKEN_LIMIT} tokens`);
  tokens.push(token);
  if (token.kind !== "mark") return;
  if ("([{".includes(token.text)) {
    open.push(token);
    if (open.length > NESTING_LIMIT) fail(token, `nested deeper than ${NESTING_LIMIT} brackets`);
  }
  const opener = CLOSES[token.text];
  if (opener === undefined) return;
  const last = open.pop();
  if (!last) fail(token, `'${token.text}' closes nothing`);
  if (last.text !== opener) fail(token, `'${token.text}' closes the '${last.text}' of line ${last.line}`);
}

/** @returns where the line after the directive starts */
function directive(text: string, hash: Token, defines: Map<string, Define>): number {
  const lines = /(?:\\\r?\n|[^\n])*/y;
  lines.lastIndex = hash.start;
  const whole = lines.exec(text)?.[0] ?? "";
  const end = hash.start + whole.length;
  const word = /^#[ \t]*(\w*)/.exec(whole)?.[1] ?? "";
  if (word === "include" || word === "pragma" || word === "") return end;
  if (word !== "define") fail(hash, `#${word} is not supported: only #define of a constant is`);
  const define = /^#[ \t]*define[ \t]+([A-Za-z_]\w*)/.exec(whole);
  const name = define?.[1] ?? fail(hash, "#define without a name");
  const after = define?.[0].length ?? 0;
  if (whole[after] === "(") fail(hash, `macro ${name}(…) is not supported: write it as a function`);
  // A directive's own text, at its own place, so that its errors point into it.
  const blank = " ".repeat(Math.max(0, hash.column - 1 + after));
  const body = lex(blank + whole.slice(after)).tokens.map((token) => ({ ...token, line: token.line + hash.line - 1 }));
  defines.set(name, { name, body, text: whole.trimEnd() });
  return end;
}
