/** C text -> rules. */

import { type Arch, x86_64 } from "../../model/arch.ts";
import { PARAMETERS, type ParameterName, READABLE, type RuleKind } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { givesErrno } from "./errno.ts";
import { fail, isRefusal } from "./fail.ts";
import { BARE, functionName, functionPlace, isVoid, lowerEntry, returnType } from "./function.ts";
import type { Grammar } from "./grammar.ts";
import { type Define, lex, type Token } from "./lex.ts";
import { constants } from "./names.ts";
import { normalise, type Unit } from "./normalise.ts";
import { parametersRead } from "./reads.ts";
import type { RuleScope } from "./scope.ts";
import { isFile, type Part, parts, wrap } from "./shape.ts";
import { child, parseSyntax, type Syntax } from "./syntax.ts";

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

function rulesOf(grammar: Grammar, text: string, options: ParseOptions): Rule[] {
  const { tokens, defines } = lex(text);
  const last = tokens.at(-1) ?? fail({ line: 1, column: 1 }, "no C here: nothing but blanks and comments");
  const units = normalise({ tokens, defines });
  if (units.length === 0) fail(last, "no C here");
  if (isFile(tokens)) return rulesOfFile(grammar, text, tokens, units, defines, options);
  const inner = bareExpression(units) ?? units;
  const sources = functionsOf(parseSyntax(grammar, wrap(BARE, inner, last)));
  return [ruleOf(sources, BARE, { text: text.trim(), line: tokens[0]?.line ?? 1 }, options)];
}

/** Of `expression`, `expression;` and `return expression;`, what stands for the expression. */
function bareExpression(units: readonly Unit[]): readonly Unit[] | undefined {
  if (units.some(({ out }) => out === "{" || STARTS.has(out))) return undefined;
  const semicolon = units.findIndex(({ out }) => out === ";");
  if (semicolon >= 0 && semicolon < units.length - 1) return undefined;
  return units.slice(units[0]?.out === "return" ? 1 : 0, semicolon < 0 ? units.length : -1);
}

const STARTS = new Set(["if", "for", "while", "do", "switch"]);

function rulesOfFile(
  grammar: Grammar,
  text: string,
  tokens: readonly Token[],
  units: readonly Unit[],
  defines: ReadonlyMap<string, Define>,
  options: ParseOptions,
): Rule[] {
  const pieces = parts(tokens);
  const sources = functionsOf(parseSyntax(grammar, units));
  const called = new Set([...sources.values()].flatMap((source) => [...callees(source, sources)]));
  for (const [name, source] of sources) refuseRecursion(name, source, sources, []);
  const rules = [...sources].filter(([name, source]) => !called.has(name) && isRule(source));
  if (rules.length === 0) {
    const [source] = sources.values();
    const what = "no rule: no function here returns bool, nor 0 or an errno such as -EINVAL";
    fail(source ? functionPlace(source) : { line: 1, column: 1 }, what);
  }
  const only = rules.length === 1 ? options.id : undefined;
  return rules.map(([name, source]) => {
    const needed = [...needs(name, sources)].map((each) => partOf(pieces, sources.get(each) ?? source));
    const texts = needed.toSorted((a, b) => a.start - b.start).map((part) => text.slice(part.start, part.end));
    const used = [...defines.values()].filter((define) => texts.some((each) => mentions(each, define.name)));
    const whole = [...used.map((define) => define.text), ...texts].join("\n\n");
    return ruleOf(
      sources,
      name,
      { text: rules.length === 1 ? text.trim() : whole, line: partOf(pieces, source).line },
      only === undefined ? { ...options, id: name } : options,
    );
  });
}

const isRule = (source: Syntax): boolean => !isVoid(source) && (returnType(source) === "bool" || isErrno(source));

/** What was pasted without a function around it says by itself what it returns. */
const isErrno = (source: Syntax): boolean =>
  (functionName(source) === BARE || ["s32", "s64"].includes(returnType(source))) && givesErrno(source);

const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

function functionsOf(root: Syntax): Map<string, Syntax> {
  const sources = new Map<string, Syntax>();
  for (const each of root.children) {
    if (each.type === "function_definition") {
      const name = functionName(each);
      if (sources.has(name)) fail(functionPlace(each), `${name}() is defined twice`);
      sources.set(name, each);
    } else if (each.type !== ";" && !isPrototype(each)) fail(each.place, "only functions and #defines can stand here");
  }
  return sources;
}

const isPrototype = (syntax: Syntax): boolean =>
  syntax.type === "declaration" && child(syntax, "declarator")?.type === "function_declarator";

function* callees(source: Syntax, sources: ReadonlyMap<string, Syntax>): Generator<string> {
  for (const each of source.children) yield* callees(each, sources);
  const callee = source.type === "call_expression" ? source.children[0]?.unit.out : undefined;
  if (callee !== undefined && sources.has(callee)) yield callee;
}

function refuseRecursion(
  name: string,
  source: Syntax,
  sources: ReadonlyMap<string, Syntax>,
  path: readonly string[],
): void {
  if (path.includes(name)) fail(functionPlace(source), `${name}() is recursive`);
  for (const callee of new Set(callees(source, sources))) {
    const next = sources.get(callee);
    if (next) refuseRecursion(callee, next, sources, [...path, name]);
  }
}

function needs(name: string, sources: ReadonlyMap<string, Syntax>): ReadonlySet<string> {
  const found = new Set([name]);
  for (const each of found) {
    const source = sources.get(each);
    if (source) for (const callee of callees(source, sources)) found.add(callee);
  }
  return found;
}

function partOf(pieces: readonly Part[], source: Syntax): Part {
  const { start } = source.place;
  const found = pieces.find((part) => part.start <= start && start < part.end);
  if (!found) throw new Error("a function outside of the text");
  return found;
}

function ruleOf(
  sources: ReadonlyMap<string, Syntax>,
  name: string,
  { text, line }: { readonly text: string; readonly line: number },
  options: ParseOptions,
): Rule {
  const scope: RuleScope = {
    arch: options.arch ?? x86_64,
    constants: constants(options.arch ?? x86_64),
    sources,
    sites: [],
    functions: [],
    lowered: new Map(),
    active: [],
    mentioned: new Map(),
    places: new WeakMap(),
    loops: new WeakMap(),
  };
  const source = sources.get(name);
  const errno = source !== undefined && isErrno(source);
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
    text,
    ...(options.file !== undefined && { file: options.file }),
    line,
    ...(errno && { givesErrno: true as const }),
    functions: scope.functions,
    reads: parametersRead(scope.functions),
    sites: scope.sites,
  };
}

const OF_MAP: ReadonlySet<ParameterName> = new Set(["gfn", "index", "order", "nr_pages"] as const);

function inferKind({ mentioned }: RuleScope): RuleKind {
  if (mentioned.has("ugfn") || mentioned.has("level")) return "level";
  return PARAMETERS.some((name) => OF_MAP.has(name) && mentioned.has(name)) ? "map" : "bind";
}
