/** C text -> rules. */

import { type Arch, x86_64 } from "../../model/arch.ts";
import { PARAMETERS, type ParameterName, READABLE, type RuleKind } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { constantsIn, declareConstants } from "./lower/constants.ts";
import { fail, isRefusal } from "./syntax/fail.ts";
import { BARE, functionPlace, lowerEntry } from "./lower/function.ts";
import type { Grammar } from "./syntax/grammar.ts";
import { type Define, lex, type Token } from "./syntax/lex.ts";
import { constants } from "./tree/names.ts";
import { normalise, type Unit } from "./syntax/normalise.ts";
import { mark, unmark } from "./syntax/paste.ts";
import { parametersRead } from "./tree/reads.ts";
import type { RuleScope } from "./tree/scope.ts";
import { isFile, type Part, parts, wrap } from "./syntax/shape.ts";
import { fileOf, isErrno, needs, rulesAmong, type File } from "./sources.ts";
import { parseSyntax, type Syntax } from "./syntax/syntax.ts";
import { hasControl, visible } from "../visible.ts";

export type ParseOptions = {
  /** Shown in errors and kept in Rule.file. */
  readonly file?: string;
  /** Id of the text's only rule; otherwise rules are named after their functions, a bare expression "expression". */
  readonly id?: string;
  /** Overrides the kind inferred from what is read. */
  readonly kind?: RuleKind;
  /** Page sizes; x86-64 unless given. */
  readonly arch?: Arch;
};

export type ParseError = {
  readonly file?: string;
  /** Both count from 1; a tab is one column. */
  readonly line: number;
  readonly column: number;
  /** One line. */
  readonly message: string;
};

export type ParseResult =
  { readonly ok: true; readonly rules: readonly Rule[] } | { readonly ok: false; readonly error: ParseError };

/** Never throws for any text. */
export function parseRules(grammar: Grammar, text: string, options: ParseOptions = {}): ParseResult {
  try {
    return { ok: true, rules: rulesOf(grammar, text, options) };
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    const { place, message } = thrown;
    return { ok: false, error: { ...(options.file !== undefined && { file: options.file }), ...place, message } };
  }
}

function rulesOf(grammar: Grammar, given: string, options: ParseOptions): Rule[] {
  const text = mark(given);
  const { tokens, defines } = lex(text);
  const odd = tokens.find(({ kind, text: word }) => kind === "character" && hasControl(word));
  if (odd) fail(odd, "a control character in a character constant: write its number");
  const last = tokens.at(-1) ?? fail({ line: 1, column: 1 }, "no C here: nothing but blanks and comments");
  const units = normalise({ tokens, defines });
  if (units.length === 0) fail(last, "no C here");
  if (isFile(tokens)) return rulesOfFile(grammar, text, tokens, units, defines, options);
  const inner = bareExpression(units) ?? units;
  const file = fileOf(parseSyntax(grammar, wrap(BARE, inner, last)));
  return [ruleOf(file, BARE, { text: text.trim(), line: tokens[0]?.line ?? 1 }, options)];
}

/** Of `expression`, `expression;` and `return expression;`, what stands for the expression. */
function bareExpression(units: readonly Unit[]): readonly Unit[] | undefined {
  if (units.some(({ out }) => out === "{" || STARTS.has(out))) return undefined;
  const semicolon = units.findIndex(({ out }) => out === ";");
  if (semicolon >= 0 && semicolon < units.length - 1) return undefined;
  return units.slice(units[0]?.out === "return" ? 1 : 0, semicolon < 0 ? units.length : -1);
}

const STARTS = new Set(["if", "for", "while", "do", "switch", "goto", "break", "continue"]);

