/** One configuration of a text: conditionals decided, macros in force where they stand, the active chunks expanded. */

import { append } from "../../append.ts";
import type { Chunk } from "./chunk.ts";
import { type Ask, holds, isDefined, isEnabled, isEnabledName } from "./condition.ts";
import { type Define, defineOf, type Directive, isDirective, type Item, nameOf, type Span } from "./directive.ts";
import { fail } from "./fail.ts";
import type { Token } from "./lex.ts";
import { expand } from "./macro.ts";

/** A chunk whose tokens are there in this configuration. */
export type Active = {
  readonly chunk: Chunk;
  readonly tokens: readonly Token[];
  /** Inside of it: conditionals, and what is not there because of them. Half-open ranges of the text. */
  readonly cuts: readonly Span[];
};

export type Preprocessed = {
  readonly active: readonly Active[];
  /** #define and #undef outside of chunks, in their order. */
  readonly directives: readonly Directive[];
};

/** What is wanted of a text. */
export type Wanted = {
  readonly items: readonly Item[];
  /** In their order. */
  readonly chunks: readonly Chunk[];
  /** Does anything that is wanted depend on the conditional that starts at this item? Else it is taken to be off. */
  readonly matters: (at: number) => boolean;
};

type Branch = { readonly at: number; isTaken: boolean; isActive: boolean; readonly isOuterActive: boolean };

export function preprocess({ items, chunks, matters }: Wanted, asked: Ask): Preprocessed {
  const defines = new Map<string, Define>();
  const branches: Branch[] = [];
  const active: Active[] = [];
  const directives: Directive[] = [];
  // What the text says to be undefined is off, whoever asks.
  const gone = new Set<string>();
  const ask: Ask = {
    ...asked,
    isOn: (symbol, place) => !gone.has(symbol) && asked.isOn(symbol, place),
    isEnabled: (symbol, place) => !gone.has(symbol) && asked.isEnabled(symbol, place),
  };
  const known = (symbol: string): boolean => !gone.has(symbol) && asked.known(symbol) === true;
  const off: Ask = { ...asked, isOn: known, isEnabled: known };
  let pending: Token[] = [];
  let tokens: Token[] = [];
  let cuts: Span[] = [];
  const isActive = (): boolean => branches.at(-1)?.isActive ?? true;
  // Macros that a chunk uses are those in force up to there.
  const flush = (): void => {
    append(tokens, withEnabled(expand(pending, defines), defines, ask));
    pending = [];
  };

  const conditional = (directive: Directive, i: number): void => {
    const top = branches.at(-1);
    const at = directive.name.startsWith("if") ? i : (top?.at ?? i);
    const isGuard = directive.name === "ifndef" && guards(directive, items.slice(i + 1));
    const test = (): boolean => decide(directive, defines, matters(at) && !isGuard ? ask : off);
    if (directive.name.startsWith("if")) {
      const isOn = isActive() && test();
      branches.push({ at, isTaken: isOn, isActive: isOn, isOuterActive: isActive() });
      return;
    }
    if (!top) return fail(directive.hash, `#${directive.name} without an #if`);
    if (directive.name === "endif") branches.pop();
    else {
      top.isActive = top.isOuterActive && !top.isTaken && (directive.name === "else" || test());
      top.isTaken ||= top.isActive;
    }
  };

  let next = 0;
  for (const [i, item] of items.entries()) {
    const chunk = chunks[next];
    const isInside = chunk !== undefined && chunk.from <= i;
    if (isDirective(item)) {
      if (isInside && (CONDITIONAL.has(item.name) || !isActive())) cuts.push(item);
      if (CONDITIONAL.has(item.name)) conditional(item, i);
      else if (isActive() && (item.name === "define" || item.name === "undef")) {
        flush();
        if (!isInside) directives.push(item);
        const name = nameOf(item).text;
        if (item.name === "undef") {
          defines.delete(name);
          gone.add(name);
        } else defines.set(name, defineOf(item));
      }
    } else if (isInside) (isActive() ? pending : cuts).push(item);
    if (chunk !== undefined && i + 1 >= chunk.to) {
      flush();
      if (tokens.length > 0) active.push({ chunk, tokens, cuts });
      tokens = [];
      cuts = [];
      next += 1;
    }
  }
  const open = branches.at(-1);
  const unclosed = open && items[open.at];
  if (unclosed && isDirective(unclosed)) fail(unclosed.hash, `#${unclosed.name} is never closed by an #endif`);
  return { active, directives };
}

/** Of what keeps a file from being read twice, nobody has defined the name before; there is nothing else to read then. */
function guards(directive: Directive, behind: readonly Item[]): boolean {
  const [next] = behind;
  if (!next || !isDirective(next) || next.name !== "define" || next.tokens.length > 1) return false;
  const name = nameOf(directive).text;
  return nameOf(next).text === name && !name.startsWith("CONFIG_") && !hasElse(behind);
}

function hasElse(behind: readonly Item[]): boolean {
  let depth = 1;
  for (const { name } of behind.filter((each) => isDirective(each))) {
    if (name.startsWith("if")) depth += 1;
    if (name === "endif") depth -= 1;
    if (depth === 0) return false;
    if (depth === 1 && name.startsWith("el")) return true;
  }
  return false;
}

const CONDITIONAL: ReadonlySet<string> = new Set("if ifdef ifndef elif else endif elifdef elifndef".split(" "));

function decide(directive: Directive, defines: ReadonlyMap<string, Define>, ask: Ask): boolean {
  const { name, hash, tokens } = directive;
  if (name === "if" || name === "elif") return holds(tokens, defines, hash, ask);
  const symbol = nameOf(directive);
  return isDefined(symbol.text, defines, symbol, ask) !== name.endsWith("ndef");
}

/** In C, IS_ENABLED(CONFIG_X) is 0 or 1. */
function withEnabled(tokens: readonly Token[], defines: ReadonlyMap<string, Define>, ask: Ask): readonly Token[] {
  if (!tokens.some(({ text }) => isEnabledName(text))) return tokens;
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i];
    if (!token) break;
    const symbol = tokens[i + 2];
    const isCall = isEnabledName(token.text) && tokens[i + 1]?.text === "(" && tokens[i + 3]?.text === ")";
    if (!isCall || !symbol) {
      out.push(token);
      continue;
    }
    // The symbol may be a macro of the text, and is a number then.
    const isOn = symbol.kind === "word" ? isEnabled(token.text, symbol, defines, ask) : symbol.text === "1";
    out.push({ ...token, kind: "number", text: isOn ? "1" : "0" });
    i += 3;
  }
  return out;
}
