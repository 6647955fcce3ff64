/** From the words of a command line to rules: catalogue ids, expressions, and whatever text holds a check. */

import { aRule } from "../../../model/rule/parameters.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Contract } from "../../../model/rule/contract.ts";
import type { RuleKind, RuleUse } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Patch } from "../../../sim/c/document.ts";
import type { ParseOptions } from "../../../sim/c/parse.ts";
import type { AskedOfFunction } from "../../../sim/c/contracts.ts";
import type { Reading } from "../../../sim/c/reading.ts";
import { meant } from "../../../sim/c/syntax/nearest.ts";
import { linesOf } from "../../../sim/c/text/line.ts";
import type { ReadTree } from "../../../sim/c/text/series.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import { readInput, readText } from "./files.ts";
import { UsageError } from "./io.ts";

/** A box of mails has some megabytes; the C in it at most four. What is larger is the wrong file. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The word for what is pasted or piped. */
const STDIN = "-";

export interface RuleArguments {
  readonly words: readonly string[];
  readonly expressions: readonly string[];
  readonly kind?: RuleKind;
  /** What true says, of the kind. */
  readonly use?: RuleUse;
  /** The function that is meant, in every file that is named without one. */
  readonly function?: string;
  /** A directory that completes what a patch shows. */
  readonly tree?: string;
  /** What the user says of the text. */
  readonly reading?: Reading;
  /** What is asked of a function of the one file that is named. */
  readonly asked?: AskedOfFunction;
}

export interface Sources {
  readonly rules: readonly Rule[];
  /** Of the rules, those after a patch stand in `rules`, those before it here alone. */
  readonly patches: readonly Patch[];
  /** Of functions, which are no rules then. */
  readonly contracts: readonly Contract[];
  readonly notices: readonly string[];
}

type Options = Pick<ParseOptions, "id" | "kind" | "use" | "functions" | "reading" | "readTree" | "asked">;

function parsed(book: Rulebook, text: string, name: string, options: Options): Sources {
  const result = book.parse(text, { file: name, contracts: true, ...options });
  if (result.ok) {
    const { rules, patches = [], contracts = [], notices = [] } = result;
    return { rules, patches, contracts, notices: notices.map((notice) => `${name}: ${notice}`) };
  }
  const { file = name, line, column, message } = result.error;
  throw new UsageError(message, { at: { file, line, column } });
}

/** FILE, or FILE:FUNCTION where there is no file of that name. */
function split(word: string): { readonly file: string; readonly function?: string } {
  const [, file, name] = /^(.+):([A-Za-z_]\w*)$/.exec(word) ?? [];
  return file === undefined || name === undefined || existsSync(word) ? { file: word } : { file, function: name };
}

const inTree =
  (tree: string): ReadTree =>
  (file) =>
    // A patch names files below the tree's root and no others.
    /^(?!\/)(?!.*\.\.)[^\0]+$/.test(file) && existsSync(join(tree, file))
      ? linesOf(readText(join(tree, file), MOST_BYTES))
      : undefined;

/** Ids must be unique: two files may both have a function `check`. */
function unique({ rules, patches, contracts, notices }: Sources): Sources {
  const seen = new Map<string, number>();
  const named = new Map<Rule, Rule>();
  const own = <T extends { readonly id: string }>(one: T): T => {
    const times = (seen.get(one.id) ?? 0) + 1;
    seen.set(one.id, times);
    return times === 1 ? one : { ...one, id: `${one.id}_${times}` };
  };
  const name = (rule: Rule): Rule => {
    const known = named.get(rule) ?? own(rule);
    named.set(rule, known);
    return known;
  };
  return {
    rules: rules.map(name),
    patches: patches.map((patch) => ({ ...patch, before: patch.before.map(name), after: patch.after.map(name) })),
    contracts: contracts.map(own),
    notices,
  };
}

/** A rule of the catalogue, under what the user takes for granted. */
function catalogued(book: Rulebook, rule: Rule, reading: Reading = {}): Sources {
  const { id, kind, text } = rule;
  if ((reading.assumed ?? []).length === 0) return { rules: [rule], patches: [], contracts: [], notices: [] };
  return parsed(book, text, id, { id, kind, reading });
}

function fromWord(book: Rulebook, word: string, said: RuleArguments): Sources {
  const { kind, use, function: asked, tree, reading, asked: ofFunction } = said;
  if (book.has(word)) {
    if (ofFunction) throw new UsageError(`${word} is a rule of the catalogue: it has no parameters of its own`);
    const rule = book.byId(word);
    if (kind !== undefined && kind !== rule.kind)
      throw new UsageError(`--kind ${kind}: ${word} is ${aRule(rule.kind)}`);
    if (use !== undefined) throw new UsageError(`--kind ${use}: what ${word} says is known`);
    return catalogued(book, rule, reading);
  }
  const { file, function: own } = split(word);
  if (word !== STDIN && !/[./\\]/.test(file)) {
    const hint =
      meant(
        word,
        book.all.map(({ id }) => id),
      ) || "; see `foliofence rules`";
    throw new UsageError(`"${word}" is no rule of the catalogue and no file${hint}`);
  }
  const name = own ?? asked;
  return parsed(book, readInput(file, MOST_BYTES), file === STDIN ? "stdin" : file, {
    ...(kind === undefined ? {} : { kind }),
    ...(use === undefined ? {} : { use }),
    ...(name === undefined ? {} : { functions: [name] }),
    ...(tree === undefined ? {} : { readTree: inTree(tree) }),
    ...(reading === undefined ? {} : { reading }),
    ...(ofFunction && { asked: { ...ofFunction, ...(name !== undefined && { function: name }) } }),
  });
}

/** What is asked for; the whole catalogue if nothing is. @throws UsageError with file:line:column where there is one */
export function sourcesFrom(book: Rulebook, asked: RuleArguments): Sources {
  const { words, expressions, kind, use, reading } = asked;
  if (words.length === 0 && expressions.length === 0) {
    const rules = book.all.flatMap((rule) => catalogued(book, rule, reading).rules);
    return { rules, patches: [], contracts: [], notices: [] };
  }
  const options = {
    id: "expression",
    ...(kind === undefined ? {} : { kind }),
    ...(use === undefined ? {} : { use }),
    ...(reading === undefined ? {} : { reading }),
  };
  const all = [
    ...words.map((word) => fromWord(book, word, asked)),
    ...expressions.map((text) => parsed(book, text, "-e", options)),
  ];
  return unique({
    rules: all.flatMap(({ rules }) => rules),
    patches: all.flatMap(({ patches }) => patches),
    contracts: all.flatMap(({ contracts }) => contracts),
    notices: all.flatMap(({ notices }) => notices),
  });
}

/** The rules asked for, and nothing else about them. */
export const rulesFrom = (book: Rulebook, asked: RuleArguments): readonly Rule[] => onlyRules(sourcesFrom(book, asked));

/** Where a contract means nothing. @throws UsageError where there is one */
export function onlyRules({ rules, contracts: [first] }: Pick<Sources, "rules" | "contracts">): readonly Rule[] {
  if (first !== undefined)
    throw new UsageError(`${first.id} has a contract: it is no rule about slots, and can be judged`);
  return rules;
}