function rulesOfFile(
  grammar: Grammar,
  text: string,
  tokens: readonly Token[],
  units: readonly Unit[],
  defines: ReadonlyMap<string, Define>,
  options: ParseOptions,
): Rule[] {
  const pieces = parts(tokens);
  const file = fileOf(parseSyntax(grammar, units));
  const { sources } = file;
  const declared = file.constants.map((each): Kept => {
    const { start, end } = partOf(pieces, each);
    const whole = text.slice(start, end);
    if (each.type === "declaration" && !mentions(whole, "const")) {
      fail(each.place, "a variable outside of functions is not supported: make it const");
    }
    // An enum's part ends with its brace.
    return { names: constantsIn(each), text: whole.endsWith(";") ? whole : `${whole};` };
  });
  const kept = [
    ...[...defines.values()].map(({ name, text: own }): Kept => ({ names: [name], text: own })),
    ...declared,
  ];
  const rules = rulesAmong(sources);
  const only = rules.length === 1 ? options.id : undefined;
  return rules.map(([name, source]) => {
    const needed = [...needs(name, sources)].map((each) => partOf(pieces, sources.get(each) ?? source));
    const texts = needed.toSorted((a, b) => a.start - b.start).map((part) => text.slice(part.start, part.end));
    const whole = [...usedBy(texts, kept), ...texts].join("\n\n");
    return ruleOf(
      file,
      name,
      { text: rules.length === 1 && !file.hasMore ? text.trim() : whole, line: partOf(pieces, source).line },
      only === undefined ? { ...options, id: name } : options,
    );
  });
}

/** A #define, or a declaration of constants. */
type Kept = { readonly names: readonly string[]; readonly text: string };

/** Those that the texts use, and those that these use. */
function usedBy(texts: readonly string[], kept: readonly Kept[]): string[] {
  const used = new Set<Kept>();
  const visit = (text: string): void => {
    for (const each of kept) {
      if (used.has(each) || !each.names.some((name) => mentions(text, name))) continue;
      used.add(each);
      visit(each.text);
    }
  };
  for (const text of texts) visit(text);
  return kept.filter((each) => used.has(each)).map(({ text }) => text);
}

const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

function partOf(pieces: readonly Part[], source: Syntax): Part {
  const { start } = source.place;
  const found = pieces.find((part) => part.start <= start && start < part.end);
  if (!found) throw new Error("a function outside of the text");
  return found;
}

function ruleOf(
  { sources, constants: declared }: File,
  name: string,
  { text, line }: { readonly text: string; readonly line: number },
  options: ParseOptions,
): Rule {
  const scope = {
    arch: options.arch ?? x86_64,
    constants: new Map(constants(options.arch ?? x86_64)),
    sources,
    sites: [],
    unknowns: [],
    cells: [],
    functions: [],
    lowered: new Map(),
    mentioned: new Map(),
    places: new WeakMap(),
    gotos: 0,
    loops: new WeakMap(),
  } satisfies RuleScope;
  for (const each of declared) declareConstants(scope, each);
  const source = sources.get(name);
  const errno = source !== undefined && isErrno(source, sources);
  lowerEntry(scope, name, errno);
  const kind = options.kind ?? inferKind(scope);
  if (errno && kind === "level")
    fail(functionPlace(source), "a level rule returns bool: true where a level is forbidden");
  for (const [read, place] of scope.mentioned) {
    if (read !== "level" && !READABLE[kind].includes(read)) {
      fail(place, `a ${kind} rule cannot read '${read}'; it reads ${READABLE[kind].join(", ")}`);
    }
  }
  return {
    id: options.id ?? name,
    kind,
    text: visible(unmark(text)),
    ...(options.file !== undefined && { file: options.file }),
    line,
    ...(errno && { givesErrno: true as const }),
    functions: scope.functions,
    reads: parametersRead(scope.functions),
    sites: scope.sites,
    unknowns: scope.unknowns,
    cells: scope.cells,
  };
}

const OF_MAP: ReadonlySet<ParameterName> = new Set(["gfn", "index", "order", "nr_pages"] as const);

function inferKind({ mentioned }: RuleScope): RuleKind {
  if (mentioned.has("ugfn") || mentioned.has("level")) return "level";
  return PARAMETERS.some((name) => OF_MAP.has(name) && mentioned.has(name)) ? "map" : "bind";
}
