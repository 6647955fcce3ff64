/** The rules at hand: the catalogue, parsed, and what a user pastes. One grammar serves both. */

import { CANARY, CATALOGUE } from "../model/rule/catalogue.ts";
import type { RuleKind } from "../model/rule/parameters.ts";
import type { Rule } from "../model/rule/tree.ts";
import type { Grammar } from "../sim/c/grammar.ts";
import { loadGrammar } from "../sim/c/grammar.ts";
import type { ParseOptions, ParseResult } from "../sim/c/parse.ts";
import { parseRules } from "../sim/c/parse.ts";

export interface Rulebook {
  /** Catalogue rules, in the catalogue's order. */
  readonly all: readonly Rule[];
  /** @throws Error for an id that is not in the catalogue: ask `has` first */
  readonly byId: (id: string) => Rule;
  readonly has: (id: string, kind?: RuleKind) => boolean;
  /** Accepts everything: every run must refute it. */
  readonly canary: Rule;
  readonly parse: (text: string, options: ParseOptions) => ParseResult;
}

function parseEntry(grammar: Grammar, entry: { id: string; kind: RuleKind; text: string }): Rule {
  const parsed = parseRules(grammar, entry.text, { id: entry.id, kind: entry.kind });
  if (!parsed.ok) throw new Error(`catalogue rule ${entry.id}: ${parsed.error.message}`);
  const [rule, ...more] = parsed.rules;
  if (rule === undefined || more.length > 0) throw new Error(`catalogue rule ${entry.id} is not one rule`);
  return { ...rule, id: entry.id };
}

export function rulebook(grammar: Grammar): Rulebook {
  const all = CATALOGUE.map((entry) => parseEntry(grammar, entry));
  const index = new Map(all.map((rule) => [rule.id, rule]));
  return {
    all,
    byId: (id) => {
      const rule = index.get(id);
      if (rule === undefined) throw new Error(`no rule ${id} in the catalogue`);
      return rule;
    },
    has: (id, kind) => {
      const rule = index.get(id);
      return rule !== undefined && (kind === undefined || rule.kind === kind);
    },
    canary: parseEntry(grammar, CANARY),
    parse: (text, options) => parseRules(grammar, text, options),
  };
}

export const openRulebook = async (): Promise<Rulebook> => rulebook(await loadGrammar());
