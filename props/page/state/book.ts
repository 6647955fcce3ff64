/** The catalogue in the page: a rule is parsed when it is first asked for, so that the first answer waits for three. */

import type { CatalogueEntry } from "../../../model/rule/catalogue/entry.ts";
import { CANARY, CATALOGUE } from "../../../model/rule/catalogue/catalogue.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { parseRules } from "../../../sim/c/parse.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import { canaryWorld } from "../../judge/rulebook.ts";

const entryOf = (id: string): CatalogueEntry | undefined => CATALOGUE.find((entry) => entry.id === id);

export function bookOf(grammar: Grammar): Rulebook {
  const parsed = new Map<string, Rule>();
  const read = ({ id, kind, text }: Pick<CatalogueEntry, "id" | "kind" | "text">): Rule => {
    const known = parsed.get(id);
    if (known !== undefined) return known;
    const result = parseRules(grammar, text, { id, kind });
    if (!result.ok) throw new Error(`catalogue rule ${id}: ${result.error.message}`);
    const [rule] = result.rules;
    if (rule === undefined) throw new Error(`catalogue rule ${id} is no rule`);
    const named = { ...rule, id };
    parsed.set(id, named);
    return named;
  };
  return {
    get all() {
      return CATALOGUE.map(read);
    },
    made: [],
    byId: (id) => {
      const entry = entryOf(id);
      if (entry === undefined) throw new Error(`no rule ${id} in the catalogue`);
      return read(entry);
    },
    has: (id, kind) => {
      const entry = entryOf(id);
      return entry !== undefined && (kind === undefined || entry.kind === kind);
    },
    get canary() {
      return read(CANARY);
    },
    get canaryWorld() {
      return canaryWorld(read);
    },
    parse: (text, options) => parseRules(grammar, text, options),
  };
}
