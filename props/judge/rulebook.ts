/** The rules at hand: the catalogue, parsed, and what a user pastes. One grammar serves both. */

import type { CatalogueEntry } from "../../model/rule/catalogue/entry.ts";
import { CANARY, CATALOGUE } from "../../model/rule/catalogue/catalogue.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Rules } from "../../sim/world.ts";
import type { Grammar } from "../../sim/c/syntax/parser-store.ts";
import { loadGrammar } from "../../sim/c/syntax/grammar.ts";
import type { ParseOptions, ParseResult } from "../../sim/c/parse.ts";
import { parseRules } from "../../sim/c/parse.ts";

export interface Rulebook {
  /** Catalogue rules, in the catalogue's order. */
  readonly all: readonly Rule[];
  /** What the options of a judging make beside these. */
  readonly made: readonly Rule[];
  /** @throws Error for an id that is not in the catalogue: ask `has` first */
  readonly byId: (id: string) => Rule;
  readonly has: (id: string, kind?: RuleKind) => boolean;
  /** Accepts everything: every run must refute it. */
  readonly canary: Rule;
  /** Its world, where every page may be mapped and no level is forbidden. */
  readonly canaryWorld: Rules;
  readonly parse: (text: string, options: ParseOptions) => ParseResult;
}

/** What is parsed of an entry of the catalogue. */
type Entry = Pick<CatalogueEntry, "id" | "kind" | "text">;

export const canaryWorld = (read: (entry: Entry) => Rule): Rules => ({
  bind: read(CANARY),
  map: read({ id: "canary_map", kind: "map", text: "true" }),
  level: read({ id: "canary_level", kind: "level", text: "false" }),
});

function parseEntry(grammar: Grammar, entry: Entry): Rule {
  const parsed = parseRules(grammar, entry.text, { id: entry.id, kind: entry.kind });
  if (!parsed.ok) throw new Error(`catalogue rule ${entry.id}: ${parsed.error.message}`);
  const [rule, ...more] = parsed.rules;
  if (rule === undefined || more.length > 0) throw new Error(`catalogue rule ${entry.id} is not one rule`);
  return rule;
}

/** Rules are parsed when they are first asked for: judging one pasted check needs a handful of the catalogue. */
export function rulebook(grammar: Grammar): Rulebook {
  const entries = new Map(CATALOGUE.map((entry) => [entry.id, entry]));
  const parsed = new Map<string, Rule>();
  const byId = (id: string): Rule => {
    const there = parsed.get(id);
    if (there !== undefined) return there;
    const entry = entries.get(id);
    if (entry === undefined) throw new Error(`no rule ${id} in the catalogue`);
    const rule = parseEntry(grammar, entry);
    parsed.set(id, rule);
    return rule;
  };
  return {
    get all() {
      return CATALOGUE.map(({ id }) => byId(id));
    },
    made: [],
    byId,
    has: (id, kind) => {
      const entry = entries.get(id);
      return entry !== undefined && (kind === undefined || entry.kind === kind);
    },
    get canary() {
      return parseEntry(grammar, CANARY);
    },
    get canaryWorld() {
      return canaryWorld((entry) => parseEntry(grammar, entry));
    },
    parse: (text, options) => parseRules(grammar, text, options),
  };
}

/** The rules at hand and more, which the options of a judging make; one of an id that is there already stands in its place. */
export function withMore(book: Rulebook, rules: readonly Rule[]): Rulebook {
  if (rules.length === 0) return book;
  const more = new Map(rules.map((rule) => [rule.id, rule]));
  return {
    get all() {
      return book.all;
    },
    made: [...book.made, ...more.values()],
    byId: (id) => more.get(id) ?? book.byId(id),
    has: (id, kind) => {
      const rule = more.get(id);
      if (rule === undefined) return book.has(id, kind);
      return rule.isClaim !== true && (kind === undefined || kind === rule.kind);
    },
    get canary() {
      return book.canary;
    },
    get canaryWorld() {
      return book.canaryWorld;
    },
    parse: book.parse,
  };
}

export const openRulebook = async (): Promise<Rulebook> => rulebook(await loadGrammar());
